import { show } from '../../../domain/printable.ts';
import type { CopyReading } from '../../../facts/copy/reading.ts';
import type { newVersionOutputs, NewVersionInputs } from '../../../inputs/copy.ts';
import type { CopyDecision } from '../../../policy/copy.ts';
import type { ActionContext } from '../../contract/context.ts';

/** What an action that makes a version works with. */
export type CopyContext = ActionContext<NewVersionInputs, ReturnType<typeof newVersionOutputs>>;

/** What a copy was read as, and what was decided of it. */
export interface DecidedCopy {
  readonly context: CopyContext;
  readonly reading: CopyReading;
  readonly decision: CopyDecision;
}

/** How an action speaks of the version that it makes, by what makes it. */
export const NEW_VERSION_WORDS = {
  copy: {
    doing: 'Copying',
    check: 'Copy',
    fact: 'Copy',
    made: 'copy of',
    already: 'is already an identical copy of',
    now: 'copied now',
    checkOfMade: 'Copied version',
  },
  register: {
    doing: 'Registering',
    check: 'Registration',
    fact: 'New version',
    made: 'registered from',
    already: 'is already registered from',
    now: 'registered now',
    checkOfMade: 'Registered version',
  },
} as const;

/** What is not allowed where a check refuses: `Copying models:/staging.ml_team.fraud_detection/5`. */
export function doing({ change, source }: Pick<CopyReading, 'change' | 'source'>): string {
  return `${NEW_VERSION_WORDS[change.kind].doing} ${show(source.uri, 300)}`;
}
