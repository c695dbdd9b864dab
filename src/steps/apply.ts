import type { AliasChange, Change, ChangeState, DescriptionChange, TagChange } from '../domain/change.ts';
import { hasCode, PromoteError } from '../domain/errors.ts';
import { formatFullName } from '../domain/full-name.ts';
import { tagValue } from '../domain/model.ts';
import type { Clock, Logger } from '../domain/ports.ts';

import { formatChange } from '../domain/change-text.ts';
import type { Snapshot } from './snapshot.ts';

/** Changes of labels: what this interpreter applies. Copying and creating have steps of their own. */
export type LabelChange = AliasChange | TagChange | DescriptionChange;

/** Where the interpreter notes what it is about to do, so that a later step can tell when this one died. */
export interface Journal {
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

/** Reads of a value just written that may lag behind it: how often and how far apart, milliseconds. */
const READ_BACK = { tries: 4, pause: 500 } as const;

/**
 * Applies changes in order, those of one model together: the current values are read right before and must be what
 * the changes were decided on; they are written, one kind after the other; then all of them are read back.
 *
 * What already is as wanted is not written again, so that a run may be repeated from any point. Throws `conflict`
 * when the world moved.
 */
export async function applyChanges(changes: readonly LabelChange[], context: ApplyContext): Promise<void> {
  for (const group of runs(changes, modelOf)) {
    const pending = await stillNeeded(group, context);
    for (const stage of runs(pending, stageOf)) {
      refuseWhenCancelled(context.signal);
      for (const change of stage) context.journal.begin(change);
      await Promise.all(stage.map((change) => write(change, context)));
      for (const change of stage) context.journal.end(change, 'done');
    }
    await readBack(pending, context);
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
  return formatFullName(change.kind === 'alias' ? change.name : change.target.name);
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
    if (value === wanted(change)) context.journal.end(change, 'not-needed');
    else if (value === change.from) pending.push(change);
    else throw moved(change, value);
  }
  return pending;
}

async function readBack(batch: readonly LabelChange[], context: ApplyContext): Promise<void> {
  const { snapshot, clock, signal } = context;
  if (batch.length === 0) return;
  for (let attempt = 1; ; attempt += 1) {
    for (const change of batch) snapshot.forget(change.kind === 'alias' ? change.name : change.target.name);
    const values = await Promise.all(batch.map((change) => currentValue(change, snapshot)));
    const wrong = batch.findIndex((change, index) => (values[index] ?? null) !== wanted(change));
    const change = batch[wrong];
    if (change === undefined) return;
    if (attempt >= READ_BACK.tries) {
      context.journal.end(change, 'unknown');
      throw lost(change, values[wrong] ?? null);
    }
    await clock.sleep(READ_BACK.pause * attempt, signal);
  }
}

async function currentValue(change: LabelChange, snapshot: Snapshot): Promise<string | number | null> {
  if (change.kind === 'alias') return snapshot.freshAlias(change.name, change.alias);
  const { target } = change;
  if (target.kind === 'version') {
    const version = await snapshot.freshVersion(target.name, target.version);
    if (change.kind === 'description') return version?.description ?? '';
    return tagValue(version?.tags ?? [], change.key) ?? null;
  }
  if (change.kind === 'description') {
    snapshot.forget(target.name);
    return (await snapshot.model(target.name))?.description ?? '';
  }
  return tagValue((await snapshot.freshExtras(target.name))?.tags ?? [], change.key) ?? null;
}

function wanted(change: LabelChange): string | number | null {
  return change.to;
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
    `The world moved: ${formatChange(change)} was decided, and just before writing it the value was ${valueText(found)}. Nothing was written.`,
    { code: 'conflict', outcome: 'conflict', fix: 'Look at who changed it, then run again.' },
  );
}

function lost(change: LabelChange, found: string | number | null): PromoteError {
  return new PromoteError(
    `${formatChange(change)} was written, and reading it back gave ${valueText(found)}.`,
    {
      code: 'conflict',
      outcome: 'conflict',
      fix: 'Somebody else changes the same thing at the same time: look at who, then run again.',
    },
  );
}

function valueText(value: string | number | null): string {
  return value === null ? 'none' : String(value);
}
