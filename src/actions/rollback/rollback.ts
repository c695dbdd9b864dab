import type { CheckMode } from '../../domain/decision.ts';
import type { FullName } from '../../domain/full-name.ts';
import { checkPrivileges } from '../../facts/grants/check.ts';
import type { Snapshot } from '../../facts/snapshot.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { ROLLBACK_OUTPUTS, RollbackInputs } from '../../inputs/rollback.ts';
import { mergeRights, requiredRights } from '../../policy/grants/required.ts';
import type { ActionContext } from '../contract/context.ts';

/** What a rollback works with. */
export type RollbackContext = ActionContext<RollbackInputs & CommonInputs, typeof ROLLBACK_OUTPUTS>;

/** What refuses elsewhere is a warning here: the registry itself refuses what must not be. */
export function softened(mode: CheckMode): CheckMode {
  return mode === 'fail' ? 'warn' : mode;
}

/** Looks whether the caller may move the alias and tag the model. */
export function rollbackPrivileges(name: FullName, snapshot: Snapshot, mode: CheckMode) {
  const rights = (['set-alias', 'tag', 'read'] as const).flatMap((operation) =>
    requiredRights(operation, name, { modelExists: true }),
  );
  return checkPrivileges(mergeRights(rights), snapshot, mode, { optional: 'APPLY_TAG' });
}
