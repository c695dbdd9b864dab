import type { CheckMode } from '../domain/decision.ts';
import { decideGrants, type GrantDecision } from '../policy/grants.ts';
import type { RequiredRight } from '../policy/grants-rights.ts';
import { readGrantFacts } from './grants.ts';
import type { Snapshot } from './snapshot.ts';

/** Whether the caller holds the rights that an action needs; null when the check is off, and then nothing is read. */
export async function checkPrivileges(
  rights: readonly RequiredRight[],
  snapshot: Snapshot,
  mode: CheckMode,
): Promise<GrantDecision | null> {
  if (mode === 'off') return null;
  return decideGrants(rights, await readGrantFacts(rights, snapshot));
}
