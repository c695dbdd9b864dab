import { counted } from '../../domain/count.ts';
import { show } from '../../domain/printable.ts';
import { formatSecurable, sqlPrivilege } from '../../domain/privilege.ts';
import { isAllGranted, type GrantDecision } from '../../policy/grants/decide.ts';
import { howHeld } from '../../policy/grants/forbidden-findings.ts';
import type { ForbidDecision } from '../../policy/grants/forbidden.ts';
import type { JudgedHolder } from '../../policy/grants/judged-holder.ts';
import type { Expansion } from '../../policy/grants/groups.ts';
import { grantOutputs } from '../../policy/grants/outputs.ts';
import type { RightsSubject } from '../subject.ts';
import { paragraph, table, type Block, type Section } from '../document.ts';

/** As many members of a group as a table shows. */
const SHOWN_MEMBERS = 20;

/** One sentence about all principals and holders, without a final period. */
export function gateVerdict(decisions: readonly GrantDecision[], forbid: ForbidDecision | undefined): string {
  const { missing, unknown, deferred } = grantOutputs(decisions);
  const open = [
    ...(unknown.length === 0 ? [] : [`${unknown.length} unknown`]),
    ...(deferred.length === 0 ? [] : [`${deferred.length} deferred until the principal signs in`]),
  ];
  const parts: string[] = [];
  if (isAllGranted(decisions) && decisions.length > 0) {
    parts.push(
      `${subjectOf(decisions)} ${decisions.length === 1 ? 'holds' : 'hold'} every required privilege`,
    );
  } else if (decisions.length > 0) {
    const lacks = decisions.length === 1 ? 'lacks' : 'lack';
    const first =
      missing.length > 0
        ? `${lacks} ${counted(missing.length, 'privilege')}`
        : `${lacks} no visible privilege`;
    parts.push([`${subjectOf(decisions)} ${first}`, ...open].join(', '));
  }
  if (forbid !== undefined)
    parts.push(parts.length === 0 ? capitalised(forbidText(forbid)) : forbidText(forbid));
  return parts.join('; ');
}

/** What a gate is about, with counts of what stands against it. */
export function rightsSubject(
  about: Pick<RightsSubject, 'object' | 'models'>,
  decisions: readonly GrantDecision[],
  forbid: ForbidDecision | undefined,
): RightsSubject {
  const { missing, unknown } = grantOutputs(decisions);
  return {
    kind: 'rights',
    ...about,
    asked: decisions.length === 0 ? undefined : { missing: missing.length, unknown: unknown.length },
    ...(forbid === undefined ? {} : { forbidden: forbiddenPrincipals(forbid).length }),
  };
}

function forbiddenPrincipals({ holders }: ForbidDecision): string[] {
  return [...new Set(holders.flatMap((each) => (each.state === 'forbidden' ? [each.principal] : [])))];
}

/** Who was asked about. */
export function subjectOf(decisions: readonly GrantDecision[]): string {
  const [first] = decisions;
  if (first === undefined) return 'Holding';
  return decisions.length === 1 ? show(first.principal, 80) : `${decisions.length} principals`;
}

/** As many principals as a sentence names. */
const NAMED_PRINCIPALS = 2;

/** Who holds what is forbidden, in a clause: by name where they are few. */
export function holdersText(decision: ForbidDecision): string {
  const principals = forbiddenPrincipals(decision);
  if (principals.length === 0 || principals.length > NAMED_PRINCIPALS) return forbidText(decision);
  const names = principals.map((each) => show(each, 80)).join(' and ');
  return `${names} ${principals.length === 1 ? 'holds a forbidden right' : 'hold forbidden rights'}`;
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function forbidText(decision: ForbidDecision): string {
  const { holders, unseen, allowed } = decision;
  const forbidden = forbiddenPrincipals(decision).length;
  const unknown = holders.filter(({ state }) => state === 'unknown').length + unseen.length;
  const first =
    forbidden > 0
      ? `${counted(forbidden, 'principal holds', 'principals hold')} a forbidden right`
      : allowed
        ? 'no other principal was found to hold a forbidden right'
        : 'who holds the forbidden rights cannot be determined';
  return `${unknown === 0 ? first : `${first}, ${unknown} unknown`}${belowText(decision)}`;
}

export function belowText({ below }: ForbidDecision): string {
  if (below.length === 0) return '';
  return `; models below ${below.map((each) => show(formatSecurable(each), 80)).join(', ')} were not checked`;
}

/** Holders of forbidden rights; folded where nobody does who is not excepted. */
export function holdersSection(decision: ForbidDecision): Section {
  return {
    title: 'Holders of forbidden rights',
    folded: decision.allowed,
    blocks: [
      holdersTable(decision.holders),
      ...decision.listed.map(({ group, expansion }) =>
        paragraph(`${group} in except: ${expansionText(expansion)}.`),
      ),
      paragraph(
        decision.hasManage
          ? 'A principal with MANAGE, or the owner of a parent object, can grant itself any right, so forbid MANAGE as well. Metastore admins can do the same and are not checked.'
          : 'The owner of a parent object can grant itself any right, so forbid OWNERSHIP of the parents as well. The owner of the metastore can do the same and is not checked.',
      ),
    ],
  };
}

function holdersTable(holders: readonly JudgedHolder[]): Block {
  return table(
    ['Forbidden', 'On', 'Held by', 'How', 'State', 'Why', 'Members'],
    holders.map((holder) => [
      sqlPrivilege(holder.right.privilege),
      formatSecurable(holder.right.securable),
      holder.principal,
      howHeld(holder),
      holder.state,
      holder.reason,
      holder.expansion === undefined ? '' : expansionText(holder.expansion),
    ]),
  );
}

function expansionText({ members, incomplete }: Expansion): string {
  const shown = members.length <= SHOWN_MEMBERS + 1 ? members : members.slice(0, SHOWN_MEMBERS);
  const more = members.length > shown.length ? ` and ${members.length - shown.length} more` : '';
  const known = members.length === 0 ? 'nobody' : `${shown.join(', ')}${more}`;
  if (incomplete === undefined) return known;
  return members.length === 0
    ? `unknown: ${incomplete}`
    : `${known}; further members are unknown: ${incomplete}`;
}
