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
  snapshot.forget(name);
  const [found, tags] = await Promise.all([snapshot.version(name, version), snapshot.tagsOf(name)]);
  if (found === undefined) throw refused(`${formatModelUri(name, version)} does not exist any more.`);
  const holds = decideHolds(await findHoldsOf(found, tags, { ...context, snapshot }));
  const [finding] = [...decideState(found).findings, ...holds.findings];
  if (finding !== undefined) throw refused(finding.message);
  return takenVersion({ name, version }, [], tags);
}

function refused(why: string): PromoteError {
  return new PromoteError(why, {
    code: 'rejected',
    outcome: 'blocked',
    fix: 'Decide which version is to serve: move the alias with set-alias, then run update-serving for its endpoints.',
  });
}
