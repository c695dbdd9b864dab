import { formatFullName } from '../../domain/full-name.ts';
import type { Unread } from '../../facts/audit.ts';
import type { AuditFinding } from '../../policy/audit.ts';
import { list, table, type Section } from '../document.ts';

/** What an audit found, one row a finding, and what it could not see. */
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
    ...(findings.length === 0 ? [] : [findingsSection(findings)]),
    ...(unseen.length === 0
      ? []
      : [{ title: `Not seen: ${unseen.length}`, folded: false, blocks: [list(unseen)] }]),
  ];
}

function findingsSection(findings: readonly AuditFinding[]): Section {
  return {
    title: `Findings: ${findings.length}`,
    folded: false,
    blocks: [
      table(
        ['Severity', 'Model', 'Alias', 'Version', 'Finding'],
        findings.map(({ severity, model, alias, version, message }) => [
          severity,
          model,
          alias ?? '',
          version === undefined ? '' : String(version),
          message,
        ]),
      ),
    ],
  };
}
