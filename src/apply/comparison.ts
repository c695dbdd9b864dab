import { PromoteError } from '../domain/errors.ts';
import { factsBefore, formatMovedFact, movedFact, type BasisFact, type FactValue } from '../plan/basis.ts';
import { formatChange } from '../plan/change.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import { forgetFacts, readFacts } from './basis.ts';
import type { Value } from './changes/value-writer.ts';
import type { ApplyContext } from './context.ts';
import { currentValue, isAsDecided, isMade, nameOf, valueText, type ValueChange } from './value.ts';

/** Facts that a change rests on, and what was found in the place of each. */
interface ReadBasis {
  readonly facts: readonly BasisFact[];
  readonly found: readonly FactValue[];
}

/** What was looked at so long ago is looked at again before it is written. Milliseconds. */
export const LOOK_AGE = 2_000;

/**
 * Reads the value of a change and all that it rests on: what takes long first, so that the rest is not old when the change is sent,
 * and the rest once more where that took long too.
 */
export async function look(
  change: ValueChange,
  { snapshot, clock }: ApplyContext,
  next: 'first' | 'another',
): Promise<{ readonly value: Value; readonly basis: ReadBasis }> {
  const { slow, quick } = bySpeed(factsBefore(change.basis ?? [], next));
  forgetFacts(slow, snapshot);
  // Nothing is waited for where there is nothing slow: a look beside a write is sent before it.
  const foundSlow = slow.length === 0 ? [] : await readFacts(slow, snapshot);
  const lookQuickly = () => {
    snapshot.forget(nameOf(change));
    forgetFacts(quick, snapshot);
    return Promise.all([currentValue(change, snapshot), readFacts(quick, snapshot)]);
  };
  const begunAt = clock.now();
  const first = await lookQuickly();
  const [value, found] = clock.now() - begunAt <= LOOK_AGE ? first : await lookQuickly();
  return { value, basis: { facts: [...quick, ...slow], found: [...found, ...foundSlow] } };
}

/** Reads what there is now in the place of each fact. */
export async function readBasis(facts: readonly BasisFact[], snapshot: Snapshot): Promise<ReadBasis> {
  return { facts, found: await readFacts(facts, snapshot) };
}

/** The facts that take many requests to read, or of which one may be sent again for long, and the others. */
export function bySpeed(facts: readonly BasisFact[]): {
  readonly slow: readonly BasisFact[];
  readonly quick: readonly BasisFact[];
} {
  const isSlow = ({ kind }: BasisFact) => kind === 'served' || kind === 'endpoint' || kind === 'files';
  return { slow: facts.filter(isSlow), quick: facts.filter((fact) => !isSlow(fact)) };
}

/** Looks at a change of the next stage beside the writes of this one, so that it is compared right before it is sent. */
export async function lookAhead(change: ValueChange, context: ApplyContext): Promise<void> {
  const { value, basis } = await look(change, context, 'first');
  stillOpen(change, value, basis, context);
}

/** Whether a change is still to be made. Throws `conflict` when it does not rest any more on what it was decided on. */
export function stillOpen(
  change: ValueChange,
  value: Value,
  { facts, found }: ReadBasis,
  context: ApplyContext,
): boolean {
  if (isMade(change, value, context)) return false;
  if (!isAsDecided(change, value)) throw moved(change, `the value was ${valueText(value)}`);
  const fact = movedFact(facts, found);
  if (fact !== undefined) throw moved(change, formatMovedFact(fact));
  return true;
}

function moved(change: ValueChange, what: string): PromoteError {
  return new PromoteError(
    `The planned change ${formatChange(change)} was not made: right before writing it, ${what}.`,
    { code: 'conflict', outcome: 'conflict', fix: 'Find out who changed it, then run the step again.' },
  );
}
