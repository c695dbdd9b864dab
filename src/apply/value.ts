import { show } from '../domain/printable.ts';
import type { FullName } from '../domain/full-name.ts';
import type { ReadObject, Snapshot } from '../facts/snapshot.ts';
import type { AliasChange } from '../plan/changes/alias.ts';
import type { DescriptionChange } from '../plan/changes/description.ts';
import type { HoldChange } from '../plan/changes/hold.ts';
import type { DeleteModelChange } from '../plan/changes/model-deletion.ts';
import type { OwnerChange } from '../plan/changes/owner.ts';
import type { RenameChange } from '../plan/changes/rename.ts';
import type { TagChange } from '../plan/changes/tag.ts';
import type { RecordChange } from '../plan/changes/record.ts';
import type { DeleteVersionChange } from '../plan/changes/version-deletion.ts';
import { aliasWriter } from './changes/alias.ts';
import { descriptionWriter } from './changes/description.ts';
import { holdWriter } from './changes/hold.ts';
import { modelDeletionWriter } from './changes/model-deletion.ts';
import { ownerWriter } from './changes/owner.ts';
import { recordWriter } from './changes/record.ts';
import { renameWriter } from './changes/rename.ts';
import { tagWriter } from './changes/tag.ts';
import { versionDeletionWriter } from './changes/version-deletion.ts';
import type { ApplyContext } from './context.ts';
import type { Sent, Value, ValueWriter } from './changes/value-writer.ts';

/** The changes of one value each, by kind. */
interface ValueChanges {
  readonly alias: AliasChange;
  readonly record: RecordChange;
  readonly tag: TagChange;
  readonly description: DescriptionChange;
  readonly hold: HoldChange;
  readonly owner: OwnerChange;
  readonly 'rename-model': RenameChange;
  readonly 'delete-model': DeleteModelChange;
  readonly 'delete-version': DeleteVersionChange;
}

type Kind = keyof ValueChanges;

/** A change of one value: read, written and read back by the loop. Copying and creating are made of several writes. */
export type ValueChange<K extends Kind = Kind> = { [P in K]: { readonly kind: P } & ValueChanges[P] }[K];

const WRITERS: { readonly [K in Kind]: ValueWriter<ValueChanges[K]> } = {
  alias: aliasWriter,
  record: recordWriter,
  tag: tagWriter,
  description: descriptionWriter,
  hold: holdWriter,
  owner: ownerWriter,
  'rename-model': renameWriter,
  'delete-model': modelDeletionWriter,
  'delete-version': versionDeletionWriter,
};

/** The model that a change concerns. */
export function nameOf<K extends Kind>(change: ValueChange<K>): FullName {
  return WRITERS[change.kind].nameOf(change);
}

/** The value that a change is about, read right now; null for none. */
export function currentValue<K extends Kind>(change: ValueChange<K>, snapshot: Snapshot): Promise<Value> {
  return WRITERS[change.kind].current(change, snapshot);
}

/** What a change's value is read from. */
export function objectOf<K extends Kind>(change: ValueChange<K>): ReadObject {
  return WRITERS[change.kind].objectOf(change);
}

/** Whether a value is what a change makes of it. */
export function isMade<K extends Kind>(change: ValueChange<K>, value: Value, context: ApplyContext): boolean {
  return WRITERS[change.kind].isMade(change, value, context);
}

/** Whether a value that was read back shows that a change was made. */
export function isReadBack<K extends Kind>(
  change: ValueChange<K>,
  value: Value,
  context: ApplyContext,
): boolean {
  return WRITERS[change.kind].isReadBack(change, value, context);
}

/** Whether a value is what a change was decided on. */
export function isAsDecided<K extends Kind>(change: ValueChange<K>, value: Value): boolean {
  return WRITERS[change.kind].isAsDecided(change, value);
}

/** Sends the one request of a change; `seen` is the value as it was read right before. */
export function writeValue<K extends Kind>(
  change: ValueChange<K>,
  seen: Value,
  context: ApplyContext,
): Promise<Sent> {
  return WRITERS[change.kind].write(change, seen, context);
}

/** A value as a message shows it. */
export function valueText(value: Value): string {
  return value === null ? 'none' : show(String(value), 200);
}
