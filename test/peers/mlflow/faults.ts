import { join } from 'node:path';
import type { Emulator, FaultRule } from '../../../emulator/index.ts';
import { startDemoEmulator } from '../harness/demo-emulator.ts';
import { check, same, type CaseResult } from '../harness/outcome.ts';
import type { PeerContext, Server } from '../harness/script.ts';
import { callMlflow, type Operation } from './client.ts';
import { NATIVE_DIALECT } from './dialects.ts';

const STORE = '/cloud-storage/{path*}';
const LEGACY = '/api/2.0/mlflow/unity-catalog';
const NATIVE = '/api/2.1/unity-catalog';
const always = Number.POSITIVE_INFINITY;
const refused = { kind: 'status', status: 403 } as const;

interface Dialect {
  readonly name: 'older' | 'native';
  readonly env: Readonly<Record<string, string>>;
  readonly createModel: string;
  readonly credentials: string;
  /** A version in the body of a request for credentials. */
  readonly written: (version: number) => unknown;
}

const dialects: readonly Dialect[] = [
  {
    name: 'older',
    env: {},
    createModel: `${LEGACY}/registered-models/create`,
    credentials: `${LEGACY}/model-versions/generate-temporary-credentials`,
    written: String,
  },
  {
    name: 'native',
    env: NATIVE_DIALECT,
    createModel: `${NATIVE}/models`,
    credentials: `${NATIVE}/temporary-model-version-credentials`,
    written: Number,
  },
];

/** Cases of MLflow's own suites in which something goes wrong, by presigned URLs, in both dialects. */
export async function* mlflowFaults({ python, fixtures, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  const name = 'mlflow faults';
  if (!wanted(name)) return;
  for (const dialect of dialects) {
    const { emulator, token } = await startDemoEmulator({ filesMode: 'presigned', nativeEnriched: true });
    const server = { python, url: emulator.url, token, env: dialect.env };
    try {
      for (const [test, body] of Object.entries(cases)) {
        yield await check(`${name}, ${dialect.name} dialect: ${test}`, async () => {
          emulator.faults.clear();
          return body(new Trial(emulator, server, join(fixtures, 'fraud_detection')), dialect);
        });
      }
      yield await check(
        `${name}, ${dialect.name} dialect: nothing sent that the protocol does not know`,
        () => {
          same(emulator.violations, [], 'violations');
          return `${emulator.requests.length} requests`;
        },
      );
    } finally {
      await emulator.close();
    }
  }
}

/** One case: a model of its own, faults, and what was asked since its beginning. */
class Trial {
  readonly #emulator: Emulator;
  readonly #server: Server;
  readonly folder: string;
  readonly model: string;
  readonly #before: number;

  constructor(emulator: Emulator, server: Server, folder: string) {
    this.#emulator = emulator;
    this.#server = server;
    this.folder = folder;
    this.#before = emulator.requests.length;
    this.model = `staging.ml_team.faults_${this.#before}`;
  }

  /** Runs the operations under a fault. */
  async under(fault: FaultRule | undefined, ...operations: Operation[]): Promise<unknown[]> {
    if (fault) this.#emulator.faults.add(fault);
    return callMlflow(this.#server, operations);
  }

  /** The error of MLflow's client; throws when there is none. */
  async refusal(fault: FaultRule, ...operations: Operation[]): Promise<string> {
    const response = await this.under(fault, ...operations).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    if (response === undefined) throw new Error('not refused');
    return response;
  }

  register(): Operation {
    return { do: 'register', folder: this.folder, model: this.model };
  }

  download(): Operation {
    return { do: 'files', uri: `models:/${this.model}/1` };
  }

  /** Status of the first version, as the emulator has it. */
  status(): string | undefined {
    return this.#emulator.state().models[this.model]?.versions['1']?.status;
  }

  /** What was sent to a route since the beginning of the case. */
  sent(method: string, template: string) {
    const since = this.#emulator.requests.slice(this.#before);
    return since.filter((one) => one.method === method && one.template === template);
  }

  set smallPages(on: boolean) {
    this.#emulator.switches.smallPages = on;
  }
}

function contains(text: string, words: string): void {
  if (!text.includes(words)) throw new Error(`expected "${words}" in: ${text}`);
}

const cases: Readonly<Record<string, (trial: Trial, dialect: Dialect) => Promise<string>>> = {
  async test_create_registered_model_metastore_does_not_exist_hint(trial, { createModel }) {
    const kind = { ...refused, status: 404, errorCode: 'METASTORE_DOES_NOT_EXIST', message: 'No metastore' };
    const text = await trial.refusal({ method: 'POST', template: createModel, kind }, trial.register());
    contains(text, "set the Model Registry URI to 'databricks'");
    return '';
  },

  async test_get_temporary_model_version_write_credentials_uses_native(trial, { credentials, written }) {
    await trial.under(undefined, trial.register());
    const [request] = trial.sent('POST', credentials);
    same((request?.json as { version?: unknown } | undefined)?.version, written(1), 'version in the body');
    return JSON.stringify(written(1));
  },

  async test_no_credential_raises(trial, { credentials }) {
    await trial.under(undefined, trial.register());
    const kind = { kind: 'set-field', field: 'storage_mode', value: 'CUSTOMER_HOSTED' } as const;
    const text = await trial.refusal({ template: credentials, times: always, kind }, trial.download());
    contains(text, 'unexpected credential type None');
    return '';
  },

  async test_upload_to_cloud_fail(trial) {
    await trial.refusal({ method: 'PUT', template: STORE, times: always, kind: refused }, trial.register());
    same(trial.status(), 'PENDING_REGISTRATION', 'status of the version');
    return 'the version stays PENDING_REGISTRATION';
  },

  async test_download_from_cloud_fail(trial) {
    await trial.under(undefined, trial.register());
    await trial.refusal({ method: 'GET', template: STORE, times: always, kind: refused }, trial.download());
    return '';
  },

  async test_retry_refresh_creds_no_creds(trial) {
    const kind = { kind: 'expired-url' } as const;
    await trial.under({ method: 'PUT', template: STORE, kind }, trial.register());
    same(trial.status(), 'READY', 'status of the version');
    const urls = { up: trial.sent('POST', '/api/2.0/fs/create-upload-url').length, down: 0 };
    const files = trial.sent('PUT', STORE).length - 1;
    same(urls.up, files + 1, 'addresses that were asked for to upload');
    const [first] = await trial.under({ method: 'GET', template: STORE, kind }, trial.download());
    urls.down = trial.sent('POST', '/api/2.0/fs/create-download-url').length;
    same(Object.keys(first as object).length, files, 'files that were downloaded');
    same(urls.down, files + 1, 'addresses that were asked for to download');
    return `${files} files, one address more each way`;
  },

  async test_list_artifact_pagination(trial) {
    const [, whole] = await trial.under(undefined, trial.register(), trial.download());
    trial.smallPages = true;
    try {
      const [paged] = await trial.under(undefined, trial.download());
      same(paged, whole, 'files');
    } finally {
      trial.smallPages = false;
    }
    const pages = trial
      .sent('GET', '/api/2.0/fs/directories/{path*}')
      .filter(({ query }) => query['page_token'] !== undefined);
    if (pages.length === 0) throw new Error('no second page was asked for');
    return `${pages.length} further pages`;
  },
};
