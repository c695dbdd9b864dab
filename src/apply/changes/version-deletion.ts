import { hasCode, PromoteError } from '../../domain/errors.ts';
import type { DeleteVersionChange } from '../../plan/changes/version-deletion.ts';
import { versionState } from '../../plan/version-state.ts';
import { EXACT, gone, type ValueWriter } from './value-writer.ts';

/** What is found in the place of a version where its model is not there: it may have another name, with every version. */
const NO_MODEL = 'unknown, since its model is not there';

/** Deletes versions, each only while it is in the state that was decided on; it is gone only where its model is there without it. */
export const versionDeletionWriter: ValueWriter<DeleteVersionChange> = {
  ...EXACT,
  nameOf: ({ name }) => name,
  objectOf: ({ name, version }) => ({ kind: 'version', name, version }),
  async current({ name, version }, snapshot) {
    const [found, model] = await Promise.all([
      snapshot.freshVersion(name, version),
      snapshot.freshExtras(name),
    ]);
    if (found !== undefined) return versionState(found);
    return model === undefined ? NO_MODEL : null;
  },
  async write({ name, version }, _seen, { writer }) {
    try {
      return await gone(writer.deleteModelVersion(name, version));
    } catch (error) {
      throw explainRefusal(error);
    }
  },
};

/** That the registry does not delete a version in its state, as some do of one that is pending, is no fault of this tool. */
function explainRefusal(error: unknown): unknown {
  if (!(error instanceof PromoteError) || !hasCode(error, 'rejected')) return error;
  return new PromoteError(error.message, {
    ...error.details,
    outcome: 'blocked',
    fix: 'The registry does not delete a version in this state. Leave it, or ask an administrator to delete it.',
    cause: error,
  });
}
