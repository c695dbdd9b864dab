import type { Stage } from '../../apply/stage.ts';
import { counted } from '../../domain/count.ts';
import { PromoteError } from '../../domain/errors.ts';
import { formatFullName } from '../../domain/full-name.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { DeleteVersionChange } from '../../plan/changes/version-deletion.ts';
import type { ActionContext } from '../contract/context.ts';

/**
 * The stages that delete versions, one after the other: right before each, all that it rests on is read again, and what stops one
 * stops those after it.
 */
export function deletionStages(
  { record, destination: snapshot }: ActionContext<CommonInputs>,
  changes: readonly DeleteVersionChange[],
): Stage[] {
  return changes.map((change) => ({
    name: 'deletions',
    changes: [change],
    work: {
      kind: 'values',
      async confirm() {
        snapshot.forget(change.name);
        snapshot.forgetEndpoints();
        return [change];
      },
      explain: (error) =>
        withDeleted(
          error,
          changes.filter((each) => record.stands(each)),
          changes,
        ),
    },
  }));
}

/** What stopped the deletions, with how many were made before it. */
function withDeleted(
  error: PromoteError,
  done: readonly DeleteVersionChange[],
  all: readonly DeleteVersionChange[],
): PromoteError {
  const [first] = done;
  if (first === undefined) return error;
  const made = `${done.length} of ${counted(all.length, 'version')} of ${formatFullName(first.name)} deleted (${versionList(done)})`;
  return new PromoteError(`${made}; then: ${error.message}`, { ...error.details, cause: error });
}

/** `3, 5 and 7`, by number. */
export function versionList(versions: readonly { readonly version: number }[]): string {
  const numbers = versions.map(({ version }) => version);
  const last = numbers.at(-1);
  return numbers.length < 2 ? String(last ?? '') : `${numbers.slice(0, -1).join(', ')} and ${last}`;
}
