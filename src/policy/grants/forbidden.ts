import { decide, type Decision, type Finding } from '../../domain/decision.ts';
import { formatRequest, type GrantCommands, type RestRequest } from '../../domain/grant-commands.ts';
import { formatSecurable, sameSecurable, securableKey, type Securable } from '../../domain/privilege.ts';
import { absentStep, evidenceOf } from './evidence.ts';
import type { GrantFacts, GrantOptions } from './facts.ts';
import { holderFindings, absentFinding, unseenFinding } from './forbidden-findings.ts';
import { expansionOf, NO_DIRECTORY_FACTS, type Expansion, type DirectoryFacts } from './groups.ts';
import { holdersOf } from './holders.ts';
import { type JudgedHolder, groupsAmong, judgeHolder } from './judged-holder.ts';
import { ALL_PRIVILEGES, grantableOn } from './privileges.ts';
import type { OwnerChange } from './remedy.ts';
import type { RequiredRight, Right } from './right.ts';
import { subjectOf } from './subject.ts';

/** The decision about who may hold what; `statements`, `requests` and `ownerChanges` take away what is forbidden. */
export interface ForbidDecision extends Decision {
  /** The findings of which `statements`, `unprinted` and `ownerChanges` say the whole fix. */
  readonly printed: readonly Finding[];
  readonly holders: readonly JudgedHolder[];
  /** True when nobody holds what is forbidden, and nothing of that is unknown. */
  readonly isCertain: boolean;
  /** Objects that do not exist, each once. */
  readonly notFound: readonly Securable[];
  /** Rights of which it could not be seen who holds them. */
  readonly unseen: readonly { readonly right: Right; readonly reason: string }[];
  /** False where there is no MANAGE. */
  readonly hasManage: boolean;
  /** Catalogs and schemas of which nothing below was looked at, though the right can be held there as well. */
  readonly below: readonly Securable[];
  /** The groups of the list, expanded. */
  readonly listed: readonly { readonly group: string; readonly expansion: Expansion }[];
  readonly statements: readonly string[];
  /** Whether one of the statements takes ALL PRIVILEGES. */
  readonly takesAll: boolean;
  /** Requests that have no statement, since none can hold a name in it, as text. */
  readonly unprinted: readonly string[];
  /** What the statements are written in. */
  readonly language: GrantCommands['language'];
  readonly requests: readonly RestRequest[];
  readonly ownerChanges: readonly OwnerChange[];
}

/**
 * Judges who holds rights that only those of a list may hold. A principal is let in by its own name, or as a member of
 * a listed group; a group that is not listed is refused whoever is in it today. What cannot be seen is unknown.
 * Metastore admins, who may take any right, are not looked at.
 */
export function decideForbidden(
  rights: readonly RequiredRight[],
  facts: GrantFacts,
  except: readonly string[],
  people: DirectoryFacts = NO_DIRECTORY_FACTS,
  { onUnknown = 'fail' }: GrantOptions = {},
): ForbidDecision {
  const evidence = evidenceOf(facts, subjectOf(facts, facts.caller.principal));
  const absent = rights.flatMap(({ securable }) => absentStep(evidence, securable) ?? []);
  const notFound = [...new Map(absent.map((each) => [securableKey(each), each])).values()];
  const seen = rights
    .filter(({ securable }) => absentStep(evidence, securable) === undefined)
    .map((right) => holdersOf(right, evidence));
  const holders = seen
    .flatMap((each) => each.holders)
    .map((each) => judgeHolder(each, except, people, evidence));
  const unseen = seen.flatMap(({ right, unseen: reasons }) =>
    reasons.length === 0 ? [] : [{ right, reason: reasons.join('; ') }],
  );
  const found = holders.map((each) => ({
    holder: each,
    findings: holderFindings(each, except, people, onUnknown),
  }));
  const revocations = holders.flatMap(({ state, revocation, privilege }) =>
    state === 'forbidden' && revocation !== undefined ? [{ ...revocation, privilege }] : [],
  );
  const changes = revocations.flatMap((each) => (each.kind === 'owner-change' ? [each.change] : []));
  const ownerChanges = changes.filter(
    ({ securable }, index) => changes.findIndex((each) => sameSecurable(each.securable, securable)) === index,
  );
  const revokes = revocations.flatMap((each) => (each.kind === 'revoke' ? [each] : []));
  const hasManage = facts.ownersReachDown !== true;
  const requests = new Map(revokes.map(({ request }) => [JSON.stringify(request), request]));
  const unprinted = revokes.flatMap(({ statement, request }) => (statement === undefined ? [request] : []));
  return {
    ...decide([
      ...notFound.map(absentFinding),
      ...found.flatMap(({ findings }) => findings),
      ...unseen.map(({ right, reason }) => unseenFinding(right, reason, onUnknown, hasManage)),
    ]),
    printed: found.flatMap(({ holder, findings }) =>
      holder.state === 'forbidden' && holder.revocation !== undefined ? findings : [],
    ),
    takesAll: revokes.some(({ privilege }) => privilege === ALL_PRIVILEGES),
    holders,
    notFound,
    isCertain:
      absent.length === 0 && unseen.length === 0 && holders.every(({ state }) => state === 'excepted'),
    unseen,
    hasManage,
    below: placesBelow(rights),
    listed: groupsAmong(except, facts, people).map((group) => ({
      group,
      expansion: expansionOf(group, people),
    })),
    statements: [...new Set(revokes.flatMap(({ statement }) => statement ?? []))],
    unprinted: [...new Set(unprinted.map(formatRequest))],
    language: facts.commands.language,
    requests: [...requests.values(), ...ownerChanges.flatMap(({ request }) => request ?? [])],
    ownerChanges,
  };
}

/** Whoever owns, or was granted, something below holds the right there; it does not show on what is above. */
function placesBelow(rights: readonly Right[]): Securable[] {
  const open = rights.filter(({ securable, privilege }) => {
    const types = grantableOn(privilege) ?? [];
    return securable.type === 'catalog'
      ? types.includes('schema') || types.includes('function')
      : securable.type === 'schema' && types.includes('function');
  });
  return [...new Map(open.map(({ securable }) => [formatSecurable(securable), securable])).values()];
}
