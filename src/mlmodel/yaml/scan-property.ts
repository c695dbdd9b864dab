import { isBreakOrEnd, isSpaceOrEnd, nameOf, type Cursor } from './cursor.ts';
import { requireEndOfLine } from './scan-scalar.ts';
import type { Directive, TagText, Token } from './token.ts';

const NAME = /[\w-]*/y;
const HANDLE_NAME = /[\w-]*/y;
const URI = /[\w\-;/?:@&=+$,.!~*'()[\]]*/y;
const URI_ESCAPE = /%[\da-fA-F]{2}/y;
const DIGITS = /\d*/y;
const BLANKS = / */y;
const REST_OF_LINE = /[^\0\n\u0085\u2028\u2029]*/y;
/** What may stand right behind the name of an anchor or alias, beside the end of a word. */
const BEHIND_NAME = /^[?:,\]}%@`]$/;

/** Scans `&name` or `*name` (PyYAML 6.0 `scanner.py`, `scan_anchor`). */
export function scanAnchor(cursor: Cursor): Token {
  const { line } = cursor;
  const kind = cursor.peek() === '*' ? 'alias' : 'anchor';
  cursor.skip();
  const name = cursor.take(NAME);
  const next = cursor.peek();
  if (name === '' || !(isSpaceOrEnd(next) || BEHIND_NAME.test(next))) {
    throw cursor.fault(`${nameOf(next)} is not allowed in the name of an ${kind}`);
  }
  return { kind, line, name };
}

/** Scans a tag (PyYAML 6.0 `scanner.py`, `scan_tag`). */
export function scanTag(cursor: Cursor): Token {
  const { line } = cursor;
  const tag = takeTag(cursor);
  requireEndOfWord(cursor, 'after a tag');
  return { kind: 'tag', line, tag };
}

function takeTag(cursor: Cursor): TagText {
  const next = cursor.peek(1);
  if (isSpaceOrEnd(next)) {
    cursor.skip();
    return { handle: null, suffix: '!' };
  }
  if (next === '<') {
    cursor.skip(2);
    const suffix = takeUri(cursor);
    if (cursor.peek() !== '>') throw cursor.fault('a tag that begins with "!<" does not end with ">"');
    cursor.skip();
    return { handle: null, suffix };
  }
  for (let ahead = 1; !isBreakOrEnd(cursor.peek(ahead)) && cursor.peek(ahead) !== ' '; ahead += 1) {
    if (cursor.peek(ahead) === '!') return { handle: takeHandle(cursor), suffix: takeUri(cursor) };
  }
  cursor.skip();
  return { handle: '!', suffix: takeUri(cursor) };
}

function takeHandle(cursor: Cursor): string {
  if (cursor.peek() !== '!') throw cursor.fault('a handle of a tag does not begin with "!"');
  cursor.skip();
  if (cursor.peek() === ' ') return '!';
  const name = cursor.take(HANDLE_NAME);
  if (cursor.peek() !== '!')
    throw cursor.fault(`${nameOf(cursor.peek())} is not allowed in the handle of a tag`);
  cursor.skip();
  return `!${name}!`;
}

function takeUri(cursor: Cursor): string {
  let uri = '';
  for (let taken = cursor.take(URI); taken !== ''; taken = cursor.take(URI_ESCAPE) || cursor.take(URI)) {
    uri += taken;
  }
  if (uri === '' || cursor.peek() === '%')
    throw cursor.fault(`${nameOf(cursor.peek())} is not allowed in a tag`);
  try {
    return decodeURIComponent(uri);
  } catch (error) {
    if (error instanceof URIError) throw cursor.fault('a tag contains bytes that are not UTF-8');
    throw error;
  }
}

/** Scans a line that begins with `%` (PyYAML 6.0 `scanner.py`, `scan_directive`). */
export function scanDirective(cursor: Cursor): Token {
  const { line } = cursor;
  cursor.skip();
  const name = cursor.take(NAME);
  if (name === '') throw cursor.fault('a directive has no name');
  requireEndOfWord(cursor, 'in the name of a directive');
  const directive = takeDirective(cursor, name);
  requireEndOfLine(cursor, 'after a directive');
  return { kind: 'directive', line, directive };
}

function takeDirective(cursor: Cursor, name: string): Directive {
  if (name === 'YAML') {
    cursor.take(BLANKS);
    const major = cursor.take(DIGITS);
    const point = cursor.peek();
    cursor.skip();
    const minor = cursor.take(DIGITS);
    if (major === '' || point !== '.' || minor === '') throw cursor.fault('%YAML has no version such as 1.1');
    requireEndOfWord(cursor, 'after the YAML version');
    return { kind: 'version', major };
  }
  if (name === 'TAG') {
    cursor.take(BLANKS);
    const handle = takeHandle(cursor);
    if (cursor.peek() !== ' ')
      throw cursor.fault(`${nameOf(cursor.peek())} is not allowed after the handle of a tag`);
    cursor.take(BLANKS);
    const prefix = takeUri(cursor);
    requireEndOfWord(cursor, 'after the prefix of a tag');
    return { kind: 'handle', handle, prefix };
  }
  cursor.take(REST_OF_LINE);
  return { kind: 'unknown' };
}

function requireEndOfWord(cursor: Cursor, where: string): void {
  const next = cursor.peek();
  if (next !== ' ' && !isBreakOrEnd(next)) throw cursor.fault(`${nameOf(next)} is not allowed ${where}`);
}
