import { EVERYBODY } from '../../domain/principal.ts';
import { show } from '../../domain/printable.ts';
import {
  formatSecurable,
  securablePath,
  sqlPrivilege,
  type AccessPolicy,
  type Securable,
} from '../../domain/privilege.ts';
import { type Evidence, factsOf, metastoresOf, ownerOf } from './evidence.ts';
import {
  pathsByGrant,
  nearestFirst,
  pathsByOwnership,
  ownersThatHold,
  type GrantPath,
  coveringGrants,
  oldGrants,
  unshownGrants,
} from './held.ts';
import { KNOWN_PRIVILEGES, ownerHolds, OWNERSHIP, privilegeCovers } from './privileges.ts';
import { rightKey, type Right } from './right.ts';
import { mayContain, throughWhat, type Subject } from './subject.ts';
import { hiddenRows, partText, showsOthers } from './visibility.ts';

/** Every way in which a right is held, nearest first, or whatever stands against calling it missing. */
export interface Standing {
  readonly paths: readonly GrantPath[];
  readonly doubts: readonly Doubt[];
}

/** How the principal stands to one right. What the registry refuses to the caller is not held, whatever grants say. */
export function standingOf(evidence: Evidence, right: Right): Standing {
  const paths = [
    ...pathsByGrant(evidence, right),
    ...pathsByOwnership(evidence, ownersThatHold(evidence, right)),
  ];
  const isRefused = evidence.refused.has(rightKey(right));
  if (paths.length === 0) return { paths, doubts: isRefused ? [] : doubtsAbout(evidence, right) };
  if (!isRefused) return { paths: nearestFirst(paths, right.securable), doubts: [] };
  return { paths: [], doubts: [{ kind: 'unconfirmed', text: CONTRADICTED }] };
}

const CONTRADICTED =
  'the grants include it, but the registry refused it: its responses lag behind, or a policy denies it';

/**
 * What a doubt is about: `unread` responses, `groups` of the principal, `policies` that grant, `inheritance` of grants,
 * or a rule of the platform that is `unconfirmed`.
 */
export type DoubtKind = 'unread' | 'groups' | 'policies' | 'inheritance' | 'unconfirmed';

/** A reason not to call a right missing, as a clause. */
export interface Doubt {
  readonly kind: DoubtKind;
  readonly text: string;
}

/** Whatever stands against calling a right missing that is not seen to be held. */
function doubtsAbout(evidence: Evidence, right: Right): Doubt[] {
  return [
    ...grantDoubts(evidence, right),
    ...policyDoubts(evidence, right),
    ...ownerDoubts(evidence, ownersThatHold(evidence, right)),
    ...stewardDoubts(evidence, right),
  ];
}

function grantDoubts(evidence: Evidence, right: Right): Doubt[] {
  if (right.privilege === OWNERSHIP) return [];
  const { subject } = evidence;
  const path = securablePath(right.securable);
  const unread = unreadGrants(evidence, path);
  const doubts = unread.length > 0 ? unread : unshownRows(evidence, right.securable);
  for (const grant of coveringGrants(evidence, right)) {
    if (mayContain(subject, grant.principal)) doubts.push(maybeTheirs(grant.principal, 'holds it', subject));
  }
  for (const grant of unshownGrants(evidence, right)) {
    if (throughWhat(subject, grant.principal) === undefined) continue;
    const what = formatSecurable(right.securable);
    const text = `${grant.privilege} is granted on ${formatSecurable(grant.on)}, but the effective grants of ${what} do not include it`;
    doubts.push({ kind: 'inheritance', text: `${text}${inheritanceText(evidence)}` });
  }
  for (const grant of oldGrants(evidence, right)) {
    if (throughWhat(subject, grant.principal) === undefined) continue;
    const text = `${sqlPrivilege(grant.privilege)}, an older name, is granted on ${formatSecurable(grant.on)}`;
    doubts.push({ kind: 'unconfirmed', text });
  }
  return doubts;
}

/** Rows that were returned, and may lack some of the principal's: a filter or the registry left them out without a word. */
function unshownRows(evidence: Evidence, on: Securable): Doubt[] {
  const { subject, facts } = evidence;
  const [nearest] = securablePath(on).filter((step) => factsOf(evidence, step)?.exists !== false);
  if (facts.grants !== 'direct' && nearest !== undefined) {
    const isShown = showsOthers(evidence, nearest);
    // Whatever the registry leaves out, it shows the caller their own rows.
    if (!subject.isCaller && !isShown) return [{ kind: 'unread', text: partText(evidence, nearest) }];
    if (!facts.filteredByPrincipal && isShown) return [];
  }
  if (subject.rowsKnown) return [];
  const text = `grants to groups of ${show(subject.principal)} may be missing from the response`;
  return [{ kind: 'groups', text }];
}

function inheritanceText({ facts }: Evidence): string {
  const { inheritance } = facts;
  if (inheritance === 'yes') return '; its responses lag behind';
  return typeof inheritance === 'object'
    ? `; whether grants are inherited in this metastore could not be read (${show(inheritance.unreadable)})`
    : '';
}

function unreadGrants(evidence: Evidence, path: readonly Securable[]): Doubt[] {
  // Effective rows of the object itself say all; direct ones leave the parents open.
  const [nearest] = path.filter((step) => factsOf(evidence, step)?.exists !== false);
  const wanted = evidence.facts.grants === 'direct' ? path : nearest === undefined ? [] : [nearest];
  return wanted.flatMap((step): Doubt[] => {
    const facts = factsOf(evidence, step);
    const what = `the grants of ${formatSecurable(step)}`;
    if (facts === undefined) return [{ kind: 'unread', text: `${what} were not read` }];
    const { assignments } = facts;
    if ('unreadable' in assignments)
      return [{ kind: 'unread', text: `${what} cannot be read (${show(assignments.unreadable)})` }];
    const hidden = evidence.subject.isCaller ? undefined : hiddenRows(evidence, step);
    return hidden === undefined ? [] : [{ kind: 'unread', text: hidden }];
  });
}

/** Policies grant EXECUTE on models so far, and no list of grants shows it (Databricks, ABAC GRANT policies, beta). */
function policyDoubts(evidence: Evidence, right: Right): Doubt[] {
  if (evidence.facts.policies !== true || right.privilege !== 'EXECUTE') return [];
  if (right.securable.type !== 'function') return [];
  const facts = factsOf(evidence, right.securable);
  if (facts?.exists === false) return [];
  const what = formatSecurable(right.securable);
  if (facts?.policies === undefined) {
    return [{ kind: 'policies', text: `policies that may grant it on ${what} were not read` }];
  }
  if ('unreadable' in facts.policies) {
    const why = show(facts.policies.unreadable);
    return [{ kind: 'policies', text: `policies that may grant it on ${what} cannot be read (${why})` }];
  }
  return facts.policies.flatMap((policy): Doubt[] =>
    policy.kind === 'grants' &&
    policy.privileges.includes(right.privilege) &&
    mayConcern(evidence.subject, policy)
      ? [
          {
            kind: 'policies',
            text: `the policy ${show(policy.name)} may grant it, depending on the tags of ${what}`,
          },
        ]
      : [],
  );
}

/** What a policy may deny so far: to change grants, owners and policies (Databricks, ABAC DENY policies, beta). */
const ACCESS_CONTROL = 'MANAGE_ACCESS_CONTROL';

/**
 * What stands against calling a right granted that is held as `held`: a policy that denies wins over grants and ownership.
 * One in scope may take the right away, by tags, conditions or whom it means, which are not judged here.
 */
export function denials(evidence: Evidence, right: Right, held: Right): Doubt[] {
  const policies = factsOf(evidence, right.securable)?.policies;
  if (evidence.facts.policies !== true || policies === undefined) return [];
  const what = formatSecurable(right.securable);
  if ('unreadable' in policies) {
    if (right.privilege !== 'MANAGE') return [];
    const why = show(policies.unreadable);
    return [{ kind: 'policies', text: `policies that may deny it on ${what} cannot be read (${why})` }];
  }
  return policies.flatMap((policy): Doubt[] =>
    policy.kind !== 'grants' && mayDeny(policy, right, held) && mayConcern(evidence.subject, policy)
      ? [
          {
            kind: 'unconfirmed',
            text: `it is granted, but the policy ${show(policy.name)} may deny it on ${what}`,
          },
        ]
      : [],
  );
}

/** Of a policy of another kind, and of a privilege that is not known here, what is denied is not known. */
function mayDeny({ kind, privileges }: AccessPolicy, right: Right, held: Right): boolean {
  if (kind === 'unknown' || privileges.length === 0) return true;
  return privileges.some((denied) => {
    if (denied === ACCESS_CONTROL) return right.privilege === 'MANAGE';
    if (!KNOWN_PRIVILEGES.includes(denied)) return true;
    return [right, held].some(
      ({ privilege, securable }) =>
        denied === privilege || privilegeCovers(denied, securable.type, privilege),
    );
  });
}

function mayConcern(subject: Subject, { to, except }: AccessPolicy): boolean {
  if (except.some((name) => throughWhat(subject, name) !== undefined)) return false;
  return to.some(
    (name) =>
      throughWhat(subject, name) !== undefined ||
      mayContain(subject, name) ||
      name.toLowerCase() === EVERYBODY,
  );
}

function maybeTheirs(group: string, verb: string, subject: Subject): Doubt {
  const who = show(subject.principal);
  const text = subject.namesakes.includes(group)
    ? `${show(group)} ${verb}, and ${who} is in a group of that name, which may be a workspace-local group`
    : `${show(group)} ${verb}, and ${who} may be a member of it`;
  return { kind: 'groups', text };
}

function ownerDoubts(evidence: Evidence, owned: readonly Securable[]): Doubt[] {
  const { subject } = evidence;
  return owned.flatMap((securable): Doubt[] => {
    const what = formatSecurable(securable);
    const owner = ownerOf(evidence, securable);
    if (owner !== undefined) {
      return mayContain(subject, owner) ? [maybeTheirs(owner, `owns ${what}`, subject)] : [];
    }
    const facts = factsOf(evidence, securable);
    if (facts?.exists === false) return [];
    // Owners may always look at their object, once they may use what it is in.
    const shownToOwners = subject.isCaller && usesParents(evidence, securable);
    if (typeof facts?.owner === 'object' && shownToOwners) return [];
    return [{ kind: 'unread', text: `the owner of ${what} is unknown` }];
  });
}

function usesParents(evidence: Evidence, securable: Securable): boolean {
  return securablePath(securable)
    .slice(1)
    .every((parent) => {
      const use = { securable: parent, privilege: parent.type === 'catalog' ? 'USE_CATALOG' : 'USE_SCHEMA' };
      const owners = pathsByOwnership(evidence, [parent, ...stewardships(evidence, use)]);
      const isRefused = evidence.refused.has(rightKey(use));
      return !isRefused && (pathsByGrant(evidence, use).length > 0 || owners.length > 0);
    });
}

/** Whether those who own what is above need USE_CATALOG and USE_SCHEMA themselves Databricks writes nowhere. */
function stewardDoubts(evidence: Evidence, right: Right): Doubt[] {
  if (evidence.facts.ownersReachDown === true) return [];
  if (right.privilege !== 'USE_CATALOG' && right.privilege !== 'USE_SCHEMA') return [];
  const above = stewardships(evidence, right);
  const owned = pathsByOwnership(evidence, above).map(({ on }): Doubt => {
    const who = show(evidence.subject.principal);
    const needs = `whether its owner needs ${sqlPrivilege(right.privilege)} is not confirmed`;
    return { kind: 'unconfirmed', text: `${who} owns ${formatSecurable(on)}, and ${needs}` };
  });
  return [...owned, ...ownerDoubts(evidence, above)];
}

function stewardships(evidence: Evidence, right: Right): Securable[] {
  const above = securablePath(right.securable).filter((step) => !ownerHolds(right.privilege, step.type));
  return [...above, ...metastoresOf(evidence)];
}
