import type { DeleteModelChange } from '../../plan/changes/model-deletion.ts';
import { listVersions } from '../../facts/version.ts';
import { modelState } from '../../plan/model-state.ts';
import { EXACT, gone, type ValueWriter } from './value-writer.ts';

/** Deletes models, each only while it has no version: the registry deletes these with it. */
export const modelDeletionWriter: ValueWriter<DeleteModelChange> = {
  ...EXACT,
  nameOf: ({ name }) => name,
  objectOf: ({ name }) => ({ kind: 'model', name }),
  async current({ name }, snapshot) {
    const [model, versions] = await Promise.all([snapshot.freshModel(name), listVersions(name, snapshot)]);
    return model === undefined ? null : modelState(model, versions.length);
  },
  write: ({ name }, _seen, { writer }) => gone(writer.deleteModel(name)),
};
