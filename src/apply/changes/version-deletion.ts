import type { DeleteVersionChange } from '../../plan/changes/version-deletion.ts';
import { versionState } from '../../plan/version-state.ts';
import { EXACT, gone, type ValueWriter } from './value-writer.ts';

/** Deletes versions, each only while it is in the state that was decided on. */
export const versionDeletionWriter: ValueWriter<DeleteVersionChange> = {
  ...EXACT,
  nameOf: ({ name }) => name,
  objectOf: ({ name, version }) => ({ kind: 'version', name, version }),
  async current({ name, version }, snapshot) {
    const found = await snapshot.freshVersion(name, version);
    return found === undefined ? null : versionState(found);
  },
  write: ({ name, version }, _seen, { writer }) => gone(writer.deleteModelVersion(name, version)),
};
