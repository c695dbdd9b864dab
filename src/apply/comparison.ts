import { PromoteError } from '../domain/errors.ts';
import { formatMovedFact, movedFact, type FactValue } from '../plan/basis.ts';
import { formatChange } from '../plan/change.ts';
import { forgetFacts, readFacts } from './basis.ts';
import type { Value } from './changes/value-writer.ts';
import type { ApplyContext } from './context.ts';
import { currentValue, isAsDecided, isMade, nameOf, valueText, type ValueChange } from './value.ts';

/** Reads the value of a change and all that it rests on. */
export async function look(
  change: ValueChange,
  { snapshot }: ApplyContext,
): Promise<{ readonly value: Value; readonly found: readonly FactValue[] }> {
  const { basis = [] } = change;
  snapshot.forget(nameOf(change));
  forgetFacts(basis, snapshot);
  const [value, found] = await Promise.all([currentValue(change, snapshot), readFacts(basis, snapshot)]);
  return { value, found };
}

/** Looks at a change of the next stage beside the writes of this one, so that it is compared right before it is sent. */
export async function lookAhead(change: ValueChange, context: ApplyContext): Promise<void> {
  const { value, found } = await look(change, context);
  stillOpen(change, value, found, context);
}

/** Whether a change is still to be made. Throws `conflict` when it does not rest any more on what it was decided on. */
export function stillOpen(
  change: ValueChange,
  value: Value,
  found: readonly FactValue[],
  context: ApplyContext,
): boolean {
  if (isMade(change, value, context)) return false;
  if (!isAsDecided(change, value)) throw moved(change, `the value was ${valueText(value)}`);
  const fact = movedFact(change.basis ?? [], found);
  if (fact !== undefined) throw moved(change, formatMovedFact(fact));
  return true;
}

function moved(change: ValueChange, what: string): PromoteError {
  return new PromoteError(
    `The planned change ${formatChange(change)} was not made: right before writing it, ${what}.`,
    { code: 'conflict', outcome: 'conflict', fix: 'Find out who changed it, then run the step again.' },
  );
}
