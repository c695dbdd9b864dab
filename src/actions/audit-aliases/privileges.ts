import { decide } from '../../domain/decision.ts';
import { hasCode, PromoteError } from '../../domain/errors.ts';
import type { FullName } from '../../domain/full-name.ts';
import { checkPrivileges } from '../../facts/grants/check.ts';
import { Snapshot } from '../../facts/snapshot.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import { mergeRights, requiredRights } from '../../policy/grants/required.ts';
import type { RegistryReader } from '../../registry/port.ts';
import type { ActionContext } from '../contract/context.ts';
import { notePrivileges } from '../parts/checks.ts';

/**
 * Notes who the caller is and what it may not read. The readings themselves show what it may, so that rights are asked for of
 * those models alone that were not read.
 */
export async function notePrivilegesOf(
  unread: readonly FullName[],
  registry: RegistryReader,
  context: ActionContext<CommonInputs>,
): Promise<void> {
  const { inputs, record, clock } = context;
  const mode = inputs['check-privileges'];
  const snapshot = new Snapshot(registry, clock);
  try {
    if (unread.length === 0 && mode !== 'off' && registry.capabilities.grants !== 'none') {
      await snapshot.caller();
      record.check('Privileges', mode, decide([]), 'Every model could be read.', 'denied');
      return;
    }
    const rights = mergeRights(unread.flatMap((name) => requiredRights('read', name, { modelExists: true })));
    const decision = await checkPrivileges(rights, snapshot, mode);
    notePrivileges(record, mode, [{ name: 'Privileges', decision }]);
  } catch (error) {
    const forAll = hasCode(error, 'cancelled', 'unauthenticated', 'other-identity');
    if (forAll || !(error instanceof PromoteError)) throw error;
    record.fact('Privileges', 'unknown', error.message);
  }
}
