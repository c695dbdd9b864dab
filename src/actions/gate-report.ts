import type { CheckMode } from '../domain/decision.ts';
import { formatSecurable, sqlPrivilege } from '../domain/privilege.ts';
import { show } from '../domain/text.ts';
import { isAllGranted, type GrantDecision } from '../policy/grants.ts';
import { howHeld, type ForbidDecision, type JudgedHolder } from '../policy/grants-forbid.ts';
import { grantOutputs } from '../policy/grants-output.ts';
import type { Expansion } from '../policy/grants-membership.ts';
import { paragraph, table, type Block } from '../report/document.ts';
import { notePrivileges, ownerChangeBlocks, statementBlocks, unprintedBlocks } from './checks.ts';
import type { ActionRecord } from './record.ts';

/** As many members of a group as a table shows. */
const SHOWN_MEMBERS = 20;

/** Notes the check of each principal, under its name where there are several. */
export function noteDecisions(
  record: ActionRecord,
  mode: CheckMode,
  decisions: readonly GrantDecision[],
): void {
  for (const decision of decisions) {
    const name = decisions.length === 1 ? 'Privileges' : `Privileges of ${decision.principal}`;
    notePrivileges(record, name, mode, decision);
  }
  const { unknown, deferred } = grantOutputs(decisions);
  if (unknown.length > 0) {
    record.fact(
      'Unknown',
      `${unknown.length} right(s)`,
      'neither granted nor missing, as far as can be seen',
    );
  }
  if (deferred.length > 0) {
    record.fact(
      'Deferred to apply',
      `${deferred.length} right(s)`,
      'the caller may not see them; the principal itself is checked before it acts',
    );
  }
}

/** Notes who holds what is forbidden, and what takes it from them. */
export function noteForbidden(record: ActionRecord, decision: ForbidDecision): void {
  const below = belowText(decision);
  const passed = `Nobody holds what is forbidden but those who are excepted${below}.`;
  if (below !== '') {
    record.fact(
      'Not looked at',
      `what lies below ${decision.below.map(formatSecurable).join(', ')}`,
      'whoever owns a model there, or was granted a right on it, is not among the holders: name schemas and models in forbid too',
    );
  }
  record.check('Forbidden', 'fail', decision, passed, 'denied');
  record.todo.push(
    ...statementBlocks('Take away what is forbidden', decision.statements, decision.language),
    ...unprintedBlocks(decision.unprinted),
    ...decision.ownerChanges.flatMap((change) => ownerChangeBlocks(change)),
  );
  record.sections.push({
    title: 'Who holds what is forbidden',
    folded: decision.allowed,
    blocks: [
      holdersTable(decision.holders),
      ...decision.listed.map(({ group, expansion }) =>
        paragraph(`${group} of except: ${expansionText(expansion)}.`),
      ),
      paragraph(
        decision.hasManage
          ? 'Whoever holds MANAGE, or owns an object above, may take any right: forbid MANAGE too. Metastore admins, who may as well, are not looked at.'
          : 'Whoever owns an object above may take any right: forbid OWNERSHIP of it too. The owner of the metastore, who may as well, is not looked at.',
      ),
    ],
  });
}

/** One sentence about all principals and holders, without a final period. */
export function gateVerdict(decisions: readonly GrantDecision[], forbid: ForbidDecision | undefined): string {
  const { missing, unknown, deferred } = grantOutputs(decisions);
  const open = [
    ...(unknown.length === 0 ? [] : [`${unknown.length} unknown`]),
    ...(deferred.length === 0 ? [] : [`${deferred.length} deferred to apply`]),
  ];
  const parts: string[] = [];
  if (isAllGranted(decisions) && decisions.length > 0) {
    parts.push(
      `${subjectOf(decisions)} ${decisions.length === 1 ? 'holds' : 'hold'} every privilege asked for`,
    );
  } else if (decisions.length > 0) {
    const lacks = decisions.length === 1 ? 'lacks' : 'lack';
    const first =
      missing.length > 0 ? `${lacks} ${missing.length} privilege(s)` : `${lacks} nothing that can be seen`;
    parts.push([`${subjectOf(decisions)} ${first}`, ...open].join(', '));
  }
  if (forbid !== undefined) parts.push(forbidText(forbid));
  return parts.join('; ');
}

/** Who was asked about. */
export function subjectOf(decisions: readonly GrantDecision[]): string {
  const [first] = decisions;
  if (first === undefined) return 'Holding';
  return decisions.length === 1 ? show(first.principal, 80) : `${decisions.length} principals`;
}

function forbidText(decision: ForbidDecision): string {
  const { holders, unseen, allowed } = decision;
  const forbidden = new Set(holders.flatMap((each) => (each.state === 'forbidden' ? [each.principal] : [])));
  const unknown = holders.filter(({ state }) => state === 'unknown').length + unseen.length;
  const first =
    forbidden.size > 0
      ? `${forbidden.size} principal(s) hold what is forbidden`
      : allowed
        ? 'nobody is seen to hold what is forbidden'
        : 'who holds what is forbidden cannot be told';
  return `${unknown === 0 ? first : `${first}, ${unknown} unknown`}${belowText(decision)}`;
}

function belowText({ below }: ForbidDecision): string {
  if (below.length === 0) return '';
  return `; models below ${below.map((each) => show(formatSecurable(each), 80)).join(', ')} were not looked at`;
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
  const shown = members.slice(0, SHOWN_MEMBERS).join(', ');
  const more = members.length > SHOWN_MEMBERS ? ` and ${members.length - SHOWN_MEMBERS} more` : '';
  const known = members.length === 0 ? 'nobody' : `${shown}${more}`;
  if (incomplete === undefined) return known;
  return members.length === 0 ? `unknown: ${incomplete}` : `${known}; more is unknown: ${incomplete}`;
}
