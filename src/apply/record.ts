import type { RecordChange } from '../domain/change.ts';
import { hasCode, type PromoteError } from '../domain/errors.ts';
import { tagValue } from '../domain/model.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import { isRecorded, moveEntry, recordKey, recordMove } from '../policy/alias-history.ts';
import type { ApplyContext } from './context.ts';

/** A record that may not be written, and the refusal. */
export interface RefusedRecord {
  readonly change: RecordChange;
  readonly error: PromoteError;
}

/** The record of an alias as it is, read right now; null for none. */
export async function currentRecord(
  { name, alias }: RecordChange,
  snapshot: Snapshot,
): Promise<string | null> {
  const extras = await snapshot.freshExtras(name);
  return tagValue(extras?.tags ?? [], keyOf(alias, snapshot)) ?? null;
}

/** Whether a record has a move already. */
export function hasMove(text: string | null, change: RecordChange, { author, clock }: ApplyContext): boolean {
  return isRecorded(text, moveEntry(change, author, clock.now()));
}

/** Adds a move to the record as it was just read. */
export async function writeRecord(
  text: string | null,
  change: RecordChange,
  { snapshot, author, clock }: ApplyContext,
): Promise<void> {
  const target = { kind: 'model', name: change.name } as const;
  const record = recordMove(text, moveEntry(change, author, clock.now()));
  await snapshot.registry.setTag(target, keyOf(change.alias, snapshot), record.text);
}

/** Whether a record may not be written: for want of a right or of room. Everything else is a failure like any other. */
export function isRefusal(error: unknown): error is PromoteError {
  return hasCode(error, 'permission-denied', 'invalid-input', 'limit-reached', 'rejected');
}

function keyOf(alias: string, { registry }: Snapshot): string {
  return recordKey(alias, registry.capabilities);
}
