import { PromoteError } from '../../../domain/errors.ts';
import type { FullName } from '../../../domain/full-name.ts';
import { holdOf } from '../../../domain/hold.ts';
import { formatModelUri } from '../../../domain/model-uri.ts';
import type { ModelVersion, Tag } from '../../../domain/model.ts';
import { show } from '../../../domain/printable.ts';
import { findHoldsOf } from '../../../facts/holds.ts';
import type { CommonInputs } from '../../../inputs/common.ts';
import type { BasisFact } from '../../../plan/basis.ts';
import { holdSentence } from '../../../policy/hold/findings.ts';
import { takenVersion } from '../../../policy/version.ts';
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
  const why = await obstacle(found, tags, context);
  if (why === undefined) return takenVersion({ name, version }, [], tags);
  throw new PromoteError(`${formatModelUri(name, version)}, to which it would go back, ${why}.`, {
    code: 'rejected',
    outcome: 'blocked',
    fix: 'Decide which version is to serve: move the alias with set-alias, then run update-serving for its endpoints.',
  });
}

/** Why a version may not be taken: a clause without its subject. */
async function obstacle(
  version: ModelVersion | undefined,
  tags: readonly Tag[],
  context: ActionContext<CommonInputs>,
): Promise<string | undefined> {
  if (version === undefined) return 'does not exist any more';
  if (version.status !== 'READY') return `is ${version.status}, not READY`;
  const own = holdOf(version);
  if (own !== undefined) return `is on hold: ${show(own, 300)}`;
  const [held] = await findHoldsOf(version, tags, { ...context, snapshot: context.destination });
  return held === undefined ? undefined : `is ${holdSentence(held.hold)}`;
}
