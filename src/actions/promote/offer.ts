import { uriOf } from '../../facts/version.ts';
import { VALIDATORS } from '../../inputs/validation.ts';
import { tagFacts, type BasisFact } from '../../plan/basis.ts';
import { takenVersion } from '../../policy/version.ts';
import type { Offer } from '../contract/action.ts';
import { notePlannedUndo } from '../parts/alias/move.ts';
import { marksOf, moveRights, restingOn } from '../parts/offer.ts';
import { offeredServing } from './serving.ts';
import { madeCopy, requiredTags, type PromoteContext, type Promotion } from './promotion.ts';

/** How the move that is planned would be undone. */
export function notePlannedMove({ record, destination }: PromoteContext, { move }: Promotion): void {
  for (const change of move)
    if (change.kind === 'alias') notePlannedUndo(record, change, destination.registry.commands);
}

/** The move of the alias as a plan for `apply`, read right now: of a copy that exists, once all that comes before it is done. */
export async function offerMove(
  context: PromoteContext,
  promotion: Promotion,
  state: 'planned' | 'applied',
): Promise<Offer | undefined> {
  const { inputs, record, destination } = context;
  const { offered, copy } = promotion;
  if (offered === undefined || (state === 'applied' && inputs.until === 'alias')) return undefined;
  if (state === 'planned') {
    if (copy?.result === undefined)
      return { none: 'the copy does not exist yet; a run with until: validate makes it' };
    const validator = VALIDATORS.find((each) => inputs[each] !== undefined);
    if (validator !== undefined) return { none: `a dry run does not run ${validator}` };
    if (record.changes.some(({ change }) => !['alias', 'record', 'serving'].includes(change.kind)))
      return { none: 'other changes come before the move; a run with until: validate makes them' };
  }
  const confirmed = await offered.confirm();
  const updates = await offeredServing(context, promotion, madeCopy(promotion).version.version);
  const moves = confirmed.some(({ kind }) => kind === 'alias');
  if (!moves && updates.length === 0) return { none: 'the alias already names the copy' };
  const changes = restingOn([...confirmed, ...updates], await factsOfPlan(context, promotion));
  const { name } = promotion.reading.destination;
  if (state === 'applied') notePlannedMove(context, promotion);
  return { changes, deferred: moveRights(name, destination), policy: promotion.policy?.fact };
}

/** What the move of a plan rests on beside what is read right before it: the marks and the status of the copy, and its source. */
async function factsOfPlan(context: PromoteContext, promotion: Promotion): Promise<BasisFact[]> {
  const { inputs, record, hasOwnSource, source: snapshot } = context;
  const { version } = madeCopy(promotion);
  const copy = { kind: 'version', name: version.name, version: version.version } as const;
  const fresh = await context.destination.version(copy.name, copy.version);
  const facts = [
    // The move rests on these already; endpoints alone get no other judgement of the copy.
    ...takenVersion(copy, [], await context.destination.tagsOf(copy.name)),
    ...marksOf(fresh ?? version),
    ...tagFacts(copy, requiredTags(inputs['status-key'], inputs['set-status'])),
  ];
  const { source } = promotion;
  if (!hasOwnSource)
    return [
      ...facts,
      ...takenVersion(
        source,
        requiredTags(inputs['status-key'], inputs['require-status']),
        await snapshot.tagsOf(source.name),
      ),
    ];
  record.warn('Plan', {
    code: 'plan-without-source',
    severity: 'warning',
    message: `${uriOf(source)} is in another workspace, so apply does not look at it again.`,
    fix: 'Apply the plan soon after it is made.',
  });
  return facts;
}
