import { isSameKey, TAG_KEYS } from '../domain/tag-keys.ts';
import type { ModelVersion } from '../domain/model.ts';
import type { HoldChange } from '../plan/changes/hold.ts';
import type { TagChange } from '../plan/changes/tag.ts';
import type { FoundHold } from './hold-findings.ts';
import { holdKey } from './model-hold.ts';

/** The hold that a version gets on its model; none where it is on hold there already, under whatever number. */
export function holdChanges(
  { name, version }: Pick<ModelVersion, 'name' | 'version'>,
  reason: string,
  found: readonly FoundHold[],
): HoldChange[] {
  if (found.some(({ by }) => by !== 'unreadable')) return [];
  return [{ kind: 'hold', name, version, key: holdKey(version), from: null, to: reason }];
}

/**
 * What lifts every hold that stops a version: those of its model and the tag of the version itself. One that does not say what it
 * stops is no hold of this version.
 */
export function liftChanges(
  { name, version, tags }: ModelVersion,
  found: readonly FoundHold[],
): (HoldChange | TagChange)[] {
  const target = { kind: 'version', name, version } as const;
  return [
    ...found
      .filter(({ by }) => by !== 'unreadable')
      .map(({ hold }): HoldChange => ({
        kind: 'hold',
        name,
        version: hold.held?.version ?? version,
        key: hold.key,
        from: hold.reason,
        to: null,
      })),
    ...tags
      .filter(({ key }) => isSameKey(key, TAG_KEYS.hold))
      .map(({ key, value }): TagChange => ({ kind: 'tag', target, key, from: value, to: null })),
  ];
}
