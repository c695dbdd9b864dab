import { startEmulator, type Emulator, type Metastore } from '../../emulator/index.ts';
import { History, type Author } from './history.ts';
import type { RunEnd, SeenReport } from './run-end.ts';

/** A path of the alias, and of a version, as the workspace has them. */
export const ALIAS_PATH = '/api/2.1/unity-catalog/models/prod.ml_team.fraud_detection/aliases/Champion';
export const VERSION_PATH = '/api/2.0/mlflow/unity-catalog/model-versions/get';

const MODEL_PATH = '/api/2.0/mlflow/unity-catalog/registered-models/get';

/** One thing that happens in a script. */
export type Step = (script: ScriptedHistory) => void;

/** A history made up step by step, so that the rules can be judged by themselves. */
export class ScriptedHistory {
  readonly history: History;
  readonly #emulator: Emulator;
  #calls = 0;

  private constructor(emulator: Emulator) {
    this.#emulator = emulator;
    this.history = new History(emulator.state());
    this.history.note({ kind: 'began', run: 'A1' });
  }

  /** What happened in a world of its own, from the begin of a run to its end. */
  static async of(prepare: (metastore: Metastore) => void, steps: readonly Step[]): Promise<History> {
    const emulator = await startEmulator({ seed: 'demo' });
    try {
      prepare(emulator.metastore);
      const script = new ScriptedHistory(emulator);
      for (const step of steps) step(script);
      script.history.note({ kind: 'ended', run: 'A1' });
      return script.history;
    } finally {
      await emulator.close();
    }
  }

  /** The run sends a request; steps may come before its response. */
  sends(method: string, path: string, status: number, during: (call: number) => void): void {
    this.#calls += 1;
    const call = this.#calls;
    this.history.note({ kind: 'sent', run: 'A1', method, path });
    this.history.note({ kind: 'left', run: 'A1', call, method, path, body: '' });
    during(call);
    this.history.note({ kind: 'responded', run: 'A1', call, status });
  }

  changes(change: (metastore: Metastore) => void, by: Author): void {
    change(this.#emulator.metastore);
    this.history.note({ kind: 'changed', by, state: this.#emulator.state() });
  }
}

/** The run reads one thing, and sees it; other steps may come before the response. */
export function reads(path: string, ...during: readonly Step[]): Step {
  return (script) => script.sends('GET', path, 200, () => during.forEach((step) => step(script)));
}

/** The run reads all that a move rests on in one round. */
export function readsAll(...during: readonly Step[]): Step {
  return reads(ALIAS_PATH, reads(VERSION_PATH, ...during));
}

/** The run reads the tags of the model, holds among them. */
export function readsModel(): Step {
  return reads(MODEL_PATH);
}

/** The run writes; what is changed is its own doing, or that of a copy which the network made. */
export function writes(change: (metastore: Metastore) => void, by: 'run' | 'network' = 'run'): Step {
  return (script) =>
    script.sends('PUT', ALIAS_PATH, 200, (call) => script.changes(change, { kind: by, run: 'A1', call }));
}

/** The run sends the write, something in between responds 503, and other steps come meanwhile. */
export function tries(...during: readonly Step[]): Step {
  return (script) => script.sends('PUT', ALIAS_PATH, 503, () => during.forEach((step) => step(script)));
}

/** Somebody else writes. */
export function somebody(change: (metastore: Metastore) => void): Step {
  return (script) => script.changes(change, { kind: 'foreign', what: 'somebody' });
}

/** The run hears that it is cancelled. */
export const cancelled: Step = (script) => script.history.note({ kind: 'cancelled', run: 'A1' });

/** A run that ended as it is described; by default it says that it did nothing and all is well. */
export function endOf(
  given: Partial<Omit<RunEnd, 'report'>> & { readonly report?: Partial<SeenReport> | null } = {},
): RunEnd {
  const { report, ...rest } = given;
  const { outcome = 'ok', outputs = {} } = rest;
  const changed = report?.changed ?? false;
  return {
    run: 'A1',
    code: 0,
    journal: [],
    printed: '',
    summary: '',
    ...rest,
    outcome,
    outputs: { outcome, changed: String(changed), ...outputs },
    report:
      report === null
        ? undefined
        : {
            outcome,
            verdict: '',
            changed,
            changes: [],
            checks: [],
            undo: [],
            outputs: {},
            error: undefined,
            ...report,
          },
  };
}
