import { decide, type Decision, type Finding } from '../../domain/decision.ts';
import { formatRequest, type GrantCommands, type RestRequest } from '../../domain/grant-commands.ts';
import { sameSecurable, securableKey, securablePath, type Securable } from '../../domain/privilege.ts';
import { evidenceOf } from './evidence.ts';
import type { GrantFacts, GrantOptions } from './facts.ts';
import { absentFinding, bindingFinding, rightFinding } from './findings.ts';
import { grantingOf, NOTHING_TO_GRANT, type Granting } from './granting.ts';
import { besideGranting } from './shown-findings.ts';
import { judge, withNewModels } from './judge.ts';
import { planRemedies, remedyFor, type JudgedRight, type OwnerChange } from './remedy.ts';
import { mergeRights } from './required.ts';
import type { RequiredRight } from './right.ts';
import { subjectOf } from './subject.ts';

/** The decision about all rights; `statements`, `requests` and `ownerChanges` give what is missing, each once. */
export interface GrantDecision extends Decision {
  readonly principal: string;
  /** The principal as a sentence names it, with the display name where there is one. */
  readonly shownAs: string;
  readonly isCaller: boolean;
  /** Groups whose rows a filter for the principal returned, so that they are theirs. */
  readonly shownGroups: readonly string[];
  readonly rights: readonly JudgedRight[];
  /** Catalogs that this workspace may not use, whatever the grants are. */
  readonly notBound: readonly Securable[];
  readonly statements: readonly string[];
  /** Requests that have no statement or command, since none can hold a name in it, as text. */
  readonly unprinted: readonly string[];
  readonly requests: readonly RestRequest[];
  readonly ownerChanges: readonly OwnerChange[];
  /** What an administrator may do about it. */
  readonly granting: Granting;
  /** The errors and warnings as a page has them beside {@link granting}: what that is about has no fix of its own. */
  readonly shown: readonly Finding[];
  /** The language of `statements`. */
  readonly language: GrantCommands['language'];
}

/**
 * Judges each right as granted, missing, unknown or deferred, from one registry's facts.
 *
 * Effective rows, groups, `account users`, ownership of the object and of its parents, ALL PRIVILEGES and MANAGE are
 * taken together, since none of them is enough alone (uc-protocol §10.2). `principal` is the caller unless named. What
 * the caller is not shown of another user or service principal is deferred to that principal's own check.
 */
export function decideGrants(
  rights: readonly RequiredRight[],
  facts: GrantFacts,
  principal: string = facts.caller.principal,
  options: GrantOptions = {},
): GrantDecision {
  const subject = subjectOf(facts, principal);
  const merged = mergeRights(rights);
  const evidence = withNewModels(merged, evidenceOf(facts, subject), options);
  const verdicts = merged.map((right) => judge(right, evidence));
  const plan = planRemedies(verdicts, evidence);
  const judged = verdicts.map((verdict): JudgedRight => {
    if (verdict.state === 'unknown' && verdict.isUnlisted === true) return verdict;
    if ('isDenied' in verdict) return verdict;
    if (verdict.state === 'unknown' || verdict.state === 'deferred')
      return { ...verdict, remedy: remedyFor(verdict.right, evidence) };
    const remedy = plan.remedyOf(verdict.right);
    return remedy === undefined ? verdict : { ...verdict, remedy };
  });
  const { workspaceId } = facts.caller;
  const notBound = notBoundCatalogs(facts);
  const bindings =
    workspaceId === undefined
      ? []
      : notBound.flatMap((catalog) => facts.commands.bindingRequest?.(catalog, workspaceId) ?? []);
  const causes = [
    ...notBound.map((catalog) => bindingFinding(catalog, workspaceId)),
    ...notFoundIn([{ rights: judged }]).map((each) => absentFinding(each, facts.caller.principal)),
  ];
  const ofRights = judged
    .filter((each) => !isNotFound(each))
    .map((each) => ({ judged: each, finding: rightFinding(each, subject.shownAs, options) }));
  const decision = decide([...causes, ...ofRights.map(({ finding }) => finding)]);
  // A catalog that is shut is one finding, and not one for each right in it.
  const open = ofRights.filter((each) => each.judged.state !== 'unknown' || !isIn(notBound, each.judged));
  const granting = grantingOf(
    open.map((each) => each.judged),
    plan,
    evidence,
  );
  const isToBeGranted = !decision.allowed || granting.missing.length > 0 || plan.ownerChanges.length > 0;
  return {
    ...decision,
    granting: isToBeGranted ? granting : NOTHING_TO_GRANT,
    shown: [...causes, ...(isToBeGranted ? besideGranting(open) : open.map(({ finding }) => finding))].filter(
      ({ severity }) => severity !== 'note',
    ),
    principal: subject.principal,
    shownAs: subject.shownAs,
    isCaller: subject.isCaller,
    shownGroups: subject.shownGroups,
    rights: judged,
    notBound,
    statements: plan.statements,
    unprinted: plan.unprinted.map(formatRequest),
    requests: [...bindings, ...plan.requests],
    ownerChanges: plan.ownerChanges,
    language: facts.commands.language,
  };
}

/** The objects that do not exist and that nobody is about to create, each once: one cause of all rights on them. */
export function notFoundIn(decisions: readonly Pick<GrantDecision, 'rights'>[]): Securable[] {
  const found = decisions
    .flatMap(({ rights }) => rights)
    .flatMap((judged) => (judged.state === 'missing' ? (judged.notFound ?? []) : []));
  return [...new Map(found.map((each) => [securableKey(each), each])).values()];
}

function isIn(catalogs: readonly Securable[], { right }: JudgedRight): boolean {
  return securablePath(right.securable).some((step) => catalogs.some((each) => sameSecurable(each, step)));
}

function isNotFound(judged: JudgedRight): boolean {
  return judged.state === 'missing' && judged.notFound !== undefined;
}

/** Whether every right of every decision is granted: what is unknown or deferred is no pass. */
export function isAllGranted(decisions: readonly GrantDecision[]): boolean {
  return decisions.every(
    ({ rights, notBound }) => notBound.length === 0 && rights.every(({ state }) => state === 'granted'),
  );
}

/** The refusal is reported of every object of the catalog; the catalog is what it is about. */
function notBoundCatalogs(facts: GrantFacts): Securable[] {
  const catalogs = facts.securables
    .filter((each) => each.notBound === true)
    .flatMap(({ securable }) => securablePath(securable).slice(-1));
  return [...new Map(catalogs.toReversed().map((each) => [securableKey(each), each])).values()].toReversed();
}
