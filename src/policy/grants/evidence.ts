import {
  canonicalPrivilege,
  sameSecurable,
  securablePath,
  type Privilege,
  type Securable,
  type SecurableType,
} from '../../domain/privilege.ts';
import type { GrantFacts, SecurableFacts } from './facts.ts';
import type { Right } from './right.ts';
import { subjectOf, type Subject } from './subject.ts';

/** A grant by where it was made, wherever it was seen. */
export interface Grant {
  readonly principal: string;
  readonly privilege: Privilege;
  readonly on: Securable;
  /** The securables whose rows show it; absent for one that is only planned. */
  readonly seenOn?: readonly Securable[];
}

/** The facts of one registry, put in order for one principal. */
export interface Evidence {
  readonly subject: Subject;
  /** Who was shown the facts. */
  readonly caller: Subject;
  readonly facts: GrantFacts;
  readonly grants: readonly Grant[];
  /** What the registry itself refused to the principal. */
  readonly refused: readonly Right[];
  /** Owners that are not read but will be: of a model about to be created, or by a printed owner change. */
  readonly futureOwners: readonly { readonly securable: Securable; readonly owner: string }[];
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
  const refused = subject.isCaller ? refusedRights(facts) : [];
  const caller = subject.isCaller ? subject : subjectOf(facts, facts.caller.principal);
  return { subject, caller, facts, grants: [...grants.values()], refused, futureOwners: [] };
}

/** The facts about a securable, where they were read. */
export function factsOf(evidence: Evidence, securable: Securable): SecurableFacts | undefined {
  return evidence.facts.securables.find((each) => sameSecurable(each.securable, securable));
}

/** The uppermost of a securable and its parents that does not exist, if one does not. */
export function absentStep(evidence: Evidence, securable: Securable): Securable | undefined {
  return securablePath(securable)
    .reverse()
    .find((step) => factsOf(evidence, step)?.exists === false);
}

/** The owner's name, where it is known; one that is about to be comes first. */
export function ownerOf(evidence: Evidence, securable: Securable): string | undefined {
  const future = evidence.futureOwners.find((each) => sameSecurable(each.securable, securable));
  const owner = future?.owner ?? factsOf(evidence, securable)?.owner;
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
 * The rights of which the registry itself said that the caller lacks them. It knows every group and policy, so such an
 * answer settles what lists of groups and grants leave open.
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
