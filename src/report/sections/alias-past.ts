import { moverText, ROWS_ARRIVE_LATE } from '../../domain/audited-move-text.ts';
import { show } from '../../domain/printable.ts';
import type { AliasSpan } from '../../policy/alias/timeline.ts';
import type { PastLine } from '../../policy/alias/audited-past.ts';
import { paragraph, table, type Section } from '../document.ts';
import { authorText } from './alias-history.ts';

/** What an alias named when, newest first, with who moved it, and where the record has a gap. */
export function pastSection(alias: string, lines: readonly PastLine[], isAudited: boolean): Section {
  const by = isAudited ? 'its record and the audit log' : 'its record';
  const columns = ['Version', 'From', 'Until', 'Moved there by', 'Gap'];
  const rows = lines.map((line, index) => {
    const cells =
      line.source === 'record' ? recordCells(line.span, index === 0) : auditCells(line, index === 0);
    return isAudited ? [...cells, line.source === 'record' ? 'record' : 'audit log'] : cells;
  });
  return {
    title: `What ${show(alias, 60)} named, according to ${by}: ${lines.length}`,
    folded: false,
    blocks: [
      lines.length === 0
        ? paragraph('No move of this alias is recorded.')
        : table(isAudited ? [...columns, 'By'] : columns, rows),
      ...(isAudited
        ? [paragraph(`The audit log adds moves that the record does not have: ${ROWS_ARRIVE_LATE}.`)]
        : []),
    ],
  };
}

function recordCells(span: AliasSpan, isNewest: boolean): string[] {
  return [
    versionText(span.version),
    momentText(span.since, 'not recorded'),
    momentText(span.until, isNewest ? 'now' : 'not recorded'),
    span.move === undefined ? 'before the record' : authorText(span.move),
    gapText(span),
  ];
}

function auditCells(
  { move, until }: Extract<PastLine, { source: 'audit-log' }>,
  isNewest: boolean,
): string[] {
  const end = momentText(until, isNewest ? 'now' : 'not recorded');
  return [versionText(move.to), momentText(move.at, ''), end, moverText(move), ''];
}

function momentText(time: string | undefined, absent: string): string {
  return time === undefined ? absent : show(time, 40);
}

function gapText({ gap, version }: AliasSpan): string {
  if (gap === undefined) return '';
  return `this entry ends with ${versionText(version)}, but the alias then named ${versionText(gap.found)}: either the recorded move was not made, or someone moved the alias again without a record`;
}

function versionText(version: number | null): string {
  return version === null ? 'nothing' : String(version);
}
