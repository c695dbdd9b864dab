import type { Change, ChangeState } from '../domain/change.ts';
import { hasCode, PromoteError } from '../domain/errors.ts';
import { formatFullName } from '../domain/full-name.ts';
import type { Clock, Logger } from '../domain/ports.ts';
import { formatChange } from '../domain/change-text.ts';
import { explainLimit } from './limit.ts';
import { currentValue, nameOf, valueText, type LabelChange } from './label.ts';
import { readBack } from './read-back.ts';
import type { Snapshot } from './snapshot.ts';

/** Where the interpreter notes what it is about to do, so that a later step can tell when this one died. */
export interface Journal {
  /** What was decided on and is to be made. */
  plan(changes: readonly Change[]): void;
  begin(change: Change): void;
  end(change: Change, state: ChangeState): void;
}

/** What the interpreter works with. */
export interface ApplyContext {
  readonly snapshot: Snapshot;
  readonly journal: Journal;
  readonly log: Logger;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Failures after which nobody knows whether a write was done. */
export const OUTAGES = ['unavailable', 'rate-limited', 'protocol'] as const;

/** Answers after which it is certain that a write was not done. */
export const REFUSALS = [
  'permission-denied',
  'unauthenticated',
  'other-identity',
  'invalid-input',
  'not-found',
  'already-exists',
  'conflict',
  'limit-reached',
  'rejected',
  'unsupported',
] as const;

/** Tries of a write after outages: how often, how far apart at least, and for how long in all; milliseconds. */
export const REWRITE = { tries: 5, pause: 500, budget: 300_000 } as const;

/**
 * Applies changes in order, those of one model together: the current values are read right before and must be what
 * the changes were decided on; they are written, one kind after the other; then all of them are read back.
 *
 * `alongside` reads for the next step beside each reading back; what fails there is told where it is needed.
 *
 * What already is as wanted is not written again, so that a run may be repeated from any point. Throws `conflict`
 * when the world moved.
 */
export async function applyChanges(
  changes: readonly LabelChange[],
  context: ApplyContext,
  alongside?: () => Promise<unknown>,
): Promise<void> {
  for (const group of runs(changes, modelOf)) {
    const pending = await stillNeeded(group, context);
    for (const stage of runs(pending, stageOf)) {
      refuseWhenCancelled(context.signal);
      await allEnded(stage.map((change) => writeChange(change, context)));
    }
    await readBack(pending, context, alongside);
    for (const change of pending) context.log.info(formatChange(change));
  }
}

/** Neighbours with the same key, in order. */
function runs(changes: readonly LabelChange[], keyOf: (change: LabelChange) => string): LabelChange[][] {
  const result: LabelChange[][] = [];
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
function stageOf(change: LabelChange): string {
  return `${change.kind} ${change.to === null ? 'away' : 'set'}`;
}

function modelOf(change: LabelChange): string {
  return formatFullName(nameOf(change));
}

/** A cancelled run begins no further change. */
export function refuseWhenCancelled(signal: AbortSignal): void {
  if (signal.aborted) {
    throw new PromoteError('Cancelled: no further change was begun.', {
      code: 'cancelled',
      outcome: 'error',
    });
  }
}

async function stillNeeded(batch: readonly LabelChange[], context: ApplyContext): Promise<LabelChange[]> {
  const current = await Promise.all(batch.map((change) => currentValue(change, context.snapshot)));
  const pending: LabelChange[] = [];
  for (const [index, change] of batch.entries()) {
    const value = current[index] ?? null;
    if (value === change.to) context.journal.end(change, 'not-needed');
    else if (value === change.from) pending.push(change);
    else throw moved(change, value);
  }
  return pending;
}

/** Waits for every write, so that none goes on unseen, and then throws the first failure of one that was sent, else the first. */
async function allEnded(writes: readonly Promise<void>[]): Promise<void> {
  const ended = await Promise.allSettled(writes);
  const failures = ended.flatMap((each) => (each.status === 'rejected' ? [each.reason as Error] : []));
  const told = failures.find((error) => !hasCode(error, 'cancelled')) ?? failures[0];
  if (told !== undefined) throw told;
}

/**
 * Writes one change and notes what became of it. A refusal was not done, nor was what a cancelled run did not send any
 * more; of a write that was cancelled in flight nobody knows. After an outage nothing is sent again before
 * the current value was read: what is there already was done, what somebody else changed meanwhile is left alone.
 */
export async function writeChange(change: LabelChange, context: ApplyContext): Promise<void> {
  const { journal, clock, signal, snapshot } = context;
  journal.begin(change);
  const startedAt = clock.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      await write(change, context);
      journal.end(change, 'done');
      return;
    } catch (error) {
      if (hasCode(error, ...REFUSALS) || (attempt === 1 && hasCode(error, 'cancelled')))
        journal.end(change, 'not-done');
      if (!hasCode(error, ...OUTAGES)) throw await explainLimit(error, change, snapshot);
      const delay = Math.max(error.details.retryAfter ?? 0, REWRITE.pause * attempt);
      if (attempt >= REWRITE.tries || clock.now() + delay - startedAt > REWRITE.budget) throw error;
      await clock.sleep(delay, signal);
      refuseWhenCancelled(signal);
    }
    snapshot.forget(nameOf(change));
    const now = await currentValue(change, snapshot);
    if (now === change.to) {
      journal.end(change, 'done');
      return;
    }
    if (now !== change.from) throw moved(change, now);
  }
}

async function write(change: LabelChange, { snapshot }: ApplyContext): Promise<void> {
  const { registry } = snapshot;
  switch (change.kind) {
    case 'alias':
      return change.to === null
        ? gone(registry.deleteAlias(change.name, change.alias))
        : registry.setAlias(change.name, change.alias, change.to);
    case 'tag':
      return change.to === null
        ? gone(registry.deleteTag(change.target, change.key))
        : registry.setTag(change.target, change.key, change.to);
    case 'description':
      return registry.setDescription(change.target, change.to);
  }
}

/** A deletion that was sent again after a lost answer finds nothing: it was done, and the read-back proves it. */
async function gone(deletion: Promise<void>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!hasCode(error, 'not-found')) throw error;
  }
}

function moved(change: LabelChange, found: string | number | null): PromoteError {
  return new PromoteError(
    `The world moved: ${formatChange(change)} was decided, and just before writing it the value was ${valueText(found)}.`,
    { code: 'conflict', outcome: 'conflict', fix: 'Look at who changed it, then run again.' },
  );
}
