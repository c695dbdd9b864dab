import type { CopyReading } from '../../facts/copy/reading.ts';
import type { COPY_OUTPUTS, CopyInputs } from '../../inputs/copy.ts';
import type { CopyDecision } from '../../policy/copy.ts';
import type { ActionContext } from '../contract/context.ts';

/** What an action that copies works with. */
export type CopyContext = ActionContext<CopyInputs, typeof COPY_OUTPUTS>;

/** What a copy was read as, and what was decided of it. */
export interface DecidedCopy {
  readonly context: CopyContext;
  readonly reading: CopyReading;
  readonly decision: CopyDecision;
}
