import type { Block, Diff, Pairs, Table } from './document.ts';
import { diffLines } from './diff-text.ts';
import { counted } from '../domain/count.ts';
import { codeSpan, preBlock, prose } from './escape-html.ts';
import { resultSign } from './words.ts';

const MAX_CELL = 1000;
/** Rows that decide how the columns of a table look. */
const SAMPLE_ROWS = 200;
/** Bytes kept for the row that counts those left out. */
const MISSING_ROWS = 200;

/** The sentence that stands where something was left out. */
export const TRUNCATED = '<p><em>Truncated; the report file has the full text.</em></p>';

/** Bytes of a text in UTF-8, with the blank line that parts it from the next. */
export function bytesOf(html: string): number {
  return Buffer.byteLength(html, 'utf8') + 2;
}

/** Bytes of lines of HTML, each with its blank line. */
export function sizeOf(html: readonly string[]): number {
  return html.reduce((sum, line) => sum + bytesOf(line), 0);
}

/** HTML on one line each, and whether all of what was asked is in it. */
export interface Rendered {
  readonly html: readonly string[];
  readonly complete: boolean;
}

/** As many of the pieces as have room, in order; the note is added when one had none. `room` in bytes. */
export function fit(pieces: Iterable<(room: number) => Rendered>, room: number): Rendered {
  const html: string[] = [];
  let left = room - bytesOf(TRUNCATED);
  for (const piece of pieces) {
    const rendered = piece(left);
    const size = sizeOf(rendered.html);
    if (size <= left) html.push(...rendered.html);
    if (size > left || !rendered.complete) return { html: [...html, TRUNCATED], complete: false };
    left -= size;
  }
  return { html, complete: true };
}

/** A piece that is whole or absent, made when its turn comes. */
export function whole(html: () => string): (room: number) => Rendered {
  return () => ({ html: [html()], complete: true });
}

/**
 * A table whose cells `render` gives as HTML, row by row as long as there is room; rows beyond `room` bytes are left
 * out and counted.
 */
export function tableOf<Row>(
  columns: readonly string[],
  rows: readonly Row[],
  render: (row: Row, index: number) => readonly string[],
  room: number,
  align: Table['align'] = [],
): Rendered {
  const attribute = columns.map((_, i) => (align[i] === 'right' ? ' align="right"' : ''));
  const head = columns
    .map((column, i) => `<th${attribute[i] ?? ''}>${prose(column, MAX_CELL)}</th>`)
    .join('');
  const lines: string[] = [];
  let left = room - bytesOf(`<table><thead><tr>${head}</tr></thead><tbody></tbody></table>`) - MISSING_ROWS;
  for (const [index, row] of rows.entries()) {
    const cells = render(row, index);
    const line = `<tr>${columns.map((_, i) => `<td${attribute[i] ?? ''}>${cells[i] ?? ''}</td>`).join('')}</tr>`;
    left -= bytesOf(line);
    if (left < 0) break;
    lines.push(line);
  }
  const missing = rows.length - lines.length;
  if (missing > 0)
    lines.push(`<tr><td colspan="${columns.length}"><em>${counted(missing, 'more row')}</em></td></tr>`);
  const html = `<table><thead><tr>${head}</tr></thead><tbody>${lines.join('')}</tbody></table>`;
  return { html: [html], complete: missing === 0 };
}

/**
 * How the cells of a table become HTML. A column of single words is set in code throughout as soon as one of its
 * first rows has to be, so that `amount` and `merchant_id` look alike.
 */
function cellsOf(table: Table): (row: readonly string[], index: number) => string[] {
  const sample = table.rows.slice(0, SAMPLE_ROWS);
  const inCode = table.columns.map((_, i) => {
    const cells = sample.map((row) => row[i] ?? '').filter((cell) => cell !== '');
    return (
      cells.every((cell) => cell.length <= MAX_CELL && !/\s/u.test(cell)) &&
      cells.some((cell) => prose(cell).startsWith('<code>'))
    );
  });
  return (row, index) =>
    table.columns.map((_, i) => {
      const cell = row[i] ?? '';
      const html = cell !== '' && inCode[i] === true ? codeSpan(cell, MAX_CELL) : prose(cell, MAX_CELL);
      const sign = i === 0 ? table.signs?.[index] : undefined;
      return sign === undefined ? html : `${resultSign(sign).icon}&nbsp;${html}`;
    });
}

function listOf(items: readonly string[], room: number): Rendered {
  const { html, complete } = fit(
    items.map((item) => whole(() => `<li>${prose(item)}</li>`)),
    room - bytesOf('<ul></ul>'),
  );
  const points = complete ? html : html.slice(0, -1);
  return { html: points.length === 0 ? [] : [`<ul>${points.join('')}</ul>`], complete };
}

/** A block on one line of HTML, within `room` bytes. */
export function renderBlock(block: Block, room: number): Rendered {
  switch (block.kind) {
    case 'paragraph':
      return { html: [`<p>${prose(block.text)}</p>`], complete: true };
    case 'code':
      return { html: [preBlock(block.language, block.text)], complete: true };
    case 'list':
      return listOf(block.items, room);
    case 'table':
      return tableOf(block.columns, block.rows, cellsOf(block), room, block.align);
    case 'diff':
      return diffOf(block, room);
    case 'pairs':
      return pairsOf(block, room);
  }
}

function diffOf({ rows }: Diff, room: number): Rendered {
  const lines = diffLines(rows);
  for (let shown = lines.length; ; shown = Math.floor(shown / 2)) {
    const html = preBlock('diff', lines.slice(0, shown).join('\n'));
    if (bytesOf(html) <= room || shown === 0) return { html: [html], complete: shown === lines.length };
  }
}

/** A table of which the first column names what the second says: it has no head, which would be empty. */
function pairsOf({ rows }: Pairs, room: number): Rendered {
  const lines: string[] = [];
  let left = room - bytesOf('<table><tbody></tbody></table>') - MISSING_ROWS;
  for (const { name, value } of rows) {
    const line = `<tr><th align="left">${prose(name, MAX_CELL)}</th><td>${prose(value, MAX_CELL)}</td></tr>`;
    left -= bytesOf(line);
    if (left < 0) break;
    lines.push(line);
  }
  const missing = rows.length - lines.length;
  if (missing > 0) lines.push(`<tr><td colspan="2"><em>${counted(missing, 'more row')}</em></td></tr>`);
  return { html: [`<table><tbody>${lines.join('')}</tbody></table>`], complete: missing === 0 };
}

/** Blocks in order, each on one line of HTML, within `room` bytes. */
export function renderBlocks(blocks: readonly Block[], room: number): Rendered {
  return fit(
    blocks.map((block) => (left: number) => renderBlock(block, left)),
    room,
  );
}

/** Something folded under a title, on one line; the content is HTML already. */
export function details(title: string, content: readonly string[]): string {
  return `<details><summary>${title}</summary>${content.join('')}</details>`;
}

/** A heading of a part. */
export function subheading(title: string): string {
  return `<h4>${prose(title, MAX_CELL)}</h4>`;
}
