import { formatMovedFact, movedFact, type FactValue } from '../plan/basis.ts';
import { formatChange } from '../plan/change.ts';
import { hasCode, PromoteError } from '../domain/errors.ts';
import { formatFullName } from '../domain/full-name.ts';
import { forgetFacts, readFacts } from './basis.ts';
import type { ApplyContext } from './context.ts';
import { refuseWhenCancelled } from '../domain/cancelled.ts';
import { currentValue, nameOf, valueText, writeValue, type ValueChange } from './value.ts';
import { explainLimit } from './limit.ts';
import { readBack } from './read-back.ts';
import { makeWrite, notBegun } from './write.ts';

/** What was looked at so long ago is looked at again before a first try. Milliseconds. */
const LOOK_AGE = 2_000;

/**
 * Applies changes in order, those of one model together: the current values, and what the changes rest on, are read right
 * before and must be what the changes were decided on; they are written, one kind after the other; then all of them are
 * read back.
 *
 * `alongside` reads for the next step beside each reading back; what fails there is told where it is needed.
 *
 * What already is as wanted is not written again, so that a run may be repeated from any point. Throws `conflict`
 * when the world moved.
 */
export async function applyChanges(
  changes: readonly ValueChange[],
  context: ApplyContext,
  alongside?: () => Promise<unknown>,
): Promise<void> {
  for (const group of runs(changes, modelOf)) {
    for (const change of await makeChanges(group, context, alongside)) context.log.info(formatChange(change));
  }
}

/** Makes changes of one model: looks at all, writes them by stages, and reads back; gives back those that were needed. */
export async function makeChanges(
  changes: readonly ValueChange[],
  context: ApplyContext,
  alongside?: () => Promise<unknown>,
): Promise<readonly ValueChange[]> {
  const { clock, signal } = context;
  const pending = await stillNeeded(changes, context);
  let lookedAt = clock.now();
  for (const stage of runs(pending, stageOf)) {
    refuseWhenCancelled(signal);
    const isLookedAt = clock.now() - lookedAt <= LOOK_AGE;
    const tries = await allEnded(stage.map((change) => writeChange(change, context, isLookedAt)));
    // While a write was repeated the world went on: the next stage looks again.
    if (tries.some((each) => each !== 1)) lookedAt = Number.NEGATIVE_INFINITY;
  }
  await readBack(pending, context, alongside);
  return pending;
}

/** Neighbours with the same key, in order. */
function runs(changes: readonly ValueChange[], keyOf: (change: ValueChange) => string): ValueChange[][] {
  const result: ValueChange[][] = [];
  let last: string | undefined;
  for (const change of changes) {
    const key = keyOf(change);
    if (key === last) result.at(-1)?.push(change);
    else result.push([change]);
    last = key;
  }
  return result;
}

/** What is taken away goes before what is added, so that a limit of the platform is not passed on the way. */
function stageOf(change: ValueChange): string {
  return `${change.kind} ${change.to === null ? 'away' : 'set'}`;
}

function modelOf(change: ValueChange): string {
  return formatFullName(nameOf(change));
}

async function stillNeeded(batch: readonly ValueChange[], context: ApplyContext): Promise<ValueChange[]> {
  const { snapshot, journal } = context;
  const values = batch.map((change) => currentValue(change, snapshot));
  const [current, found] = await Promise.all([
    Promise.all(values),
    Promise.all(batch.map(({ basis = [] }) => readFacts(basis, snapshot))),
  ]);
  return batch.filter((change, index) => {
    const isNeeded = stillOpen(change, current[index] ?? null, found[index] ?? []);
    if (!isNeeded) journal.end(change, 'not-needed');
    return isNeeded;
  });
}

/** Whether a change is still to be made. Throws `conflict` when it does not rest any more on what it was decided on. */
function stillOpen(change: ValueChange, value: string | number | null, found: readonly FactValue[]): boolean {
  if (value === change.to) return false;
  if (value !== change.from) throw moved(change, `the value was ${valueText(value)}`);
  const fact = movedFact(change.basis ?? [], found);
  if (fact !== undefined) throw moved(change, formatMovedFact(fact));
  return true;
}

/** Waits for every write, so that none goes on unseen, and then throws the first failure of one that was sent, else the first. */
async function allEnded<T>(writes: readonly Promise<T>[]): Promise<T[]> {
  const ended = await Promise.allSettled(writes);
  const failures = ended.flatMap((each) => (each.status === 'rejected' ? [each.reason as Error] : []));
  const first = failures.find((error) => !hasCode(error, 'cancelled')) ?? failures[0];
  if (first !== undefined) throw first;
  return Promise.all(writes);
}

/**
 * Writes one change and notes what became of it; gives back how often it was sent. What is there already before another try
 * was done; what somebody else changed meanwhile, of the value or of what the change rests on, is a conflict.
 */
export async function writeChange(
  change: ValueChange,
  context: ApplyContext,
  isLookedAt: boolean,
): Promise<number> {
  const { journal, snapshot } = context;
  const state = notBegun();
  const { basis = [] } = change;
  journal.begin(change);
  try {
    await makeWrite(
      {
        async look() {
          snapshot.forget(nameOf(change));
          forgetFacts(basis, snapshot);
          const [value, found] = await Promise.all([
            currentValue(change, snapshot),
            readFacts(basis, snapshot),
          ]);
          return stillOpen(change, value, found) ? 'open' : { done: undefined };
        },
        send: () => writeValue(change, context.writer),
      },
      context,
      { isLookedAt, state },
    );
  } catch (error) {
    if (!state.mayBeDone) journal.end(change, 'not-done');
    throw await explainLimit(error, change, snapshot);
  }
  journal.end(change, 'done');
  return state.tries;
}

function moved(change: ValueChange, what: string): PromoteError {
  return new PromoteError(
    `The world moved: ${formatChange(change)} was decided, and just before writing it ${what}.`,
    { code: 'conflict', outcome: 'conflict', fix: 'Look at who changed it, then run again.' },
  );
}
