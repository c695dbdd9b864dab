import type { AliasChange, DescriptionChange, RecordChange, TagChange } from '../domain/change.ts';
import type { FullName } from '../domain/full-name.ts';
import { tagValue } from '../domain/model.ts';
import { show } from '../domain/printable.ts';
import type { ReadObject, Snapshot } from '../facts/snapshot.ts';
import type { ApplyContext } from './context.ts';
import { currentRecord, hasMove } from './record.ts';

/** Changes of labels: what this interpreter applies. Copying and creating have steps of their own. */
export type LabelChange = AliasChange | RecordChange | TagChange | DescriptionChange;

/** A value that a change is about; null for none. */
export type LabelValue = string | number | null;

/** The model that a change concerns. */
export function nameOf(change: LabelChange): FullName {
  return change.kind === 'alias' || change.kind === 'record' ? change.name : change.target.name;
}

/** What a change's value is read from. */
export function objectOf(change: LabelChange): ReadObject {
  if (change.kind === 'alias') return change;
  if (change.kind === 'record') return { kind: 'extras', name: change.name };
  const { target } = change;
  if (target.kind === 'version') return target;
  return { kind: change.kind === 'tag' ? 'extras' : 'model', name: target.name };
}

/** Whether a value is what a change makes of it. */
export function isMade(change: LabelChange, value: LabelValue, context: ApplyContext): boolean {
  if (change.kind !== 'record') return value === change.to;
  return hasMove(typeof value === 'string' ? value : null, change, context);
}

/** Whether a value is what a change was decided on: a record is added to, whatever others added to it. */
export function isAsDecided(change: LabelChange, value: LabelValue): boolean {
  return change.kind === 'record' || value === change.from;
}

/** The value that a change is about, read right now; null for none. */
export async function currentValue(change: LabelChange, snapshot: Snapshot): Promise<LabelValue> {
  if (change.kind === 'record') return currentRecord(change, snapshot);
  if (change.kind === 'alias') return snapshot.freshAlias(change.name, change.alias);
  const { target } = change;
  if (target.kind === 'version') {
    const version = await snapshot.freshVersion(target.name, target.version);
    if (change.kind === 'description') return version?.description ?? '';
    return tagValue(version?.tags ?? [], change.key) ?? null;
  }
  if (change.kind === 'description') return (await snapshot.freshModel(target.name))?.description ?? '';
  return tagValue((await snapshot.freshExtras(target.name))?.tags ?? [], change.key) ?? null;
}

/** A value as a message shows it. */
export function valueText(value: LabelValue): string {
  return value === null ? 'none' : show(String(value), 200);
}
