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
      : [
          {
            title: `Findings: ${findings.length}`,
            folded: false,
            blocks: [...countsTable(findings), auditTable(findings)],
          },
        ]),
    ...(unseen.length === 0
      ? []
      : [{ title: `Not read: ${unseen.length}`, folded: false, blocks: [list(unseen)] }]),
  ];
}

/** From so many findings on the page counts them by their code first: of thousands it shows only some. */
const COUNTED_FROM = 10;

/** How many there are of each code, worst first. */
function countsTable(findings: readonly AuditFinding[]): Table[] {
  if (findings.length < COUNTED_FROM) return [];
  const counts = new Map<string, { readonly severity: AuditFinding['severity']; count: number }>();
  for (const { code, severity } of findings) {
    const known = counts.get(`${severity} ${code}`) ?? { severity, count: 0 };
    known.count += 1;
    counts.set(`${severity} ${code}`, known);
  }
  const rows = [...counts].sort(
    ([, a], [, b]) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || b.count - a.count,
  );
  return [
    {
      ...table(
        ['', 'Code', 'Findings'],
        rows.map(([key, { severity, count }]) => [severity, key.split(' ')[1] ?? '', String(count)]),
      ),
      signs: rows.map(([, { severity }]) => SIGNS[severity]),
      align: ['left', 'left', 'right'],
    },
  ];
}

const ORDER = ['error', 'warning', 'note'];

/** What an audit found, worst first: where, what, and what to do. */
function auditTable(findings: readonly AuditFinding[]): Table {
  const sorted = [...findings].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
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
