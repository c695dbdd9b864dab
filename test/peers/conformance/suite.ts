import { workspaceSights } from '../../../conformance/rows/workspace.ts';
import {
  seedScratch,
  startEmulator,
  switchNames,
  switchTable,
  workspaceSwitchNames,
  workspaceSwitchTable,
  type Emulator,
  type Switches,
  type SwitchSpec,
} from '../../../emulator/index.ts';
import { OTHERS, runAgainst, type Ran } from '../../conformance/run-suite.ts';
import { startMlflow } from '../mlflow/server.ts';
import { startOptional } from '../harness/optional-peer.ts';
import { check, failure, same, type CaseResult } from '../harness/outcome.ts';
import type { PeerContext } from '../harness/script.ts';
import { must } from '../unity-catalog/scene.ts';
import { startUnityCatalog, unityCatalogClassPath } from '../unity-catalog/server.ts';

/** Rows that an answer hides: without any signed URL, shared files are no special case; without a limit, nothing refuses for it; only an upload in parts is given up. */
const HIDDEN_BY: Readonly<Record<string, readonly string[]>> = {
  'aliasLimit=none': ['limitRefusal'],
  'uploadProtocol=resumable': ['uploadAbort'],
  'presign=refused': ['sharedFiles'],
  'presign=unknown-zone': ['sharedFiles'],
};

/** Without the files of a version most rows cannot be told: `test/conformance/switches.test.ts` judges its own row. */
const ELSEWHERE: ReadonlySet<string> = new Set(['filesApi']);

/** Rows that see the same thing from another side: a store of one's own is where temporary credentials lead. */
const SEEN_TOO: Readonly<Record<string, readonly (readonly [id: string, seen: string])[]>> = {
  'filesMode=s3': [['vendedCredentials', 'aws']],
  // A word that is not known among the privileges that a policy denies.
  'unknownEnums=true': [['policies-that-deny', 'another privilege']],
};

/** The conformance suite, every row of it, against the emulator under every value of every switch. */
export async function* conformanceSwitches({ wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted('conformance-switches')) return;
  const asked = workspaceSwitchNames.filter((name) => !('unasked' in workspaceSights[name]));
  const specs: Readonly<Record<string, SwitchSpec>> = { ...switchTable, ...workspaceSwitchTable };
  for (const name of [...switchNames, ...asked].filter((each) => !ELSEWHERE.has(each))) {
    const { values, default: assumed } = specs[name] ?? { values: [], default: '' };
    for (const value of values.filter((each) => each !== assumed)) {
      yield await check(`conformance-switches: ${name}=${String(value)} is named, and nothing else`, () =>
        onEmulator({ [name]: value }, async (emulator) => {
          const { report } = await runAgainst(
            emulator.url,
            name === 'largeThroughWorkspace' ? ['--large'] : [],
          );
          const unknown = report.rows.filter(({ verdict }) => verdict === 'unknown').map(({ id }) => id);
          same(unknown, HIDDEN_BY[`${name}=${String(value)}`] ?? [], 'rows that could not be told');
          const response = report.rows.filter(({ verdict }) => verdict === 'differs');
          // Rows are in the order of the suite, whichever of them the switch is of.
          same(
            response.map(({ id, seen }) => `${id}: ${String(seen)}`).sort(),
            [[name, String(value)], ...(SEEN_TOO[`${name}=${String(value)}`] ?? [])]
              .map(([id, seen]) => `${id}: ${seen}`)
              .sort(),
            'rows',
          );
          return `${report.counts['as assumed']} as assumed`;
        }),
      );
    }
  }
  for (const switches of [{}, { uploadProtocol: 'resumable' }, { presign: 'storage-blocked' }] as const) {
    const [how = 'as it starts'] = Object.values(switches);
    yield await check(`conformance-switches: a file of 60 MiB, ${how}`, () =>
      onEmulator(switches, async (emulator) => {
        const only = ['--large', '--only', 'large-upload', '--only', 'large-read'];
        const { report } = await runAgainst(emulator.url, only);
        same(
          report.rows.map(({ verdict }) => verdict),
          ['as assumed', 'as assumed'],
          'rows',
        );
        return report.rows[0]?.note ?? '';
      }),
    );
  }
}

async function onEmulator(
  switches: Partial<Switches>,
  run: (emulator: Emulator) => Promise<string>,
): Promise<string> {
  const emulator = await startEmulator({ switches, seed: seedScratch });
  try {
    const detail = await run(emulator);
    same(Object.keys(emulator.state().models), OTHERS, 'models that are left');
    same(emulator.violations, [], 'requests that no client would send');
    return detail;
  } finally {
    await emulator.close();
  }
}

/** As far as it goes against a real MLflow server. */
export async function* conformanceMlflow({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted('conformance-mlflow')) return;
  const server = await startMlflow(python).catch((error: unknown) =>
    failure('conformance-mlflow: starts', error),
  );
  if ('verdict' in server) {
    yield server;
    return;
  }
  try {
    yield await check('conformance-mlflow: its operations work, and it is left as it was', async () => {
      const ran = await runAgainst(server.url, ['--registry', 'mlflow'], {
        base: ['--schema', 'labs.scratchpad'],
        environment: {},
      });
      const left = JSON.stringify(await server.call('GET', '/registered-models/search', {}));
      if (left.includes('uc_promote_conformance')) throw new Error('models are left');
      return judged(ran);
    });
  } finally {
    await server.close();
  }
}

const USER = 'scratch@example.com';

/** As far as it goes against a real Unity Catalog server. */
export async function* conformanceUnityCatalog({ wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted('conformance-unity-catalog')) return;
  const server = await startOptional('conformance-unity-catalog', async () =>
    startUnityCatalog(await unityCatalogClassPath()),
  );
  if ('verdict' in server) {
    yield server;
    return;
  }
  try {
    const { admin, addUser, call, url } = server;
    await must(server, admin, 'POST', '/catalogs', { name: 'labs' });
    await must(server, admin, 'POST', '/schemas', { name: 'scratchpad', catalog_name: 'labs' });
    const user = await addUser(USER);
    const changes = [{ principal: USER, add: ['USE CATALOG', 'USE SCHEMA', 'CREATE MODEL'] }];
    await must(server, admin, 'PATCH', '/permissions/catalog/labs', { changes });
    for (const [who, token] of [
      ['the owner of the metastore', admin],
      ['a user who may create models', user],
    ] as const) {
      yield await check(
        `conformance-unity-catalog: ${who}: its operations work, and it is left as it was`,
        async () => {
          const ran = await runAgainst(url, ['--registry', 'unity-catalog'], {
            base: ['--schema', 'labs.scratchpad'],
            environment: { DATABRICKS_TOKEN: token },
          });
          const left = await call(admin, 'GET', '/models?catalog_name=labs&schema_name=scratchpad');
          if (JSON.stringify(left.body).includes('uc_promote_conformance'))
            throw new Error('models are left');
          return judged(ran);
        },
      );
    }
  } finally {
    await server.close();
  }
}

/** Counts of a run in which nothing differs; throws with its table. */
function judged({ report, text }: Ran): string {
  const { counts } = report;
  const bad = counts.differs + counts.unknown;
  if (bad > 0 || !report.cleanedUp || counts['as assumed'] < 5) throw new Error(`\n${text}`);
  return `${counts['as assumed']} as assumed, ${counts['not applicable']} not applicable`;
}
