import { visible } from './visible.ts';

/** A parsed value, or what was wrong with the text and how to mend it. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string; readonly fix: string };

/** A text as it may stand in a message: on one line, cut, with unseen characters spelled out. */
export function show(text: string, limit = 120): string {
  const shown = visible(text.slice(0, limit * 4));
  return shown.length > limit ? `${shown.slice(0, limit)}…` : shown;
}
