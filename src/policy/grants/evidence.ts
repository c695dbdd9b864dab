import {
  canonicalPrivilege,
  sameSecurable,
  securableKey,
  securablePath,
  type Securable,
  type SecurableType,
} from '../../domain/privilege.ts';
import type { GrantFacts, SecurableFacts } from './facts.ts';
import { GrantIndex, type Grant } from './grant-index.ts';
import { rightKey, type Right } from './right.ts';
import { subjectOf, type Subject } from './subject.ts';

/** The facts of one registry, put in order for one principal. */
export interface Evidence {
  readonly subject: Subject;
  /** Who was shown the facts. */
  readonly caller: Subject;
  readonly facts: GrantFacts;
  readonly grants: GrantIndex;
  /** The facts about each securable, by its key. */
  readonly factsByKey: ReadonlyMap<string, SecurableFacts>;
  /** Keys of what the registry itself refused to the principal. */
  readonly refused: ReadonlySet<string>;
  /** Owners, by key, that are not read but will be: of a model about to be created, or by a printed owner change. */
  readonly futureOwners: ReadonlyMap<string, string>;
}

/** Puts facts in order: effective rows become grants where they were made, each once. */
export function evidenceOf(facts: GrantFacts, subject: Subject): Evidence {
  const grants = new Map<string, Grant & { readonly seenOn: Securable[] }>();
  for (const { securable, assignments } of facts.securables) {
    if ('unreadable' in assignments) continue;
    for (const { principal, privileges } of assignments) {
      for (const { privilege, inheritedFrom } of privileges) {
        const on = madeOn(securable, inheritedFrom);
        const grant = { principal, privilege: canonicalPrivilege(privilege), on, seenOn: [securable] };
        const earlier = grants.get(grantKey(grant));
        if (earlier === undefined) grants.set(grantKey(grant), grant);
        else earlier.seenOn.push(securable);
      }
    }
  }
  const refused = new Set(subject.isCaller ? refusedRights(facts).map(rightKey) : []);
  const caller = subject.isCaller ? subject : subjectOf(facts, facts.caller.principal);
  const factsByKey = new Map(
    [...facts.securables].reverse().map((each) => [securableKey(each.securable), each] as const),
  );
  return {
    subject,
    caller,
    facts,
    grants: new GrantIndex(grants.values()),
    factsByKey,
    refused,
    futureOwners: new Map(),
  };
}

/** The facts about a securable, where they were read. */
export function factsOf(evidence: Evidence, securable: Securable): SecurableFacts | undefined {
  return evidence.factsByKey.get(securableKey(securable));
}

/** The uppermost of a securable and its parents that does not exist, if one does not. */
export function absentStep(evidence: Evidence, securable: Securable): Securable | undefined {
  return securablePath(securable)
    .reverse()
    .find((step) => factsOf(evidence, step)?.exists === false);
}

/** The owner's name, where it is known; one that is about to be comes first. */
export function ownerOf(evidence: Evidence, securable: Securable): string | undefined {
  const future = evidence.futureOwners.get(securableKey(securable));
  const owner = future ?? factsOf(evidence, securable)?.owner;
  return typeof owner === 'string' && owner !== '' ? owner : undefined;
}

/** The metastores among the facts. */
export function metastoresOf(evidence: Evidence): Securable[] {
  return evidence.facts.securables.flatMap(({ securable }) =>
    securable.type === 'metastore' ? [securable] : [],
  );
}

function grantKey({ principal, privilege, on }: Grant): string {
  return JSON.stringify([principal, privilege, on.type, on.name.toLowerCase()]);
}

/** Where an effective row was granted; a source that is no parent says only that the row holds here. */
function madeOn(seenOn: Securable, inheritedFrom: Securable | undefined): Securable {
  if (inheritedFrom === undefined) return seenOn;
  const isParent =
    inheritedFrom.type === 'metastore' ||
    securablePath(seenOn).some((step) => sameSecurable(step, inheritedFrom));
  return isParent ? inheritedFrom : seenOn;
}

/**
 * A refusal that names the privilege that is lacking, as users reported it (uc-protocol §10.3):
 * `User does not have EXECUTE on Routine or Model 'a.b.c'.`
 */
const REFUSAL =
  /does not have ([A-Z][A-Z _]*[A-Z]) on (Catalog|Schema|Routine or Model|Function) '([^']+)'/gu;

const TYPES: Readonly<Record<string, SecurableType>> = {
  Catalog: 'catalog',
  Schema: 'schema',
  'Routine or Model': 'function',
  Function: 'function',
};

/**
 * The rights of which the registry itself said that the caller lacks them. It knows every group and policy, so such a
 * response settles what lists of groups and grants leave open.
 */
function refusedRights(facts: GrantFacts): Right[] {
  return facts.securables.flatMap(({ owner }) =>
    typeof owner === 'object'
      ? [...owner.refused.matchAll(REFUSAL)].flatMap(([, privilege = '', kind = '', name = '']) => {
          const type = TYPES[kind];
          return type === undefined
            ? []
            : [{ securable: { type, name }, privilege: canonicalPrivilege(privilege) }];
        })
      : [],
  );
}
