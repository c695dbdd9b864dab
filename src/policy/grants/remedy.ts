import type { GrantCommands, RestRequest } from '../../domain/grant-commands.ts';
import { show } from '../../domain/printable.ts';
import {
  securableKey,
  securablePath,
  type Privilege,
  type Securable,
  formatSecurable,
  METASTORE,
} from '../../domain/privilege.ts';
import { standingOf } from './doubts.ts';
import { metastoresOf, ownerOf, type Evidence } from './evidence.ts';
import { GrantIndex } from './grant-index.ts';
import { sufficientRights, type Verdict } from './judge.ts';
import { OWNERSHIP } from './privileges.ts';
import type { RequiredRight, Right } from './right.ts';

/** A change of owner, and what the people around it should know. */
export interface OwnerChange {
  readonly securable: Securable;
  readonly owner: string;
  /** Absent, as `command`, where a registry has nothing that changes an owner. */
  readonly request?: RestRequest;
  /** The plain CLI command; absent beside a request too, where it cannot hold the owner's name. */
  readonly command?: string;
  /** Who may run it, in words. */
  readonly mayRun: string;
  /** Who would lose ownership, where it is known. */
  readonly loses?: string;
}

/** A privilege that is granted. */
export interface GrantRemedy {
  readonly kind: 'grant';
  readonly securable: Securable;
  readonly privilege: Privilege;
  /** Absent where none can hold a name in it. */
  readonly statement?: string;
  readonly request: RestRequest;
  /** Who may run it, in words. */
  readonly mayRun: string;
}

/** What gives one right: a statement, or a change of owner. */
export type Remedy = GrantRemedy | { readonly kind: 'owner-change'; readonly change: OwnerChange };

/**
 * The decision about one right. `missing` has no remedy where its object does not exist; an unknown one has the remedy
 * that would settle it, which no list of statements contains.
 */
export type JudgedRight = Verdict & { readonly remedy?: Remedy };

/** The least that gives all missing rights. */
export interface RemedyPlan {
  readonly statements: readonly string[];
  readonly requests: readonly RestRequest[];
  /** Those of the requests that have no statement or command. */
  readonly unprinted: readonly RestRequest[];
  readonly ownerChanges: readonly OwnerChange[];
  /** What is granted, the uppermost object first. */
  readonly grants: readonly GrantRemedy[];
  /** The planned remedy that gives a missing right; undefined where its object does not exist. */
  readonly remedyOf: (right: RequiredRight) => Remedy | undefined;
}

/** What gives one right by itself. */
export function remedyFor(right: Right, evidence: Evidence): Remedy {
  const { securable, privilege } = right;
  const { principal } = evidence.subject;
  const { commands } = evidence.facts;
  const mayRun = whoMayRun(securable, evidence);
  if (privilege !== OWNERSHIP) {
    const statement = commands.grant(securable, privilege, principal);
    const request = commands.grantRequest(securable, [privilege], principal);
    const base = { kind: 'grant' as const, securable, privilege, request, mayRun };
    return statement === undefined ? base : { ...base, statement };
  }
  const loses = ownerOf(evidence, securable);
  const change: OwnerChange = {
    securable,
    owner: principal,
    ...ownerCommand(commands, securable, principal),
    mayRun,
    ...(loses === undefined ? {} : { loses }),
  };
  return { kind: 'owner-change', change };
}

/** The request and the command that change an owner, as far as the registry has them. */
export function ownerCommand(
  { owner: commands }: GrantCommands,
  securable: Securable,
  owner: string,
): Pick<OwnerChange, 'request' | 'command'> {
  if (commands === undefined) return {};
  const command = commands.command(securable, owner);
  return { request: commands.request(securable, owner), ...(command === undefined ? {} : { command }) };
}

/** Gives what is missing with as little as does: no statement for what another one already gives. */
export function planRemedies(verdicts: readonly Verdict[], evidence: Evidence): RemedyPlan {
  const missing = verdicts.flatMap((each) =>
    each.state === 'missing' && each.absent !== true ? [each.right] : [],
  );
  const planned = leastRemedies(missing, evidence);
  const after = withRemedies(evidence, planned);
  const missingSet = new Set(missing);
  const byTarget = groupedByTarget(planned);
  const inOrder = uppermostFirst(planned);
  return {
    statements: inOrder.flatMap((each) => (each.kind === 'grant' ? (each.statement ?? []) : [])),
    requests: requestsOf(inOrder, evidence),
    unprinted: requestsOf(inOrder.filter(isUnprinted), evidence),
    ownerChanges: inOrder.flatMap((each) => (each.kind === 'owner-change' ? [each.change] : [])),
    grants: inOrder.filter((each) => each.kind === 'grant'),
    remedyOf: (right) => (missingSet.has(right) ? plannedFor(right, byTarget, after) : undefined),
  };
}

/** What may be run in this order: nothing below an object can be used before the object. */
export function uppermostFirst<R extends Remedy>(remedies: readonly R[]): R[] {
  return [...remedies].sort((a, b) => level(targetOf(a)) - level(targetOf(b)));
}

function leastRemedies(missing: readonly RequiredRight[], evidence: Evidence): Remedy[] {
  const each = missing.map((right) => remedyFor(right, evidence));
  const byTarget = groupedByTarget(each);
  const concerned = new Map<string, RequiredRight[]>();
  for (const right of missing) {
    for (const key of reachedFrom(right)) {
      const others = concerned.get(key);
      if (others === undefined) concerned.set(key, [right]);
      else others.push(right);
    }
  }
  const metastores = metastoresOf(evidence).map(securableKey);
  const least = new Set(each);
  for (const remedy of each) {
    const rights = concerned.get(securableKey(targetOf(remedy))) ?? [];
    const places = new Set([...rights.flatMap((right) => [...reachedFrom(right)]), ...metastores]);
    const others = [...places]
      .flatMap((key) => byTarget.get(key) ?? [])
      .filter((other) => other !== remedy && least.has(other));
    const after = withRemedies(evidence, others);
    if (rights.every((right) => isHeld(right, after))) least.delete(remedy);
  }
  return [...least];
}

/** Keys of the objects on which something can be given that reaches the right: what does as well, and what is above. */
function reachedFrom(right: RequiredRight): Set<string> {
  return new Set(
    sufficientRights(right).flatMap(({ securable }) => securablePath(securable).map(securableKey)),
  );
}

function groupedByTarget(remedies: readonly Remedy[]): Map<string, Remedy[]> {
  return Map.groupBy(remedies, (each) => securableKey(targetOf(each)));
}

function isHeld(right: RequiredRight, evidence: Evidence): boolean {
  return sufficientRights(right).some((each) => standingOf(evidence, each).paths.length > 0);
}

function isUnprinted(remedy: Remedy): boolean {
  return (remedy.kind === 'grant' ? remedy.statement : remedy.change.command) === undefined;
}

function targetOf(remedy: Remedy): Securable {
  return remedy.kind === 'grant' ? remedy.securable : remedy.change.securable;
}

/** A remedy that was planned for another right and gives this one too. */
function plannedFor(
  right: RequiredRight,
  byTarget: ReadonlyMap<string, readonly Remedy[]>,
  after: Evidence,
): Remedy | undefined {
  const [held] = sufficientRights(right).flatMap((each) => standingOf(after, each).paths);
  if (held === undefined) return undefined;
  return byTarget
    .get(securableKey(held.on))
    ?.find((each) =>
      each.kind === 'grant' ? each.privilege === held.privilege : held.privilege === OWNERSHIP,
    );
}

/** What will be true after the remedies; what the registry refused so far is then asked again. */
function withRemedies(evidence: Evidence, remedies: readonly Remedy[]): Evidence {
  const { principal } = evidence.subject;
  const grants = remedies.flatMap((each) =>
    each.kind === 'grant' ? [{ principal, privilege: each.privilege, on: each.securable }] : [],
  );
  const owners = remedies.flatMap((each) =>
    each.kind === 'owner-change' ? [[securableKey(each.change.securable), each.change.owner] as const] : [],
  );
  return {
    ...evidence,
    refused: new Set(),
    grants: new GrantIndex(grants, evidence.grants),
    futureOwners:
      owners.length === 0 ? evidence.futureOwners : new Map([...owners, ...evidence.futureOwners]),
  };
}

function requestsOf(planned: readonly Remedy[], evidence: Evidence): RestRequest[] {
  const given = planned.filter((each) => each.kind === 'grant');
  const owners = planned.flatMap((each) => (each.kind === 'owner-change' ? (each.change.request ?? []) : []));
  return [...grantRequests(given, evidence), ...owners];
}

/** The grants as requests, one for each object. */
export function grantRequests(given: readonly GrantRemedy[], { subject, facts }: Evidence): RestRequest[] {
  return [...Map.groupBy(given, (each) => securableKey(each.securable)).values()].flatMap(
    ([first, ...more]) =>
      first === undefined
        ? []
        : [
            facts.commands.grantRequest(
              first.securable,
              [first, ...more].map(({ privilege }) => privilege),
              subject.principal,
            ),
          ],
  );
}

function level(securable: Securable): number {
  return securablePath(securable).length;
}

/** Who may change the grants or the owner of an object, in words. */
export function whoMayRun(securable: Securable, evidence: Evidence): string {
  if (evidence.facts.ownersReachDown === true) return ownersWhoMayRun(securable, evidence);
  const people = securablePath(securable).map((step, index) =>
    index === 0
      ? `its owner${named(step, evidence)}, a principal with MANAGE on it`
      : ownerText(step, evidence),
  );
  return `${people.join(', ')} or a metastore admin`;
}

/** As the open-source server lets it be done (0.6.0, `PermissionService`): of a model's parents, no owner may. */
function ownersWhoMayRun(securable: Securable, evidence: Evidence): string {
  const above = securable.type === 'schema' ? securablePath(securable).slice(1) : [];
  const own = `its owner${named(securable, evidence)}${securable.type === 'schema' ? ' with USE CATALOG' : ''}`;
  const people = [own, ...above.map((step) => ownerText(step, evidence))];
  return `${people.join(', ')} or ${ownerText(METASTORE, evidence)}`;
}

function ownerText(securable: Securable, evidence: Evidence): string {
  return `the owner of ${formatSecurable(securable)}${named(securable, evidence)}`;
}

function named(securable: Securable, evidence: Evidence): string {
  const owner = ownerOf(evidence, securable);
  return owner === undefined ? '' : ` (${show(owner)})`;
}
