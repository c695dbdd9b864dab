import { cut } from '../domain/printable.ts';
import type { DiffRow } from './document.ts';

/** Characters to which names are filled up, so that a long one pushes nothing but its own line. */
const MAX_WIDTH = 40;
const MAX_TEXT = 200;
/** Characters of a line of a remark: what a narrow page shows without scrolling. */
const REMARK_WIDTH = 58;

/** The lines of a difference, each behind its sign: names and types under one another, and each remark below its row. */
export function diffLines(rows: readonly DiffRow[]): string[] {
  const name = widthOf(rows.map((row) => row.name));
  return rows.flatMap((row) => [
    `${row.sign} ${cut(row.name, MAX_TEXT).padEnd(name)}   ${cut(row.type, MAX_TEXT)}`.trimEnd(),
    ...remarkLines(cut(row.remark ?? '', MAX_TEXT)),
  ]);
}

/** A remark in lines of words, which begin with blanks, so that none is taken for a row. */
function remarkLines(remark: string): string[] {
  const lines: string[] = [];
  for (const word of remark.split(' ').filter((each) => each !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < REMARK_WIDTH)
      lines.splice(-1, 1, `${last} ${word}`);
    else lines.push(`    ${word}`);
  }
  return lines;
}

function widthOf(texts: readonly string[]): number {
  return Math.min(
    MAX_WIDTH,
    texts.reduce((longest, text) => Math.max(longest, text.length), 0),
  );
}
