import type { Worlds } from '../crash/end-state.ts';
import type { Scenario } from '../crash/scenario.ts';
import type { ForeignWrite } from './foreign-write.ts';
import type { Intent } from './intent.ts';
import type { Job, Setting } from './stage.ts';

/** A job in its world, what others may do to it, and what must hold when nobody but the network came between. */
export interface HostileScenario extends Setting {
  readonly name: string;
  readonly job: Job;
  readonly foreign: readonly ForeignWrite[];
  readonly faultsOf: (worlds: Worlds) => readonly string[];
}

/** A scenario of the crash points, without its strikes. */
export function fromCrash(
  { name, action, inputs, emulator, prepare, policy, faultsOf }: Scenario,
  intent: Intent,
  signIn: 'token' | 'oauth' = 'token',
): Omit<HostileScenario, 'foreign'> {
  return {
    name: signIn === 'token' ? name : `${name}, signed in by a secret`,
    job: { action, inputs, intent, signIn },
    ...(emulator === undefined ? {} : { emulator }),
    ...(prepare === undefined ? {} : { prepare }),
    ...(policy === undefined ? {} : { policy }),
    faultsOf: (worlds) =>
      faultsOf({
        ...worlds,
        between: worlds.after,
        isMeddled: false,
        jobRuns: [],
        leftFiles: [],
        struck: undefined,
        again: { outcome: 'ok', changed: true, code: undefined, said: '' },
      }),
  };
}
