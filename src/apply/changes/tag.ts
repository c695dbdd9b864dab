import { tagValue } from '../../domain/model.ts';
import type { TagChange } from '../../plan/changes/tag.ts';
import { gone, type ValueWriter } from './value-writer.ts';

/** Sets, changes and removes tags. */
export const tagWriter: ValueWriter<TagChange> = {
  nameOf: ({ target }) => target.name,
  async current({ target, key }, snapshot) {
    const tagged =
      target.kind === 'version'
        ? await snapshot.freshVersion(target.name, target.version)
        : await snapshot.freshExtras(target.name);
    return tagValue(tagged?.tags ?? [], key) ?? null;
  },
  write: ({ target, key, to }, writer) =>
    to === null ? gone(writer.deleteTag(target, key)) : writer.setTag(target, key, to),
};
