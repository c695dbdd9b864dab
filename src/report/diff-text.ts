import { cut } from '../domain/printable.ts';
import type { DiffRow } from './document.ts';

/** Characters to which names and types are filled up, so that a long one pushes nothing but its own line. */
const MAX_WIDTH = 40;
const MAX_TEXT = 200;

/** The lines of a difference, each behind its sign: name, type and remark under one another. */
export function diffLines(rows: readonly DiffRow[]): string[] {
  const name = widthOf(rows.map((row) => row.name));
  const type = widthOf(rows.map((row) => row.type));
  return rows.map((row) =>
    [
      `${row.sign} ${cut(row.name, MAX_TEXT).padEnd(name)}`,
      cut(row.type, MAX_TEXT).padEnd(type),
      cut(row.remark ?? '', MAX_TEXT),
    ]
      .join('   ')
      .trimEnd(),
  );
}

function widthOf(texts: readonly string[]): number {
  return Math.min(
    MAX_WIDTH,
    texts.reduce((longest, text) => Math.max(longest, text.length), 0),
  );
}
