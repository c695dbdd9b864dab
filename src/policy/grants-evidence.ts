import {
  canonicalPrivilege,
  sameSecurable,
  securablePath,
  type Privilege,
  type Securable,
} from '../domain/privilege.ts';
import type { GrantFacts, SecurableFacts } from './grants-facts.ts';
import type { Holder } from './grants-principal.ts';

/** A grant by where it was made, wherever it was seen. */
export interface Grant {
  readonly principal: string;
  readonly privilege: Privilege;
  readonly on: Securable;
}

/** The facts of one registry, put in order for one principal. */
export interface Evidence {
  readonly holder: Holder;
  readonly facts: GrantFacts;
  readonly grants: readonly Grant[];
  /** Owners that are not read but will be: of a model about to be created, or by a printed owner change. */
  readonly futureOwners: readonly { readonly securable: Securable; readonly owner: string }[];
}

/** Puts facts in order: effective rows become grants where they were made. */
export function evidenceOf(facts: GrantFacts, holder: Holder): Evidence {
  const grants = facts.securables.flatMap(({ securable, assignments }) =>
    'unreadable' in assignments
      ? []
      : assignments.flatMap(({ principal, privileges }) =>
          privileges.map(({ privilege, inheritedFrom }) => ({
            principal,
            privilege: canonicalPrivilege(privilege),
            on: madeOn(securable, inheritedFrom),
          })),
        ),
  );
  // Rows of a model repeat those of its parents, which were read as well.
  const once = new Map(grants.map((grant) => [grantKey(grant), grant]));
  return { holder, facts, grants: [...once.values()], futureOwners: [] };
}

/** The facts about a securable, where they were read. */
export function factsOf(evidence: Evidence, securable: Securable): SecurableFacts | undefined {
  return evidence.facts.securables.find((each) => sameSecurable(each.securable, securable));
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
