import { setTimeout as wait } from 'node:timers/promises';
import { startEmulator, type Emulator, type EmulatorOptions, type Metastore } from '../../emulator/index.ts';
import { startPolicyHost, type PolicyHost } from '../crash/policy-host.ts';
import { ACTION_PROCESS, COMPILE_CACHE } from '../crash/run-once.ts';
import { sentOfLine } from '../crash/sent-line.ts';
import { spawnStep } from '../dist/spawn.ts';
import type { Strike } from './intervention.ts';
import { faultsOfEnd } from './end-rules.ts';
import type { ForeignWrite } from './foreign-write.ts';
import { Gateway, type Point, type RunningProcess } from './gateway.ts';
import { History } from './history.ts';
import { ObservedRegistry } from './observed-registry.ts';
import { readEnd, type RunEnd } from './run-end.ts';
import type { Intent } from './intent.ts';
import { faultsOfWrites } from './write-rules.ts';

/** An action with its inputs, and what it is asked for. */
export interface Job {
  readonly action: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly intent: Intent;
  /** Default: the promoter's token. */
  readonly signIn?: 'token' | 'oauth';
  readonly environment?: Readonly<Record<string, string>>;
}

/** How a job is run once. */
export interface RunOptions {
  /** One letter a workflow run, `A` unless said otherwise. */
  readonly workflow?: 'A' | 'B';
  readonly attempt?: number;
  readonly strikes?: readonly Strike[];
  /** Headers that every response gets. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The job of the other run of ours; default: the same. */
  readonly other?: Job;
}

/** What a world is made of. */
export interface Setting {
  readonly emulator?: EmulatorOptions;
  readonly prepare?: (metastore: Metastore) => void;
  /** The policy file of the repository; default: there is no GitHub to ask. */
  readonly policy?: string;
}

/** A run that ended, and how it went on the way. */
export interface FinishedRun extends RunEnd {
  readonly points: readonly Point[];
  /** Strikes whose request did not come. */
  readonly missed: readonly Strike[];
}

/** What the demo's promoter signs in with. */
const PROMOTER = { id: '5d1f2c1e-7a44-4f0e-9d0b-0c0ffee0cafe', token: 'emulator-promoter' };

/** The longest that a run may take, milliseconds: sleeps end at once in it, and a cancelled one has seven seconds. */
const LONGEST = 60_000;

/** So long a process may take to hear of a signal, milliseconds. */
const HEARING = 5_000;

const WORKFLOWS = { A: '4242', B: '4343' };

/** A world, the runs in it, and all that happens. */
export class Stage {
  readonly emulator: Emulator;
  readonly history: History;
  readonly #registry: ObservedRegistry;
  readonly #secret: string;
  readonly #policy: PolicyHost | undefined;
  readonly #intents = new Map<string, Intent>();
  readonly #ends: { readonly end: RunEnd; readonly intent: Intent }[] = [];

  private constructor(emulator: Emulator, policy: PolicyHost | undefined) {
    this.emulator = emulator;
    this.#policy = policy;
    this.#secret = emulator.metastore.addSecret(PROMOTER.id);
    this.history = new History(emulator.state());
    this.#registry = new ObservedRegistry(emulator, this.history);
  }

  /** Sets a stage up, plays on it, and takes it down. */
  static async with<T>(setting: Setting, work: (stage: Stage) => Promise<T>): Promise<T> {
    const emulator = await startEmulator({ seed: 'demo', ...setting.emulator });
    const policy = setting.policy === undefined ? undefined : await startPolicyHost(setting.policy);
    try {
      setting.prepare?.(emulator.metastore);
      return await work(new Stage(emulator, policy));
    } finally {
      await Promise.all([emulator.close(), policy?.close()]);
    }
  }

  /** Runs a job in a process of its own, behind a gateway of its own. Throws when a secret leaked. */
  async run(job: Job, options: RunOptions = {}): Promise<FinishedRun> {
    const { workflow = 'A', attempt = 1, strikes = [], headers = {}, other = job } = options;
    const run = `${workflow}${attempt}`;
    const { history } = this;
    this.#intents.set(run, job.intent);
    const gateway = await Gateway.open({
      run,
      registry: this.#registry,
      history,
      strikes,
      headers,
      ours: async () => void (await this.run(other, { workflow: 'B' })),
    });
    try {
      history.note({ kind: 'began', run });
      const process = new Process({
        cancelled: () => history.note({ kind: 'cancelled', run }),
        sent: (request) => history.note({ kind: 'sent', run, ...request }),
      });
      gateway.belongsTo(process);
      const { emulator } = this;
      const seen = await spawnStep([ACTION_PROCESS, job.action, 'hurried'], job.inputs, {
        environment: { ...this.#environmentOf(job, gateway), ...runVariables(workflow, attempt) },
        host: { credentials: emulator.credentials, handedOut: gateway.delivered },
        withheld: [new URL(gateway.url).host],
        onStart: (kill) => process.start(kill),
        onOutput: (printed) => process.hear(printed),
      }).finally(() => process.end());
      history.note({ kind: 'ended', run });
      await gateway.settle();
      const end = readEnd(run, seen);
      if (process.isOverdue) throw new Error(`${run} did not end in ${LONGEST / 1000} s.`);
      const hasSaid = history.events.some((each) => each.kind === 'sent' && each.run === run);
      if (gateway.points.length > 0 && !hasSaid) throw new Error(`${run} does not say what it sends.`);
      this.#ends.push({ end, intent: job.intent });
      return { ...end, points: gateway.points, missed: gateway.missed };
    } finally {
      await gateway.close();
    }
  }

  /** Somebody else writes, between two runs. */
  async foreign({ what, write }: ForeignWrite): Promise<void> {
    await this.#registry.foreign(what, write);
  }

  /** What is wrong with all that happened so far, by the rules that hold of any schedule. */
  faults(): string[] {
    return [
      ...faultsOfWrites(this.history, this.#intents),
      ...this.#ends.flatMap(({ end, intent }) => faultsOfEnd(this.history, end, intent)),
      ...this.emulator.violations,
    ];
  }

  #environmentOf({ signIn = 'token', environment }: Job, gateway: Gateway): Record<string, string> {
    const { url } = this.emulator;
    return {
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      INPUT_REGISTRY: 'databricks',
      DATABRICKS_HOST: gateway.url,
      ...(signIn === 'token'
        ? { DATABRICKS_TOKEN: PROMOTER.token }
        : { DATABRICKS_CLIENT_ID: PROMOTER.id, DATABRICKS_CLIENT_SECRET: this.#secret }),
      AWS_ENDPOINT_URL_S3: `${url}/object-store/s3`,
      AZURE_STORAGE_SERVICE_ENDPOINT: `${url}/object-store/azure`,
      STORAGE_EMULATOR_HOST: `${url}/object-store/google`,
      ...this.#policy?.variables,
      ...environment,
    };
  }
}

function runVariables(workflow: 'A' | 'B', attempt: number): Record<string, string> {
  return {
    GITHUB_RUN_ID: WORKFLOWS[workflow],
    GITHUB_RUN_ATTEMPT: String(attempt),
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    GITHUB_WORKFLOW_REF: 'acme/models/.github/workflows/promote.yml@refs/heads/main',
  };
}

/** What a process says of itself while it runs. */
interface Said {
  cancelled(this: void): void;
  sent(this: void, request: { readonly method: string; readonly path: string }): void;
}

/** A process that is sent signals, and says that it heard of them. */
class Process implements RunningProcess {
  readonly #said: Said;
  readonly #heard = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #kill: ((signal: NodeJS.Signals) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #hasHeard = false;
  /** So much of what it printed was read. */
  #read = 0;
  isOverdue = false;

  constructor(said: Said) {
    this.#said = said;
  }

  start(kill: (signal: NodeJS.Signals) => void): void {
    this.#kill = kill;
    this.#timer = setTimeout(() => {
      this.isOverdue = true;
      kill('SIGKILL');
    }, LONGEST);
  }

  /** Reads all that it printed so far, line by line: what it sends stands there before or after its cancellation. */
  hear(printed: string): void {
    const end = printed.lastIndexOf('\n') + 1;
    const lines = printed.slice(this.#read, end).split('\n');
    this.#read = end;
    for (const line of lines) {
      const sent = sentOfLine(line);
      if (sent !== undefined) this.#said.sent(sent);
      if (this.#hasHeard || !line.includes('Cancelled: no further change is started.')) continue;
      this.#hasHeard = true;
      this.#said.cancelled();
      this.#heard.resolve();
    }
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#ended.resolve();
  }

  async signal(signal: NodeJS.Signals): Promise<void> {
    this.#kill?.(signal);
    if (signal === 'SIGKILL') return this.#ended.promise;
    const tooLong = new AbortController();
    await Promise.race([
      this.#heard.promise,
      this.#ended.promise,
      wait(HEARING, undefined, { signal: tooLong.signal }).catch(() => undefined),
    ]);
    tooLong.abort();
  }
}
