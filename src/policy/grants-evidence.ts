import {
  canonicalPrivilege,
  sameSecurable,
  securablePath,
  type Privilege,
  type Securable,
} from '../domain/privilege.ts';
import type { GrantFacts, SecurableFacts } from './grants-facts.ts';
import { holderOf, type Holder } from './grants-principal.ts';
import { refusedRights } from './grants-refusals.ts';
import type { Right } from './grants-rights.ts';

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
  readonly holder: Holder;
  /** Who was shown the facts. */
  readonly caller: Holder;
  readonly facts: GrantFacts;
  readonly grants: readonly Grant[];
  /** What the registry itself refused to the principal. */
  readonly refused: readonly Right[];
  /** Owners that are not read but will be: of a model about to be created, or by a printed owner change. */
  readonly futureOwners: readonly { readonly securable: Securable; readonly owner: string }[];
}

/** Puts facts in order: effective rows become grants where they were made, each once. */
export function evidenceOf(facts: GrantFacts, holder: Holder): Evidence {
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
  const refused = holder.isCaller ? refusedRights(facts) : [];
  const caller = holder.isCaller ? holder : holderOf(facts, facts.caller.principal);
  return { holder, caller, facts, grants: [...grants.values()], refused, futureOwners: [] };
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
