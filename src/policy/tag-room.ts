import { decide, type Decision, type Finding } from '../domain/decision.ts';
import type { Tag } from '../domain/model.ts';
import { tagFaults, type TagRules } from '../domain/tag-keys.ts';
import { show } from '../domain/printable.ts';

/** Tags that an object shall get and lose. */
export interface TagsWish {
  readonly set: readonly Tag[];
  readonly remove?: readonly string[];
  /** Keys of tags that the same run writes afterwards: there must be room for them too. */
  readonly later?: readonly string[];
}

/** Whether an object that has tags takes others: their form, their length, and how many it has then. */
export function decideRoom(request: TagsWish, tags: readonly Tag[], rules: TagRules | 'none'): Decision {
  if (rules === 'none') return decide([]);
  return decide([
    ...request.set.flatMap((tag) => formFindings(tag, rules)),
    ...countFindings(request, tags, rules),
  ]);
}

function formFindings({ key, value }: Tag, rules: TagRules): Finding[] {
  return tagFaults(key, value, rules).map(({ says, kind }) => ({
    ...(kind === 'length'
      ? { code: 'tag-length', severity: 'error', fix: 'Shorten it.' }
      : { code: 'tag-form', severity: 'warning', fix: 'Rename the tag; the registry may refuse this key.' }),
    message: `The tag "${show(key, 60)}": ${says}.`,
  }));
}

function countFindings(
  { set, remove = [], later = [] }: TagsWish,
  tags: readonly Tag[],
  rules: TagRules,
): Finding[] {
  const { perObject } = rules;
  const before = new Set(tags.map(({ key }) => key));
  const added = [...set.map(({ key }) => key), ...later].filter((key) => !before.has(key));
  const after = new Set([...[...before].filter((key) => !remove.includes(key)), ...added]);
  if (perObject === undefined || after.size <= perObject || added.length === 0) return [];
  const more = later.filter((key) => !before.has(key));
  const ours = more.length === 0 ? '' : `, ${more.join(' and ')} among them`;
  return [
    {
      code: 'tag-count',
      severity: 'error',
      message: `The object would have ${after.size} tags${ours}; at most ${perObject} are allowed.`,
      fix: 'Remove unused tags with the input remove-tags of tag-status.',
    },
  ];
}
