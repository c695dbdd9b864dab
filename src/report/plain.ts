import { formatChange } from '../plan/change.ts';
import { counted } from '../domain/count.ts';
import type { Block, Fact, SummaryDocument, Table } from './document.ts';
import { escapeLogLine } from './log-text.ts';
import { cut, visibleLines } from '../domain/printable.ts';
import { diffLines } from './diff-text.ts';
import { todoOf } from './todo.ts';
import { checkSign, outcomeSign, stateSign, verdictLine } from './words.ts';

const MAX_TEXT = 2000;
/** Fits `sha256:` and its 64 digits, which are compared and copied whole. */
const MAX_CELL = 71;
const MAX_ROWS = 50;
const MAX_LINES = 200;

function cell(text: string): string {
  return escapeLogLine(cut(text, MAX_CELL));
}

function tableLines(table: Table): string[] {
  // A line that counts one row takes the room of the row.
  const shown = table.rows.length <= MAX_ROWS + 1 ? table.rows : table.rows.slice(0, MAX_ROWS);
  const rows = [table.columns, ...shown].map((row) => table.columns.map((_, i) => cell(row[i] ?? '')));
  const widths = table.columns.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((text, i) =>
        table.align?.[i] === 'right' ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const missing = table.rows.length - shown.length;
  return missing > 0 ? [...lines, `${missing} more rows; see the report file`] : lines;
}

/** The line that counts what was left out, where something was. */
function more(missing: number, what: string): string[] {
  return missing > 0 ? [`${counted(missing, `more ${what}`)}: see the report file`] : [];
}

/** Lines of the first items; no line is made of the others. */
function itemLines<Item>(items: readonly Item[], lineOf: (item: Item) => string, what: string): string[] {
  const lines = items.slice(0, MAX_LINES).map((item) => cut(lineOf(item), MAX_TEXT));
  return [...lines, ...more(items.length - MAX_LINES, what)];
}

function blockLines(block: Block): string[] {
  switch (block.kind) {
    case 'paragraph':
      return [cut(block.text, MAX_TEXT)];
    case 'list':
      return itemLines(block.items, (item) => `- ${item}`, 'item');
    case 'code': {
      const lines = visibleLines(block.text).map((line) => `    ${line}`);
      return lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES), '    …: see the report file'] : lines;
    }
    case 'table':
      return tableLines(block);
    case 'diff':
      return diffLines(block.rows.slice(0, MAX_LINES)).concat(more(block.rows.length - MAX_LINES, 'line'));
    case 'pairs':
      return block.rows.map(({ name, value }) => `${name}: ${cut(value, MAX_TEXT)}`);
  }
}

function part(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}

/** A fact in one line, not escaped yet. */
export function factText({ label, value, note }: Fact): string {
  return cut(`${label}: ${value}${note === undefined ? '' : ` (${note})`}`, MAX_TEXT);
}

/**
 * The document as lines for a job log or a terminal, without Markdown. Every line is safe to print as it stands
 * ({@link escapeLogLine}); long tables and texts are cut.
 */
export function renderPlain(document: SummaryDocument): string[] {
  const todo = todoOf(document);
  const checks = document.checks.flatMap((check) => {
    const { icon, word } = checkSign(check);
    const found = check.decision?.findings ?? [];
    const said = word === 'passed' ? `. ${check.passed}` : '';
    return [
      `${icon} ${check.name}: ${word}${said}`,
      ...itemLines(
        found,
        ({ message, fix }) => `- ${message}${fix === undefined ? '' : ` ${fix}`}`,
        'finding',
      ).map((line) => `   ${line}`),
    ];
  });
  const lines = [
    `${outcomeSign(document).icon} ${document.action}: ${verdictLine(document)}`,
    ...part('Checks', checks),
    ...part('Facts', document.facts.map(factText)),
    ...part(
      'Changes',
      document.changes.map(({ change, state }) => {
        const { icon, word } = stateSign(state);
        return `${icon} ${word}: ${formatChange(change)}`;
      }),
    ),
    ...part('To approve', document.ask === undefined ? [] : [document.ask.text, `    ${document.ask.code}`]),
    ...part('What to do', todo.flatMap(blockLines)),
    ...part('How to undo', document.undo.flatMap(blockLines)),
    ...document.sections.flatMap((section) => part(section.title, section.blocks.flatMap(blockLines))),
  ];
  return lines.map(escapeLogLine);
}
