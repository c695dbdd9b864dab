import { formatMovedFact, movedFact, type FactValue } from '../plan/basis.ts';
import { formatChange } from '../plan/change.ts';
import { hasCode, messageOf, PromoteError } from '../domain/errors.ts';
import { formatFullName } from '../domain/full-name.ts';
import { handledLater } from '../domain/promises.ts';
import { forgetFacts, readFacts } from './basis.ts';
import type { ApplyContext } from './context.ts';
import { refuseWhenCancelled } from '../domain/cancelled.ts';
import {
  currentValue,
  isAsDecided,
  isMade,
  nameOf,
  objectOf,
  valueText,
  writeValue,
  type ValueChange,
} from './value.ts';
import type { Value } from './changes/value-writer.ts';
import { explainLimit } from './limit.ts';
import { readBack } from './read-back.ts';
import { takeBackRecord, type RefusedRecord } from './changes/record.ts';
import { isRefusal } from './refusal.ts';
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
 * when the world moved. Returns the records of moves that were refused, without which the moves were made.
 */
export async function applyChanges(
  changes: readonly ValueChange[],
  context: ApplyContext,
  alongside?: () => Promise<unknown>,
): Promise<readonly RefusedRecord[]> {
  const refused: RefusedRecord[] = [];
  for (const group of runs(changes, modelOf)) {
    const made = await makeChanges(group, context, alongside);
    for (const change of made.written) context.log.info(formatChange(change));
    refused.push(...made.refused);
  }
  return refused;
}

/** The changes that were needed and written, and the records of moves that were refused. */
interface MadeChanges {
  readonly written: readonly ValueChange[];
  readonly refused: readonly RefusedRecord[];
}

/** Makes changes of one model: looks at all, writes them by stages, and reads back. */
export async function makeChanges(
  changes: readonly ValueChange[],
  context: ApplyContext,
  alongside?: () => Promise<unknown>,
): Promise<MadeChanges> {
  const { clock, signal } = context;
  const { pending, values } = await stillNeeded(changes, context);
  const written: ValueChange[] = [];
  const refused: RefusedRecord[] = [];
  let lookedAt = clock.now();
  const stages = runs(pending, stageOf);
  for (const [index, stage] of stages.entries()) {
    refuseWhenCancelled(signal);
    const begunAt = clock.now();
    const isLookedAt = begunAt - lookedAt <= LOOK_AGE;
    const ends = stage.map((change) => writeInStage(change, context, isLookedAt, values.get(change) ?? null));
    const next = stage.some(({ kind }) => kind === 'record') ? (stages[index + 1] ?? []) : [];
    const looks = next.map((change) => lookAhead(change, context));
    const looked = allEnded(looks);
    handledLater(looked);
    const made = await allEnded(ends).catch(async (error: unknown) => {
      if (isRefusal(error)) await takeBackRecords(written, values, context);
      throw error;
    });
    await looked;
    refused.push(...made.flatMap((end) => (end.refused === undefined ? [] : [end.refused])));
    written.push(...stage.filter((_, each) => made[each]?.refused === undefined));
    if (looks.length > 0) lookedAt = begunAt;
    // While a write was repeated the world went on: the next stage looks again.
    if (made.some(({ tries }) => tries !== 1)) lookedAt = Number.NEGATIVE_INFINITY;
  }
  await readBack(written, context, alongside);
  return { written, refused };
}

/** Takes back the records of moves that were refused; what fails here leaves them as a run that dies does, and hides no refusal. */
async function takeBackRecords(
  written: readonly ValueChange[],
  values: ReadonlyMap<ValueChange, Value>,
  context: ApplyContext,
): Promise<void> {
  for (const change of written) {
    if (change.kind !== 'record') continue;
    try {
      await takeBackRecord(change, values.get(change) ?? null, context);
    } catch (error) {
      if (!(error instanceof PromoteError)) throw error;
      context.log.warning(`${formatChange(change)} was not made, and its record stays: ${messageOf(error)}`);
    }
  }
}

/** What became of a change in its stage: how often it was sent, or that it is a record which was refused. */
interface StageEnd {
  readonly tries: number;
  readonly refused?: RefusedRecord;
}

/** Writes a change; that the record of a move is refused stops nothing. */
async function writeInStage(
  change: ValueChange,
  context: ApplyContext,
  isLookedAt: boolean,
  value: Value,
): Promise<StageEnd> {
  try {
    return { tries: await writeChange(change, context, isLookedAt, value) };
  } catch (error) {
    if (change.kind !== 'record' || !isRefusal(error)) throw error;
    context.log.warning(`${formatChange(change)} was refused: ${messageOf(error)}`);
    return { tries: 1, refused: { change, error } };
  }
}

/** Looks at a change of the next stage beside the writes of this one, so that it is compared right before it is sent. */
async function lookAhead(change: ValueChange, context: ApplyContext): Promise<void> {
  const { value, found } = await look(change, context);
  stillOpen(change, value, found, context);
}

/** Reads the value of a change and all that it rests on. */
async function look(
  change: ValueChange,
  { snapshot }: ApplyContext,
): Promise<{ readonly value: Value; readonly found: readonly FactValue[] }> {
  const { basis = [] } = change;
  snapshot.forget(nameOf(change));
  forgetFacts(basis, snapshot);
  const [value, found] = await Promise.all([currentValue(change, snapshot), readFacts(basis, snapshot)]);
  return { value, found };
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

/** The changes that are still to be made, and the values that all of them are about. */
async function stillNeeded(
  batch: readonly ValueChange[],
  context: ApplyContext,
): Promise<{ readonly pending: ValueChange[]; readonly values: ReadonlyMap<ValueChange, Value> }> {
  const { snapshot, journal } = context;
  snapshot.renew(batch.map(objectOf));
  const values = batch.map((change) => currentValue(change, snapshot));
  const [current, found] = await Promise.all([
    Promise.all(values),
    Promise.all(batch.map(({ basis = [] }) => readFacts(basis, snapshot))),
  ]);
  const made: ValueChange[] = [];
  // A record precedes its move: that the alias moved is said of the move, and what is moved already needs no record.
  for (const [index, change] of [...batch.entries()].reverse()) {
    if (!isForMoved(change, made) && stillOpen(change, current[index] ?? null, found[index] ?? [], context))
      continue;
    made.push(change);
    journal.end(change, 'not-needed');
  }
  const pending = batch.filter((change) => !made.includes(change));
  return { pending, values: new Map(batch.map((change, index) => [change, current[index] ?? null])) };
}

/** Whether a change is the record of a move that is made already. */
function isForMoved(change: ValueChange, made: readonly ValueChange[]): boolean {
  return (
    change.kind === 'record' && made.some((each) => each.kind === 'alias' && each.alias === change.alias)
  );
}

/** Whether a change is still to be made. Throws `conflict` when it does not rest any more on what it was decided on. */
function stillOpen(
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
  value: Value = change.from,
): Promise<number> {
  const { journal, snapshot } = context;
  const state = notBegun();
  let seen = value;
  journal.begin(change);
  try {
    await makeWrite(
      {
        async look() {
          const { value: current, found } = await look(change, context);
          seen = current;
          return stillOpen(change, current, found, context) ? 'open' : { done: undefined };
        },
        send: () => writeValue(change, seen, context),
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
