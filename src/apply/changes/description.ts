import type { DescriptionChange } from '../../plan/changes/description.ts';
import type { ValueWriter } from './value-writer.ts';

/** Writes descriptions; one that is not there is empty. */
export const descriptionWriter: ValueWriter<DescriptionChange> = {
  nameOf: ({ target }) => target.name,
  async current({ target }, snapshot) {
    const described =
      target.kind === 'version'
        ? await snapshot.freshVersion(target.name, target.version)
        : await snapshot.freshModel(target.name);
    return described?.description ?? '';
  },
  write: ({ target, to }, writer) => writer.setDescription(target, to),
};
