import { factsBefore } from '../plan/basis.ts';
import { formatChange } from '../plan/change.ts';
import type { RecordChange } from '../plan/changes/record.ts';
import { hasCode, PromoteError } from '../domain/errors.ts';
import { formatFullName } from '../domain/full-name.ts';
import { bySpeed, look, LOOK_AGE, lookAhead, readBasis, stillOpen } from './comparison.ts';
import type { ApplyContext } from './context.ts';
import { refuseWhenCancelled } from '../domain/cancelled.ts';
import { currentValue, nameOf, objectOf, writeValue, type ValueChange } from './value.ts';
import type { Sent, Value } from './changes/value-writer.ts';
import { explainLimit } from './limit.ts';
import { readBack } from './read-back.ts';
import { RECORD_CHECK, recordLeft, takeBackRecord, unrecorded } from './changes/record.ts';
import { isRefusal } from './refusal.ts';
import { makeWrite, notBegun, type WriteState } from './write.ts';

/**
 * Applies changes in order, those of one model together: the current values, and what the changes rest on, are read right
 * before and must be what the changes were decided on; they are written, one kind after the other; then all of them are
 * read back.
 *
 * `alongside` reads for the next step beside each reading back; what fails there is reported where it is needed.
 *
 * What already is as wanted is not written again, so that a run may be repeated from any point. Throws `conflict`
 * when the world moved. A record of a move that is refused stops no move, and is a warning.
 */
export async function applyChanges(
  changes: readonly ValueChange[],
  context: ApplyContext,
  alongside?: () => Promise<unknown>,
): Promise<void> {
  for (const group of runs(changes, modelOf)) {
    const written = await makeChanges(group, context, alongside);
    for (const change of written) context.log.info(formatChange(change));
  }
}

/** Makes changes of one model: looks at all, writes them by stages, and reads back. Returns what was needed and written. */
export async function makeChanges(
  changes: readonly ValueChange[],
  context: ApplyContext,
  alongside?: () => Promise<unknown>,
): Promise<readonly ValueChange[]> {
  const { clock, signal } = context;
  const needed = await stillNeeded(changes, context);
  const { pending, values } = needed;
  const written: ValueChange[] = [];
  let { lookedAt } = needed;
  const stages = runs(pending, stageOf);
  for (const [index, stage] of stages.entries()) {
    refuseWhenCancelled(signal);
    const begunAt = clock.now();
    const isLookedAt = begunAt - lookedAt <= LOOK_AGE;
    const ending = stage.map((change) => endOf(change, context, isLookedAt, values.get(change) ?? null));
    const next = stage.some(({ kind }) => kind === 'record') ? (stages[index + 1] ?? []) : [];
    const looks = next.map((change) => lookAhead(change, context));
    const [ends, looked] = await Promise.all([Promise.all(ending), Promise.allSettled(looks)]);
    const failed = ends.flatMap((end) => ('error' in end ? [end] : []));
    const refused = failed.filter(isRefusedRecord);
    for (const { change, error } of refused) context.warn(RECORD_CHECK, unrecorded(change, error));
    written.push(...ends.flatMap((end) => ('error' in end ? [] : [end.change])));
    const stopping = failed.filter((end) => !isRefusedRecord(end));
    const failure = firstFailure([
      ...stopping.map(({ error }) => error),
      ...looked.flatMap((each) => (each.status === 'rejected' ? [each.reason as Error] : [])),
    ]);
    if (failure !== undefined) {
      if (stopping.every(({ isCertain }) => isCertain)) await takeBackRecords(written, values, context);
      throw failure;
    }
    if (looks.length > 0) lookedAt = begunAt;
    // While the loop waited the world went on: the next stage looks again.
    if (ends.some((end) => 'error' in end || end.hasFailed)) lookedAt = Number.NEGATIVE_INFINITY;
  }
  await readBack(written, context, alongside);
  return written;
}

/** What became of a change in its stage: whether a try of it failed, or its failure, and whether it was certainly not made. */
type ChangeEnd =
  | { readonly change: ValueChange; readonly hasFailed: boolean }
  | { readonly change: ValueChange; readonly error: Error; readonly isCertain: boolean };

async function endOf(
  change: ValueChange,
  context: ApplyContext,
  isLookedAt: boolean,
  value: Value,
): Promise<ChangeEnd> {
  const state = notBegun();
  try {
    await writeChange(change, context, isLookedAt, { value, state });
    return { change, hasFailed: state.hasFailed };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    return { change, error, isCertain: !state.mayBeDone && !state.wasDoubtful };
  }
}

/** That the record of a move is refused, and certainly not made, stops nothing. */
function isRefusedRecord(end: {
  readonly change: ValueChange;
  readonly error: Error;
  readonly isCertain: boolean;
}): end is { readonly change: RecordChange; readonly error: PromoteError; readonly isCertain: true } {
  return end.change.kind === 'record' && end.isCertain && isRefusal(end.error);
}

/** The failure to throw: of a change that was sent rather than of one that was cancelled. */
function firstFailure(failures: readonly Error[]): Error | undefined {
  return failures.find((error) => !hasCode(error, 'cancelled')) ?? failures[0];
}

/**
 * Takes back the records of moves that were certainly not made; what fails here leaves them as a run that dies does, and hides
 * no failure.
 */
async function takeBackRecords(
  written: readonly ValueChange[],
  values: ReadonlyMap<ValueChange, Value>,
  context: ApplyContext,
): Promise<void> {
  for (const change of written) {
    if (change.kind !== 'record' || isForMoved(change, written)) continue;
    try {
      await takeBackRecord(change, values.get(change) ?? null, context);
    } catch (error) {
      if (!(error instanceof PromoteError)) throw error;
      context.warn(RECORD_CHECK, recordLeft(change, error));
    }
  }
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

/**
 * The changes that are still to be made, the values that all of them are about, and when these were looked at. What takes long to
 * read is read first.
 */
async function stillNeeded(
  batch: readonly ValueChange[],
  context: ApplyContext,
): Promise<{
  readonly pending: ValueChange[];
  readonly values: ReadonlyMap<ValueChange, Value>;
  readonly lookedAt: number;
}> {
  const { clock, snapshot, journal } = context;
  const speeds = batch.map((change) => bySpeed(factsBefore(change.basis ?? [], 'first')));
  const slow = await Promise.all(speeds.map((each) => readBasis(each.slow, snapshot)));
  const lookedAt = clock.now();
  snapshot.renew(batch.map(objectOf));
  const looks = await Promise.all(
    batch.map(async (change, index) => {
      const [value, quick] = await Promise.all([
        currentValue(change, snapshot),
        readBasis(speeds[index]?.quick ?? [], snapshot),
      ]);
      const { facts = [], found = [] } = slow[index] ?? {};
      const basis = { facts: [...quick.facts, ...facts], found: [...quick.found, ...found] };
      return { change, value, basis };
    }),
  );
  const made: ValueChange[] = [];
  // A record precedes its move: that the alias moved is said of the move, and what is moved already needs no record.
  for (const { change, value, basis } of looks.toReversed()) {
    if (!isForMoved(change, made) && stillOpen(change, value, basis, context)) continue;
    made.push(change);
    journal.end(change, 'not-needed');
  }
  const pending = batch.filter((change) => !made.includes(change));
  return { pending, values: new Map(looks.map(({ change, value }) => [change, value])), lookedAt };
}

/** Whether a change is the record of a move that is made already. */
function isForMoved(change: ValueChange, made: readonly ValueChange[]): boolean {
  return (
    change.kind === 'record' && made.some((each) => each.kind === 'alias' && each.alias === change.alias)
  );
}

/**
 * Writes one change and notes what became of it. What is there already before another try was done; what somebody else changed meanwhile, of the value or of what the change rests on, is a conflict.
 */
export async function writeChange(
  change: ValueChange,
  context: ApplyContext,
  isLookedAt: boolean,
  { value = change.from, state = notBegun() }: { readonly value?: Value; readonly state?: WriteState } = {},
): Promise<void> {
  const { journal, snapshot } = context;
  let seen = value;
  journal.begin(change);
  let sent: Sent;
  try {
    sent = await makeWrite<Sent>(
      {
        async look(failure) {
          const next = failure === undefined ? 'first' : 'another';
          const { value: current, basis } = await look(change, context, next);
          seen = current;
          return stillOpen(change, current, basis, context) ? 'open' : { done: undefined };
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
  // Where the look before the first try, or every try itself, found it made, somebody else did.
  const isOfOthers = state.tries === 0 || (sent === 'gone' && !state.wasDoubtful);
  journal.end(change, isOfOthers ? 'not-needed' : 'done');
}
