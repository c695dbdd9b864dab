import { counted } from './count.ts';

/**
 * Characters that a reader does not see or that move others about: controls, bidirectional and other format
 * characters, all that Unicode calls default ignorable (fillers, variation selectors, tags), blanks that are not
 * the plain space, and lone surrogates. U+FE0F after a pictograph only chooses its drawing and stays.
 */
const UNSEEN =
  /(?<!\p{Extended_Pictographic})\uFE0F|(?!\uFE0F)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;

/** Marks beyond the third on one letter: a pile of them is drawn over the lines above and below. */
const PILED_MARKS = /(?<=\p{M}{3})\p{M}/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Most texts need no closer look. */
const PLAIN = /^[ -~]*$/u;

function spell(character: string): string {
  return SHORT[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** What the runner reads commands behind, so that the log never shows it as it stands (actions/runner `ActionCommand.cs`). */
export const COMMAND_MARK = /#(?=#\w*\[)/gu;

function spellUnseen(text: string, spelled: (character: string) => string): string {
  return text.replace(PILED_MARKS, spelled).replace(UNSEEN, spelled);
}

/** The text on one line with every unseen character spelled out: `\n`, `\u{202e}`. */
export function visible(text: string): string {
  if (PLAIN.test(text)) return text;
  return spellUnseen(text, spell);
}

/** Each character of a text that a reader does not see, tabs and ends of lines included: where it is, and how it is spelled. */
export function unseenCharacters(text: string): { readonly index: number; readonly spelled: string }[] {
  if (PLAIN.test(text)) return [];
  return Array.from(text.matchAll(UNSEEN), ({ 0: character, index }) => ({
    index,
    spelled: spell(character),
  }));
}

/** The text with an escape in place of every character that summary or log would not show as it stands. */
export function copyable(text: string, escape: (character: string) => string): string {
  return spellUnseen(text.replace(COMMAND_MARK, escape), escape);
}

/** True for a text that summary and log show as it stands, so that what is copied from there is the text. */
export function isCopyable(text: string): boolean {
  return copyable(text, () => '') === text;
}

/** The lines of a text, each {@link visible}, with tabs as two spaces; CR LF counts as one end of line. */
export function visibleLines(text: string): string[] {
  return text.split(/\r?\n/u).map((line) => visible(line.replaceAll('\t', '  ')));
}

/**
 * The first `limit` UTF-16 units, never half a character, and how many more there were; the whole text where that would
 * be no shorter.
 */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const head = text.slice(0, limit).replace(/[\uD800-\uDBFF]$/u, '');
  const said = `… (${counted(text.length - head.length, 'more character')})`;
  return head.length + said.length < text.length ? `${head}${said}` : text;
}

/** A text as it may stand in a message: on one line, cut, with unseen characters spelled out. */
export function show(text: string, limit = 120): string {
  const shown = visible(text.slice(0, limit * 4));
  return shown.length > limit ? `${shown.slice(0, limit)}…` : shown;
}
