import { fit, sizeOf, type Rendered } from './html-blocks.ts';

/** The share of a part that may take all the room there is. */
export const ALL = Infinity;

/** Bytes kept for what stands around the content of a folded part. */
export const FOLD = 200;

/** A part of a page that says nothing. */
export const NOTHING: Rendered = { html: [], complete: true };

/** A part of a page: whether it is there, the most bytes that it may take, and how it is rendered into so many. */
export type Part = readonly [present: boolean, share: number, render: (room: number) => Rendered];

/** The parts that are there, in order, as long as there is room. */
export function renderParts(parts: readonly Part[], room: number): string[] {
  const lines: string[] = [];
  let left = room;
  for (const [present, share, part] of parts) {
    if (!present) continue;
    const { html, complete } = fit([part], Math.min(left, share));
    lines.push(...html);
    left -= sizeOf(html);
    if (left < FOLD || (share === ALL && !complete)) break;
  }
  return lines;
}
