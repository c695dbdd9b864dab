import type { FullName } from '../domain/full-name.ts';
import { tagValue } from '../domain/model.ts';
import { show } from '../domain/printable.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import type { AliasChange } from '../plan/changes/alias.ts';
import type { DescriptionChange } from '../plan/changes/description.ts';
import type { TagChange } from '../plan/changes/tag.ts';

/** Changes of labels: what this interpreter applies. Copying and creating have steps of their own. */
export type LabelChange = AliasChange | TagChange | DescriptionChange;

/** The model that a change concerns. */
export function nameOf(change: LabelChange): FullName {
  return change.kind === 'alias' ? change.name : change.target.name;
}

/** The value that a change is about, read right now; null for none. */
export async function currentValue(change: LabelChange, snapshot: Snapshot): Promise<string | number | null> {
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
export function valueText(value: string | number | null): string {
  return value === null ? 'none' : show(String(value), 200);
}
