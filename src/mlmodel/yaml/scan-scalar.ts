import { END, isBreak, isBreakOrEnd, isSpaceOrEnd, nameOf, type Cursor } from './cursor.ts';
import type { ScalarToken } from './token.ts';

const BLANKS = / */y;
const BLANKS_AND_TABS = /[ \t]*/y;
const REST_OF_LINE = /[^\0\n\u0085\u2028\u2029]*/y;
const IN_SINGLE_QUOTES = /[^'\0\n\u0085\u2028\u2029]*/y;
const IN_DOUBLE_QUOTES = /[^"\\\0\n\u0085\u2028\u2029]*/y;
const WORD = /[^\0 \t\n\u0085\u2028\u2029:]*/y;
const WORD_IN_BRACKETS = /[^\0 \t\n\u0085\u2028\u2029:,?[\]{}]*/y;
const BRACKETS = /^[,[\]{}]$/;

const ESCAPED: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\u0007',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\u001b',
  ' ': ' ',
  '"': '"',
  '\\': '\\',
  '/': '/',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
};
const HEX_DIGITS: Readonly<Record<string, RegExp>> = {
  x: /[\da-fA-F]{2}/y,
  u: /[\da-fA-F]{4}/y,
  U: /[\da-fA-F]{8}/y,
};
const LAST_CHARACTER = 0x10ffff;

/** A scalar without quotes, and whether it ended at a line end, behind which a key may begin. */
export interface PlainScalar {
  readonly token: ScalarToken;
  readonly endsLine: boolean;
}

/**
 * Scans a scalar without quotes. Inside brackets it goes on whatever the indentation, outside only on lines that are
 * indented more than `indent` (PyYAML 6.0 `scanner.py`, `scan_plain`).
 */
export function scanPlain(cursor: Cursor, indent: number, isInBrackets: boolean): PlainScalar {
  const { line } = cursor;
  let text = '';
  let between = '';
  let endsLine = false;
  while (cursor.peek() !== '#') {
    const word = takeWord(cursor, isInBrackets);
    if (word === '') break;
    text += between + word;
    const gap = takeGap(cursor);
    endsLine = gap.endsLine;
    if (gap.text === '' || (!isInBrackets && cursor.column <= indent)) break;
    between = gap.text;
  }
  return { token: { kind: 'scalar', line, text, isPlain: true }, endsLine };
}

/** Characters up to a blank; a colon belongs to them unless it ends a key. */
function takeWord(cursor: Cursor, isInBrackets: boolean): string {
  let word = '';
  for (;;) {
    word += cursor.take(isInBrackets ? WORD_IN_BRACKETS : WORD);
    if (cursor.peek() !== ':') return word;
    const next = cursor.peek(1);
    if (isSpaceOrEnd(next) || (isInBrackets && BRACKETS.test(next))) return word;
    cursor.skip();
    word += ':';
  }
}

interface Gap {
  /** What stands between two words; nothing where the scalar ends. */
  readonly text: string;
  readonly endsLine: boolean;
}

function takeGap(cursor: Cursor): Gap {
  const blanks = cursor.take(BLANKS);
  if (!isBreak(cursor.peek())) return { text: blanks, endsLine: false };
  const first = cursor.takeBreak();
  let breaks = '';
  for (;;) {
    if (cursor.isAtDocumentMark('---') || cursor.isAtDocumentMark('...')) return { text: '', endsLine: true };
    cursor.take(BLANKS);
    if (!isBreak(cursor.peek())) break;
    breaks += cursor.takeBreak();
  }
  return { text: fold(first, breaks), endsLine: true };
}

/** One line end is a blank, and of several the first is left out. */
function fold(first: string, breaks: string): string {
  if (first !== '\n') return first + breaks;
  return breaks === '' ? ' ' : breaks;
}

/** Scans a text in quotes, which may go on at any indentation (PyYAML 6.0 `scanner.py`, `scan_flow_scalar`). */
export function scanQuoted(cursor: Cursor): ScalarToken {
  const { line } = cursor;
  const quote = cursor.peek();
  const inside = quote === "'" ? IN_SINGLE_QUOTES : IN_DOUBLE_QUOTES;
  let text = '';
  cursor.skip();
  for (;;) {
    const run = cursor.take(inside);
    const next = cursor.peek();
    if (isBreak(next)) {
      text += withoutBlanksAtEnd(run) + fold(cursor.takeBreak(), takeBreaks(cursor));
      continue;
    }
    text += run;
    if (next === END) throw cursor.fault('a text in quotes does not end', line);
    if (next === '\\') text += takeEscape(cursor);
    else if (quote === "'" && cursor.peek(1) === "'") {
      cursor.skip(2);
      text += "'";
    } else {
      cursor.skip();
      return { kind: 'scalar', line, text, isPlain: false };
    }
  }
}

function withoutBlanksAtEnd(run: string): string {
  let end = run.length;
  while (isBlank(run.charAt(end - 1))) end -= 1;
  return run.slice(0, end);
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t';
}

/** Empty lines in quotes, and the indentation of the line behind them. */
function takeBreaks(cursor: Cursor): string {
  let breaks = '';
  for (;;) {
    if (cursor.isAtDocumentMark('---') || cursor.isAtDocumentMark('...')) {
      throw cursor.fault('a document begins or ends inside a text in quotes');
    }
    cursor.take(BLANKS_AND_TABS);
    if (!isBreak(cursor.peek())) return breaks;
    breaks += cursor.takeBreak();
  }
}

function takeEscape(cursor: Cursor): string {
  cursor.skip();
  const letter = cursor.peek();
  if (isBreak(letter)) {
    cursor.takeBreak();
    return takeBreaks(cursor);
  }
  const value = ESCAPED[letter];
  if (value !== undefined) {
    cursor.skip();
    return value;
  }
  const digits = HEX_DIGITS[letter];
  if (digits === undefined) throw cursor.fault(`the escape \\ and ${nameOf(letter)} is unknown`);
  cursor.skip();
  const code = Number.parseInt(cursor.take(digits), 16);
  if (!(code <= LAST_CHARACTER)) {
    throw cursor.fault(`the escape \\${letter} needs the hexadecimal digits of a character`);
  }
  return String.fromCodePoint(code);
}

/**
 * Scans a block of text, `|` or `>`, whose lines are indented more than `indent` (PyYAML 6.0 `scanner.py`,
 * `scan_block_scalar`).
 */
export function scanBlock(cursor: Cursor, indent: number): ScalarToken {
  const { line } = cursor;
  const isFolded = cursor.peek() === '>';
  cursor.skip();
  const { chomping, increment } = takeHeader(cursor);
  const least = Math.max(indent + 1, 1);
  let breaks: string;
  let inside: number;
  if (increment === undefined) {
    const leading = takeLeadingBreaks(cursor);
    breaks = leading.breaks;
    inside = Math.max(least, leading.indent);
  } else {
    inside = least + increment - 1;
    breaks = takeBreaksTo(cursor, inside);
  }
  let text = '';
  let lineEnd = '';
  while (cursor.column === inside && cursor.peek() !== END) {
    const isSpaced = isBlank(cursor.peek());
    text += breaks + cursor.take(REST_OF_LINE);
    lineEnd = cursor.takeBreak();
    breaks = takeBreaksTo(cursor, inside);
    if (cursor.column !== inside || cursor.peek() === END) break;
    const isJoined = isFolded && lineEnd === '\n' && !isSpaced && !isBlank(cursor.peek());
    text += isJoined ? (breaks === '' ? ' ' : '') : lineEnd;
  }
  if (chomping !== '-') text += lineEnd;
  if (chomping === '+') text += breaks;
  return { kind: 'scalar', line, text, isPlain: false };
}

function takeHeader(cursor: Cursor): { chomping: string; increment: number | undefined } {
  const header = cursor.take(/[+-]?\d?[+-]?/y);
  const chomping = header.replace(/\d/, '');
  const digit = /\d/.exec(header)?.[0];
  if (digit === '0' || chomping.length > 1) throw cursor.fault('the header of a block scalar is invalid');
  requireEndOfLine(cursor, 'after the header of a block scalar');
  return { chomping, increment: digit === undefined ? undefined : Number(digit) };
}

/** Passes blanks, a comment and the line end. */
export function requireEndOfLine(cursor: Cursor, where: string): void {
  if (!isSpaceOrEnd(cursor.peek()) || cursor.peek() === '\t') {
    throw cursor.fault(`${nameOf(cursor.peek())} is not allowed ${where}`);
  }
  cursor.take(BLANKS);
  if (cursor.peek() === '#') cursor.take(REST_OF_LINE);
  if (!isBreakOrEnd(cursor.peek())) throw cursor.fault(`${nameOf(cursor.peek())} is not allowed ${where}`);
  cursor.takeBreak();
}

function takeLeadingBreaks(cursor: Cursor): { breaks: string; indent: number } {
  let breaks = '';
  let indent = 0;
  for (;;) {
    cursor.take(BLANKS);
    indent = Math.max(indent, cursor.column);
    if (!isBreak(cursor.peek())) return { breaks, indent };
    breaks += cursor.takeBreak();
  }
}

function takeBreaksTo(cursor: Cursor, indent: number): string {
  let breaks = '';
  for (;;) {
    while (cursor.column < indent && cursor.peek() === ' ') cursor.skip();
    if (!isBreak(cursor.peek())) return breaks;
    breaks += cursor.takeBreak();
  }
}
