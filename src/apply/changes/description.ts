import type { DescriptionChange } from '../../plan/changes/description.ts';
import { EXACT, type ValueWriter } from './value-writer.ts';

/** Writes descriptions; one that is not there is empty. */
export const descriptionWriter: ValueWriter<DescriptionChange> = {
  ...EXACT,
  nameOf: ({ target }) => target.name,
  objectOf: ({ target }) => (target.kind === 'version' ? target : { kind: 'model', name: target.name }),
  async current({ target }, snapshot) {
    const described =
      target.kind === 'version'
        ? await snapshot.freshVersion(target.name, target.version)
        : await snapshot.freshModel(target.name);
    return described?.description ?? '';
  },
  write: ({ target, to }, _seen, { writer }) => writer.setDescription(target, to),
};
