import { formatFullName } from '../../domain/full-name.ts';
import type { Unread } from '../../facts/audit/read.ts';
import type { AuditFinding } from '../../policy/audit/finding.ts';
import { list, table, type Section, type Table } from '../document.ts';
import { TODO_COLUMN } from '../todo.ts';

const SIGNS = { error: 'refused', warning: 'warned', note: 'noted' } as const;

/** What an audit found, and what it could not see. */
export function auditSections(
  findings: readonly AuditFinding[],
  hidden: readonly Unread[],
  matchedNothing: readonly { readonly line: string; readonly why: string }[],
): Section[] {
  const unseen = [
    ...hidden.map(({ name, reason }) => `${formatFullName(name)}: ${reason}`),
    ...matchedNothing.map(({ line, why }) => `${line}: ${why}`),
  ];
  return [
    ...(findings.length === 0
      ? []
      : [{ title: `Findings: ${findings.length}`, folded: false, blocks: [auditTable(findings)] }]),
    ...(unseen.length === 0
      ? []
      : [{ title: `Not read: ${unseen.length}`, folded: false, blocks: [list(unseen)] }]),
  ];
}

/** What an audit found, worst first: where, what, and what to do. */
function auditTable(findings: readonly AuditFinding[]): Table {
  const order = ['error', 'warning', 'note'];
  const sorted = [...findings].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return {
    ...table(
      ['', 'Model and alias', 'Found', TODO_COLUMN],
      sorted.map((finding) => [finding.severity, placeOf(finding), withoutPlace(finding), finding.fix ?? '']),
    ),
    signs: sorted.map(({ severity }) => SIGNS[severity]),
  };
}

function placeOf({ model, alias, version }: AuditFinding): string {
  if (alias !== undefined) return `${model}@${alias}`;
  return version === undefined ? model : `${model}/${version}`;
}

/** The message without the alias that stands in a column of its own. */
function withoutPlace(finding: AuditFinding): string {
  const place = `${placeOf(finding)}: `;
  return finding.message.startsWith(place) ? finding.message.slice(place.length) : finding.message;
}
