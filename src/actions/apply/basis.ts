import { readFacts } from '../../apply/basis.ts';
import type { Snapshot } from '../../facts/snapshot.ts';
import { tagValue, type Tag } from '../../domain/model.ts';
import type { ServingEndpoint } from '../../domain/serving.ts';
import { modelOfFact, registryFacts, type BasisFact, type FactValue } from '../../plan/basis.ts';
import { isReplacedBy } from '../../plan/file.ts';
import type { AliasHistory, MoveEntry } from '../../policy/alias/history.ts';
import { holdsState, readHold } from '../../policy/hold/model-hold.ts';
import { isLedTo, isOnTheWay, standingDigest } from '../../policy/serving.ts';
import { authorText } from '../../report/sections/alias-history.ts';
import type { Difference } from '../../report/sections/plan.ts';
import { historyOf, movesRecorded } from '../parts/alias/move.ts';
import { isTriedBefore, type ApplyingContext, type GivenChange, type GivenPlan } from './given-plan.ts';

/** How many digits of a plan's digest the record of a move has. */
const RECORDED_DIGITS = 16;

/** A plan's digest as the records of its moves have it. */
export function recordedDigest(digest: string): string {
  return digest.slice(0, RECORDED_DIGITS);
}

/** What became of a plan so far, read right now. */
export interface BasisReading {
  /** The changes that this same plan has made already. */
  readonly made: readonly GivenChange[];
  readonly differences: readonly Difference[];
  /** The endpoints that it updates, by name. */
  readonly endpoints: ReadonlyMap<string, ServingEndpoint | undefined>;
  /** The move by which this same plan was applied, where the alias has been moved since. */
  readonly spent: MoveEntry | undefined;
  /** Its move, where an earlier attempt is taken to have made it without a record; then it is among those that are made. */
  readonly unrecorded: AliasMove | undefined;
}

/** The move of a plan. */
export type AliasMove = GivenChange & { readonly kind: 'alias' };

/** Reads every fact that a plan rests on, and what of the plan an earlier attempt has made. */
export async function readPlanBasis(context: ApplyingContext, given: GivenPlan): Promise<BasisReading> {
  const { destination: snapshot } = context;
  const { plan, changes } = given;
  const facts = registryFacts(plan.basis);
  const names = [
    ...new Map(facts.map((fact) => [JSON.stringify(modelOfFact(fact)), modelOfFact(fact)])).values(),
  ];
  const others = facts.filter(({ kind }) => kind !== 'endpoint');
  const [found, endpoints, extras] = await Promise.all([
    readFacts(others, snapshot),
    readEndpoints(changes, snapshot),
    Promise.all(
      names.map(async (name) => [JSON.stringify(name), (await snapshot.extras(name))?.tags ?? []] as const),
    ),
  ]);
  const tagsByModel = new Map(extras);
  const tagsOf = (name: object): readonly Tag[] => tagsByModel.get(JSON.stringify(name)) ?? [];
  const values = new Map<BasisFact, FactValue>([
    ...others.map((fact, index) => [fact, found[index] ?? null] as const),
    ...facts.flatMap((fact) =>
      fact.kind === 'endpoint' ? [[fact, standingDigest(endpoints.get(fact.endpoint))] as const] : [],
    ),
  ]);
  const looked = { context, given, values, endpoints, tagsOf };
  const move = changes.find((change) => change.kind === 'alias');
  const unrecorded = move !== undefined && isLeftUnrecorded(move, looked) ? move : undefined;
  const made = changes.filter((change) =>
    unrecorded !== undefined && isMoving(change) ? true : isMade(change, looked),
  );
  const pending = changes.filter((change) => !made.includes(change));
  const differences = facts.flatMap((fact): Difference[] => {
    if (!pending.some(({ basis = [] }) => basis.includes(fact))) return [];
    const value = isUnderWay(fact, pending, looked)
      ? fact.was
      : valueBeside(fact, values.get(fact) ?? null, made, tagsOf);
    return value === fact.was ? [] : [{ fact, found: value, by: moverOf(context, fact, value, tagsOf) }];
  });
  const spent =
    move === undefined || made.includes(move) ? undefined : spentBy(context, move, given.digest, tagsOf);
  return { made, differences, endpoints, spent, unrecorded };
}

/** The endpoints that a plan updates, by name, as they are now. */
async function readEndpoints(
  changes: readonly GivenChange[],
  { registry }: Snapshot,
): Promise<ReadonlyMap<string, ServingEndpoint | undefined>> {
  const names = changes.flatMap((change) => (change.kind === 'serving' ? [change.endpoint] : []));
  return new Map(
    await Promise.all(
      [...new Set(names)].map(async (name) => [name, await registry.serving?.getEndpoint(name)] as const),
    ),
  );
}

/** Whether a change is of the alias, or the record of that. */
function isMoving({ kind }: GivenChange): boolean {
  return kind === 'alias' || kind === 'record';
}

/** Whether an endpoint is on its way to what the plan wants, once its alias was moved: an earlier attempt began that. */
function isUnderWay(fact: BasisFact, pending: readonly GivenChange[], { endpoints }: Looked): boolean {
  if (fact.kind !== 'endpoint' || pending.some(isMoving)) return false;
  const endpoint = endpoints.get(fact.endpoint);
  return (
    endpoint !== undefined &&
    pending.some(
      (change) =>
        change.kind === 'serving' && change.endpoint === fact.endpoint && isOnTheWay(change, endpoint),
    )
  );
}

/**
 * Whether an earlier attempt is taken to have made a move without a record: what is left of the plan is to put the bad version on
 * hold, which is right whoever made the move. Where others recorded that they made it, or nothing else is left, it is not.
 */
function isLeftUnrecorded(move: AliasMove, looked: Looked): boolean {
  const { context, given, values, tagsOf } = looked;
  if (!isTriedBefore(context, given)) return false;
  if (!given.changes.some(({ kind }) => kind === 'hold')) return false;
  const fact = registryFacts(given.plan.basis).find((each) => isReplacedBy(each, move));
  if (fact === undefined || values.get(fact) !== move.to) return false;
  return historyNow(context, move, move.to, tagsOf).kind !== 'trusted';
}

/** The recorded move by which a plan was carried out, where others were recorded since: an approval is for one move. */
function spentBy(
  context: ApplyingContext,
  { alias, name }: AliasMove,
  digest: string,
  tagsOf: Looked['tagsOf'],
): MoveEntry | undefined {
  const moves = movesRecorded(context, alias, tagsOf(name), undefined);
  const isOwn = ({ plan }: MoveEntry) => plan === recordedDigest(digest);
  const other = moves.findIndex((each) => !isOwn(each));
  return other < 0 ? undefined : moves.slice(other).find(isOwn);
}

interface Looked {
  readonly context: ApplyingContext;
  readonly given: GivenPlan;
  readonly values: ReadonlyMap<BasisFact, FactValue>;
  readonly endpoints: ReadonlyMap<string, ServingEndpoint | undefined>;
  readonly tagsOf: (name: object) => readonly Tag[];
}

/** Whether this plan has made a change already: a move by its record, a hold by its reason, an update by what is served, a deletion where the version is gone. */
function isMade(change: GivenChange, looked: Looked): boolean {
  const { context, given, values, endpoints, tagsOf } = looked;
  switch (change.kind) {
    case 'alias':
    case 'record': {
      const fact = registryFacts(given.plan.basis).find((each) => isReplacedBy(each, change));
      if (fact === undefined || values.get(fact) !== change.to) return false;
      const history = historyNow(context, change, change.to, tagsOf);
      return history.kind === 'trusted' && history.move.plan === recordedDigest(given.digest);
    }
    case 'delete-version': {
      const facts = registryFacts(given.plan.basis);
      const fact = facts.find((each) => isReplacedBy(each, change));
      const naming = facts.find((each) => each.kind === 'naming' && isSame(each.name, change.name));
      // Without its model nobody knows: it may have another name, with every version.
      const isModelThere = naming !== undefined && typeof values.get(naming) === 'string';
      return isModelThere && fact !== undefined && values.get(fact) === null;
    }
    case 'hold': {
      const value = tagValue(tagsOf(change.name), change.key);
      if (value === undefined || change.to === null) return false;
      const { held, reason } = readHold(change.key, value);
      return held?.version === change.version && isReason(reason, change.to);
    }
    case 'serving': {
      const endpoint = endpoints.get(change.endpoint);
      return endpoint !== undefined && endpoint.update !== 'running' && isLedTo(change, endpoint.config);
    }
  }
}

/** Whether the reason in a hold is a given one, or its beginning, where a tag has no room for more. */
function isReason(recorded: string, reason: string): boolean {
  return recorded === reason || (recorded.endsWith('…') && reason.startsWith(recorded.slice(0, -1)));
}

function isSame(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What there is in the place of a fact, without the holds that this plan has set. */
function valueBeside(
  fact: BasisFact,
  found: FactValue,
  made: readonly GivenChange[],
  tagsOf: Looked['tagsOf'],
): FactValue {
  if (fact.kind !== 'holds') return found;
  const own = made.flatMap((change) =>
    change.kind === 'hold' && isSame(change.name, fact.name) ? [change.key] : [],
  );
  return own.length === 0 ? found : holdsState(tagsOf(fact.name).filter(({ key }) => !own.includes(key)));
}

/** Said of who changed a fact of which no record says it. */
export const NOT_RECORDED = 'not recorded';

/** Who changed a fact, as far as a record says it. */
function moverOf(
  context: ApplyingContext,
  fact: BasisFact,
  found: FactValue,
  tagsOf: Looked['tagsOf'],
): string {
  if (fact.kind !== 'alias' || typeof found === 'string') return NOT_RECORDED;
  const history = historyNow(context, fact, found, tagsOf);
  return history.kind === 'trusted' ? authorText(history.move) : NOT_RECORDED;
}

/** What is recorded on its model of an alias that names a version now, or nothing. */
function historyNow(
  context: ApplyingContext,
  { alias, name }: Pick<AliasMove, 'alias' | 'name'>,
  now: number | null,
  tagsOf: Looked['tagsOf'],
): AliasHistory {
  return historyOf(context, alias, tagsOf(name), now === null ? undefined : { version: now, tags: [] });
}
