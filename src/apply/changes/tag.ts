import { tagValue } from '../../domain/model.ts';
import type { TagChange } from '../../plan/changes/tag.ts';
import { EXACT, gone, type ValueWriter } from './value-writer.ts';

/** Sets, changes and removes tags. */
export const tagWriter: ValueWriter<TagChange> = {
  ...EXACT,
  nameOf: ({ target }) => target.name,
  objectOf: ({ target }) => (target.kind === 'version' ? target : { kind: 'extras', name: target.name }),
  async current({ target, key }, snapshot) {
    const tagged =
      target.kind === 'version'
        ? await snapshot.freshVersion(target.name, target.version)
        : await snapshot.freshExtras(target.name);
    return tagValue(tagged?.tags ?? [], key) ?? null;
  },
  write: ({ target, key, to }, _seen, { writer }) =>
    to === null ? gone(writer.deleteTag(target, key)) : writer.setTag(target, key, to),
};
