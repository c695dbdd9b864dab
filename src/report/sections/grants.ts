import { jsonLiteral } from '../../domain/literal.ts';
import { formatSecurable, sqlPrivilege } from '../../domain/privilege.ts';
import type { GrantDecision } from '../../policy/grants/decide.ts';
import type { OwnerChange } from '../../policy/grants/remedy.ts';
import { code, list, paragraph, table, type Block } from '../document.ts';

/** Every right and how it is held. */
export function rightsTable(decision: GrantDecision): Block {
  return table(
    ['Needed', 'On', 'For', 'State', 'Why'],
    decision.rights.map((judged) => [
      sqlPrivilege(judged.right.privilege),
      formatSecurable(judged.right.securable),
      judged.right.for.join('; '),
      judged.state,
      judged.state === 'granted' ? judged.by : judged.reason,
    ]),
  );
}

/** Statements and owner changes that give what is missing. */
export function remedyBlocks(decision: GrantDecision, where?: string): Block[] {
  const place = where === undefined ? '' : `, ${where}`;
  return [
    ...statementBlocks(`Grant what is missing${place}`, decision.statements, decision.language),
    ...unprintedBlocks(decision.unprinted),
    ...decision.ownerChanges.flatMap((change) => ownerChangeBlocks(change, place)),
  ];
}

/** Requests for principals whose names no line of a statement could hold. */
export function unprintedBlocks(requests: readonly string[]): Block[] {
  if (requests.length === 0) return [];
  return [
    paragraph(
      'A name has a character that could forge another statement, or another name: for it nothing but the request is printed.',
    ),
    code('json', requests.join('\n')),
  ];
}

/** Statements or commands, and who may run them. */
export function statementBlocks(
  what: string,
  statements: readonly string[],
  language: GrantDecision['language'],
): Block[] {
  if (statements.length === 0) return [];
  const lines = statements.map((statement) => (language === 'sql' ? `${statement};` : statement));
  return [
    paragraph(`${what} (the owner of each object may, or who holds MANAGE on it):`),
    code(language, lines.join('\n')),
  ];
}

/** A change of owner as command and as REST request, and what the people around it should know. */
export function ownerChangeBlocks(change: OwnerChange, place = ''): Block[] {
  const who = formatSecurable(change.securable);
  if (change.request === undefined) {
    return [
      paragraph(
        `No GRANT confers ownership of ${who}, and this registry cannot change an owner. Have ${change.loses ?? 'its owner'} run this.`,
      ),
    ];
  }
  return [
    paragraph(`No GRANT confers ownership. Change the owner of ${who} to ${change.owner}${place}:`),
    ...(change.command === undefined ? [] : [code('shell', change.command)]),
    code('json', `PATCH ${change.request.path}\n${jsonLiteral(change.request.body)}`),
    list(ownerChangeNotes(change)),
  ];
}

function ownerChangeNotes(change: OwnerChange): string[] {
  return [
    `Who may run it: ${change.mayRun}.`,
    ...(change.loses === undefined ? [] : [`Who would lose ownership: ${change.loses}.`]),
    change.betterOwners.length === 0
      ? 'Better than one principal: make a group the owner, and this principal its member.'
      : `Better than one principal: make a group the owner, such as ${change.betterOwners.join(', ')}.`,
  ];
}
