import type { Finding } from '../../domain/decision.ts';
import { messageOf, type PromoteError } from '../../domain/errors.ts';
import { formatFullName } from '../../domain/full-name.ts';
import { tagValue } from '../../domain/model.ts';
import { modelSecurable } from '../../domain/privilege.ts';
import type { Snapshot } from '../../facts/snapshot.ts';
import type { RecordChange } from '../../plan/changes/record.ts';
import {
  hasMove,
  isAddedTo,
  isRecorded,
  moveEntry,
  recordKey,
  recordMove,
} from '../../policy/alias/history.ts';
import { rightName } from '../../policy/grants/findings.ts';
import type { ApplyContext } from '../context.ts';
import { makeWrite } from '../write.ts';
import { gone, type Value, type ValueWriter } from './value-writer.ts';

/** The check under which it is noted what stands in the way of a record. */
export const RECORD_CHECK = 'Record of the move';

/** That the registry refused the record of a move, which stops no move. */
export function unrecorded({ name, alias }: RecordChange, error: PromoteError): Finding {
  const right = rightName({ securable: modelSecurable(name), privilege: 'APPLY_TAG' });
  return {
    code: 'move-unrecorded',
    severity: 'warning',
    message: `The registry refused the record, so nothing will show who moved ${formatFullName(name)}@${alias}: ${messageOf(error)}`,
    fix:
      error.details.code === 'permission-denied'
        ? `Have an administrator grant the caller ${right}.`
        : (error.details.fix ?? 'Check the tags of the model.'),
  };
}

/** That the record of a move stays which was not made. */
export function recordLeft({ name, alias }: RecordChange, error: PromoteError): Finding {
  return {
    code: 'move-record-left',
    severity: 'warning',
    message: `${formatFullName(name)}@${alias} was not moved, and the record of the move could not be removed: ${messageOf(error)}`,
    fix: 'No action is needed: readers of the record see a move that was begun and not completed.',
  };
}

/** Adds a move to the record of an alias, a tag of its model: who moves it, and when, is known only at the write. */
export const recordWriter: ValueWriter<RecordChange> = {
  nameOf: ({ name }) => name,
  objectOf: ({ name }) => ({ kind: 'extras', name }),
  async current({ name, alias }, snapshot) {
    const extras = await snapshot.freshExtras(name);
    return tagValue(extras?.tags ?? [], keyOf(alias, snapshot)) ?? null;
  },
  isMade: (change, value, { author, clock }) =>
    isRecorded(textOf(value), moveEntry(change, author, clock.now())),
  isReadBack: (change, value, { author, clock }) =>
    hasMove(textOf(value), moveEntry(change, author, clock.now())),
  // A record is added to, whatever others added to it.
  isAsDecided: () => true,
  async write(change, seen, { snapshot, writer, author, clock }) {
    const target = { kind: 'model', name: change.name } as const;
    const record = recordMove(textOf(seen), moveEntry(change, author, clock.now()));
    await writer.setTag(target, keyOf(change.alias, snapshot), record.text);
  },
};

/**
 * Takes back the record of a move that was certainly not made, so that nothing is left of it: `before` is the record as it was.
 * One that somebody has added to meanwhile stays, as one does of a run that died: readers know it as a move that was begun.
 */
export async function takeBackRecord(
  change: RecordChange,
  before: Value,
  context: ApplyContext,
): Promise<void> {
  const { snapshot, writer, author, clock, journal } = context;
  const target = { kind: 'model', name: change.name } as const;
  const key = keyOf(change.alias, snapshot);
  const was = textOf(before);
  const isTakenBack = await makeWrite<boolean>(
    {
      async look() {
        snapshot.forget(change.name);
        const text = textOf(await recordWriter.current(change, snapshot));
        if (text === was) return { done: true };
        return isAddedTo(text, was, moveEntry(change, author, clock.now())) ? 'open' : { done: false };
      },
      async send() {
        await (was === null ? gone(writer.deleteTag(target, key)) : writer.setTag(target, key, was));
        return true;
      },
    },
    context,
    { isLookedAt: false },
  );
  if (isTakenBack) journal.end(change, 'not-done');
}

function textOf(value: Value): string | null {
  return typeof value === 'string' ? value : null;
}

function keyOf(alias: string, { registry }: Snapshot): string {
  return recordKey(alias, registry.capabilities);
}
