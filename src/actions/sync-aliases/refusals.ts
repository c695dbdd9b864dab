import { decide } from '../../domain/decision.ts';
import { invalidInputs, PromoteError } from '../../domain/errors.ts';
import type { InputFault } from '../../domain/input-fault.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { show } from '../../domain/printable.ts';
import { formatPlace } from '../../domain/text-place.ts';
import { subjectOf } from '../../policy/sync/decide.ts';
import type { PinChange } from '../../policy/sync/pin-changes.ts';
import type { SyncContext } from './sync.ts';

/** A pin that cannot be carried out, and why. */
export interface RefusedPin {
  readonly change: PinChange;
  readonly error: PromoteError;
}

/** Ends of the plan of one pin after which those of the others are still made, so that everything is said at once. */
const OF_ONE_PIN: readonly Outcome[] = ['blocked', 'conflict', 'denied', 'invalid'];

/** Whether an error is about one pin, and says nothing of the others. */
export function isOfOnePin(error: unknown): error is PromoteError {
  return error instanceof PromoteError && OF_ONE_PIN.includes(error.details.outcome);
}

/** Throws what keeps pins from being carried out; what no check has noted is noted here. */
export function requireNoneRefused({ record }: SyncContext, refused: readonly RefusedPin[]): void {
  const [first] = refused;
  if (first === undefined) return;
  const faults = refused.flatMap(faultsOf);
  if (refused.every((each) => faultsOf(each).length > 0)) throw invalidInputs(faults);
  record.check(
    'Plans of the pins',
    'fail',
    decide(
      refused.filter(isUnsaid).map(({ change, error }) => ({
        code: 'pin-refused',
        severity: 'error' as const,
        message: `${subjectOf(change)}: ${error.message}`,
        ...(error.details.fix === undefined ? {} : { fix: error.details.fix }),
      })),
    ),
    'Each pin can be carried out.',
    first.error.details.outcome,
  );
  const more = refused.length > 1 ? ` (and ${refused.length - 1} more of the pins)` : '';
  throw new PromoteError(`${subjectOf(first.change)}: ${first.error.message}${more}`, first.error.details);
}

/** Whether no check says it: it was thrown where it was found. */
function isUnsaid({ error }: RefusedPin): boolean {
  return error.details.code !== 'requirement' && error.details.code !== 'permission-denied';
}

/** Faults of the inputs of a pin's own plan: what they are about stands in the file of pins. */
function faultsOf({ change, error }: RefusedPin): InputFault[] {
  const { faults = [], absent } = error.details;
  const found = faults.length > 0 || absent === undefined ? faults : [absent.fault];
  const place = show(formatPlace(change.place), 200);
  return found.map(({ problem, fix }) => ({
    input: 'pins',
    problem: `${place}, at ${subjectOf(change)}: ${problem}`,
    fix,
  }));
}
