import type { ChangeTarget, VersionRef } from '../domain/change-target.ts';
import { decide, type Decision } from '../domain/decision.ts';
import { tagValue, type Tag } from '../domain/model.ts';
import { show } from '../domain/printable.ts';
import { isApprovalTag, type TagRules } from '../domain/tag-keys.ts';
import type { DescriptionChange } from '../plan/changes/description.ts';
import type { TagChange } from '../plan/changes/tag.ts';
import { decideRoom } from './tag-room.ts';

/** What the labels of a model or version shall become. */
export interface TagRequest<V extends VersionRef = number> {
  readonly target: ChangeTarget<V>;
  /** Tags to set, the status among them. */
  readonly set: readonly Tag[];
  readonly remove: readonly string[];
  readonly description?: string | undefined;
}

/** What the labels are now. */
export interface TagFacts {
  readonly tags: readonly Tag[];
  readonly description: string;
  /** What the registry says of tags. */
  readonly rules: TagRules | 'none';
}

/** The changes that make the labels as wished, and what is to be said about them. */
export interface TagDecision<V extends VersionRef = number> extends Decision {
  readonly changes: readonly (TagChange<V> | DescriptionChange<V>)[];
}

/** Decides tags and description from what they are now; what already is so gives no change. */
export function decideTags<V extends VersionRef>(request: TagRequest<V>, facts: TagFacts): TagDecision<V> {
  const changes = [...tagChanges(request, facts.tags), ...descriptionChanges(request, facts.description)];
  return { ...decideRoom(request, facts.tags, facts.rules), changes };
}

/** The tags once some are set and some removed, by key. */
export function tagsAfter(tags: readonly Tag[], { set, remove }: Pick<TagRequest, 'set' | 'remove'>): Tag[] {
  const kept = tags.filter((tag) => !remove.includes(tag.key) && !set.some((each) => each.key === tag.key));
  return [...kept, ...set].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Whether the status is what the user expects it to be before it is changed. */
export function decideExpectedStatus(
  key: string,
  expected: string | undefined,
  tags: readonly Tag[],
): Decision {
  const actual = tagValue(tags, key);
  if (expected === undefined || expected === (actual ?? 'none')) return decide([]);
  return decide([
    {
      code: 'status-moved',
      severity: 'error',
      message: `${show(key, 60)} is ${actual === undefined ? 'not set' : `"${show(actual, 60)}"`}; "${show(expected, 60)}" was expected.`,
      fix: 'Find out who changed it, then run the step again with the status that you now expect.',
    },
  ]);
}

/**
 * The tags that approve what they are set on. The value decides and not the key, since a gate may read any key: it is one
 * of the approving statuses, in any case of its letters; under a key of deployment jobs also what the platform takes for an
 * approval (uc-protocol §14.2).
 */
export function approvingTags(set: readonly Tag[], approving: readonly string[]): Tag[] {
  const words = approving.map(folded);
  return set.filter(({ key, value }) => {
    const word = folded(value);
    return words.includes(word) || (isApprovalTag(key) && word === PLATFORM_APPROVAL);
  });
}

/** What Databricks' template of a deployment job compares the lower case of a value with (uc-protocol §14.2). */
const PLATFORM_APPROVAL = 'approved';

function folded(text: string): string {
  return text.trim().toLowerCase();
}

function tagChanges<V extends VersionRef>(
  { target, set, remove }: TagRequest<V>,
  tags: readonly Tag[],
): TagChange<V>[] {
  const wanted: { readonly key: string; readonly to: string | null }[] = [
    ...remove.map((key) => ({ key, to: null })),
    ...set.map(({ key, value }) => ({ key, to: value })),
  ];
  return wanted.flatMap(({ key, to }): TagChange<V>[] => {
    const from = tagValue(tags, key) ?? null;
    return from === to ? [] : [{ kind: 'tag', target, key, from, to }];
  });
}

function descriptionChanges<V extends VersionRef>(
  { target, description }: TagRequest<V>,
  from: string,
): DescriptionChange<V>[] {
  return description === undefined || description === from
    ? []
    : [{ kind: 'description', target, from, to: description }];
}
