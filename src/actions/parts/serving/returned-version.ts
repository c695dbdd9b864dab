import type { Decision } from '../../../domain/decision.ts';
import { PromoteError } from '../../../domain/errors.ts';
import type { FullName } from '../../../domain/full-name.ts';
import { formatModelUri } from '../../../domain/model-uri.ts';
import { findHoldsOf } from '../../../facts/holds.ts';
import type { CommonInputs } from '../../../inputs/common.ts';
import type { BasisFact } from '../../../plan/basis.ts';
import { decideHolds } from '../../../policy/hold/findings.ts';
import { decideState, takenVersion } from '../../../policy/version.ts';
import type { ActionContext } from '../../contract/context.ts';

/**
 * What a return to a version rests on. Throws where the version may not be taken now: somebody may have put it on hold since an alias
 * or endpoint left it.
 */
export async function returnBasis(
  context: ActionContext<CommonInputs>,
  { name, version }: { readonly name: FullName; readonly version: number },
): Promise<BasisFact[]> {
  const { destination: snapshot } = context;
  const uri = formatModelUri(name, version);
  snapshot.forget(name);
  const [found, tags] = await Promise.all([snapshot.version(name, version), snapshot.tagsOf(name)]);
  if (found === undefined) throw refused(`${uri}, to which it would go back, does not exist any more.`);
  requireTakeable(uri, decideState(found));
  requireTakeable(uri, decideHolds(await findHoldsOf(found, tags, { ...context, snapshot })));
  return takenVersion({ name, version }, [], tags);
}

function requireTakeable(uri: string, { findings: [finding] }: Decision): void {
  if (finding !== undefined)
    throw refused(`${uri}, to which it would go back, may not be taken: ${finding.message}`);
}

function refused(why: string): PromoteError {
  return new PromoteError(why, {
    code: 'rejected',
    outcome: 'blocked',
    fix: 'Decide which version is to serve: move the alias with set-alias, then run update-serving for its endpoints.',
  });
}
