import { invalid } from './api-error.ts';
import { lacks, usableModel, versionOf, type CallContext } from './session.ts';

/** One change of tags: what to set, what to remove. */
export interface TagChange {
  set?: readonly (readonly [string, string])[];
  remove?: readonly string[];
}

/** Changes the tags of a model, or of one of its versions: owner or APPLY TAG. */
export function changeTags(
  session: CallContext,
  name: string,
  version: string | number | undefined,
  change: TagChange,
): void {
  const model = usableModel(session, name);
  const { access } = session;
  if (!access.owns('function', model.name) && !access.holds('function', model.name, 'APPLY_TAG')) {
    throw lacks('APPLY TAG', model.name);
  }
  const target = version === undefined ? model : versionOf(model, version);
  const wanted = new Map(change.set);
  checkTags(session, target.tags, wanted);
  for (const [key, value] of wanted) target.tags.set(key, value);
  for (const key of change.remove ?? []) target.tags.delete(key);
}

/**
 * Limits of tags: count per object, key of 1 to 255 characters without `. , - = / :` or outer blanks (by switch),
 * value of at most 1000 characters (tags page of Databricks).
 */
export function checkTags(
  session: CallContext,
  present: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
): void {
  const { switches } = session;
  for (const [key, value] of wanted) {
    if (key.length === 0 || key.length > 255)
      throw invalid(`Tag key must have 1 to 255 characters: '${key.slice(0, 40)}'`);
    if (switches.tagKeyRule === 'enforced' && (/[.,\-=/:]/.test(key) || key !== key.trim())) {
      throw invalid(
        `Tag key '${key}' is invalid. Tag keys must not contain any of the characters . , - = / : or blanks at either end.`,
      );
    }
    if (value.length > 1000) throw invalid(`Tag value of '${key}' is longer than 1000 characters.`);
  }
  const total = new Set([...present.keys(), ...wanted.keys()]).size;
  if (total > switches.tagLimit)
    throw invalid(`Cannot assign more than ${switches.tagLimit} tags to an object.`);
}
