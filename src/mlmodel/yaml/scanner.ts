import { Cursor, END, isSpaceOrEnd, nameOf } from './cursor.ts';
import { scanAnchor, scanDirective, scanTag } from './scan-property.ts';
import { scanBlock, scanPlain, scanQuoted } from './scan-scalar.ts';
import type { Mark, Token } from './token.ts';

/** A key without `?` ends on its line and within so many characters. */
const MAX_KEY = 1024;
/** What no scalar without quotes begins with. */
const INDICATORS = new Set('-?:,[]{}#&*!|>\'"%@`');
const BLANKS = / */y;
const COMMENT = /#[^\0\n\u0085\u2028\u2029]*/y;

/** A place where a key may have begun: only a colon behind it shows. */
interface PossibleKey {
  /** Counts the tokens before it. */
  readonly token: number;
  /** True where nothing but a key can stand. */
  readonly isRequired: boolean;
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

/**
 * Takes a YAML text apart into tokens exactly as PyYAML 6.0 does (`scanner.py`, of which this folder follows the rules; its
 * licence is beside it), with what it refuses and other readers take: tabs between tokens, colons and question marks inside
 * brackets.
 */
export class Scanner {
  readonly #cursor: Cursor;
  /** Tokens that were found and not given yet, from `#head` on. */
  #waiting: Token[] = [];
  #head = 0;
  #given = 0;
  #isDone = false;
  /** True while the first waiting token cannot turn out to be a key. */
  #isSettled = false;
  /** How many brackets are open. */
  #level = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  #mayBeginKey = true;
  /** By the number of open brackets, the outermost first. */
  readonly #keys = new Map<number, PossibleKey>();

  constructor(text: string) {
    this.#cursor = new Cursor(text);
  }

  /** The next token; behind the last it is the end of the file for ever. */
  peek(): Token {
    while (!this.#isSettled) {
      if (this.#needsMore()) this.#fetch();
      else this.#isSettled = true;
    }
    return this.#waiting[this.#head] ?? { kind: 'end of the file', line: this.#cursor.line };
  }

  /** Whether the next token is of one of these kinds. */
  isAt(...kinds: readonly Token['kind'][]): boolean {
    return kinds.includes(this.peek().kind);
  }

  take(): Token {
    const token = this.peek();
    this.#head += 1;
    this.#given += 1;
    this.#isSettled = false;
    if (this.#head >= this.#waiting.length) {
      this.#waiting = [];
      this.#head = 0;
    }
    return token;
  }

  #needsMore(): boolean {
    if (this.#isDone) return false;
    if (this.#head >= this.#waiting.length) return true;
    this.#dropStaleKeys();
    const [first] = this.#keys.values();
    return first?.token === this.#given;
  }

  #fetch(): void {
    const cursor = this.#cursor;
    this.#skipToToken();
    this.#dropStaleKeys();
    this.#closeBlocks(cursor.column);
    const next = cursor.peek();
    if (next === END) this.#fetchEnd();
    else if (next === '%' && cursor.column === 0) this.#fetchDirective();
    else if (cursor.isAtDocumentMark('---')) this.#fetchDocumentMark('document start');
    else if (cursor.isAtDocumentMark('...')) this.#fetchDocumentMark('document end');
    else if (next === '[' || next === '{') this.#fetchOpening(next);
    else if (next === ']' || next === '}') this.#fetchClosing(next);
    else if (next === ',') this.#fetchComma();
    else if (next === '-' && isSpaceOrEnd(cursor.peek(1))) this.#fetchEntry();
    else if (next === '?' && (this.#level !== 0 || isSpaceOrEnd(cursor.peek(1)))) this.#fetchKey();
    else if (next === ':' && (this.#level !== 0 || isSpaceOrEnd(cursor.peek(1)))) this.#fetchValue();
    else if (next === '*' || next === '&') this.#fetchWord(scanAnchor);
    else if (next === '!') this.#fetchWord(scanTag);
    else if ((next === '|' || next === '>') && this.#level === 0) this.#fetchBlock();
    else if (next === "'" || next === '"') this.#fetchWord(scanQuoted);
    else if (this.#mayBeginPlain(next)) this.#fetchPlain();
    else throw cursor.fault(`no value may begin with ${nameOf(next)}`);
  }

  #skipToToken(): void {
    const cursor = this.#cursor;
    for (;;) {
      if (cursor.peek() === ' ') cursor.take(BLANKS);
      if (cursor.peek() === '#') cursor.take(COMMENT);
      if (cursor.takeBreak() === '') return;
      if (this.#level === 0) this.#mayBeginKey = true;
    }
  }

  #mayBeginPlain(next: string): boolean {
    if (!isSpaceOrEnd(next) && !INDICATORS.has(next)) return true;
    if (isSpaceOrEnd(this.#cursor.peek(1))) return false;
    return next === '-' || (this.#level === 0 && (next === '?' || next === ':'));
  }

  #push(kind: Mark): void {
    this.#waiting.push({ kind, line: this.#cursor.line });
  }

  #dropStaleKeys(): void {
    const { line, index } = this.#cursor;
    for (const [level, key] of this.#keys) {
      if (key.line === line && index - key.index <= MAX_KEY) continue;
      this.#refuseLostKey(key);
      this.#keys.delete(level);
    }
  }

  #refuseLostKey(key: PossibleKey): void {
    if (key.isRequired) throw this.#cursor.fault('a key is not followed by a colon', key.line);
  }

  #dropKey(): void {
    const key = this.#keys.get(this.#level);
    if (key === undefined) return;
    this.#refuseLostKey(key);
    this.#keys.delete(this.#level);
  }

  #notePossibleKey(): void {
    if (!this.#mayBeginKey) return;
    const { index, line, column } = this.#cursor;
    this.#dropKey();
    this.#keys.set(this.#level, {
      token: this.#given + this.#waiting.length - this.#head,
      isRequired: this.#level === 0 && this.#indent === column,
      index,
      line,
      column,
    });
  }

  #closeBlocks(column: number): void {
    if (this.#level !== 0) return;
    while (this.#indent > column) {
      this.#indent = this.#indents.pop() ?? -1;
      this.#push('end of the block');
    }
  }

  /** Whether a block begins at the column. */
  #beginsBlock(column: number): boolean {
    if (this.#indent >= column) return false;
    this.#indents.push(this.#indent);
    this.#indent = column;
    return true;
  }

  #endLine(): void {
    this.#closeBlocks(-1);
    this.#dropKey();
    this.#mayBeginKey = false;
  }

  #fetchEnd(): void {
    this.#endLine();
    this.#keys.clear();
    this.#push('end of the file');
    this.#isDone = true;
  }

  #fetchDirective(): void {
    this.#endLine();
    this.#waiting.push(scanDirective(this.#cursor));
  }

  #fetchDocumentMark(kind: Mark): void {
    this.#endLine();
    this.#push(kind);
    this.#cursor.skip(3);
  }

  #fetchOpening(bracket: '[' | '{'): void {
    this.#notePossibleKey();
    this.#level += 1;
    this.#mayBeginKey = true;
    this.#push(bracket);
    this.#cursor.skip();
  }

  #fetchClosing(bracket: ']' | '}'): void {
    this.#dropKey();
    this.#level -= 1;
    this.#mayBeginKey = false;
    this.#push(bracket);
    this.#cursor.skip();
  }

  #fetchComma(): void {
    this.#mayBeginKey = true;
    this.#dropKey();
    this.#push(',');
    this.#cursor.skip();
  }

  #fetchEntry(): void {
    if (this.#level === 0) {
      if (!this.#mayBeginKey) throw this.#cursor.fault('a list entry follows other content on its line');
      if (this.#beginsBlock(this.#cursor.column)) this.#push('block list');
    }
    this.#mayBeginKey = true;
    this.#dropKey();
    this.#push('-');
    this.#cursor.skip();
  }

  #fetchKey(): void {
    if (this.#level === 0) {
      if (!this.#mayBeginKey) throw this.#cursor.fault('a key follows other content on its line');
      if (this.#beginsBlock(this.#cursor.column)) this.#push('block map');
    }
    this.#mayBeginKey = this.#level === 0;
    this.#dropKey();
    this.#push('?');
    this.#cursor.skip();
  }

  #fetchValue(): void {
    const key = this.#keys.get(this.#level);
    if (key === undefined) {
      if (this.#level === 0) {
        if (!this.#mayBeginKey) throw this.#cursor.fault('a value follows other content on its line');
        if (this.#beginsBlock(this.#cursor.column)) this.#push('block map');
      }
      this.#mayBeginKey = this.#level === 0;
    } else {
      this.#keys.delete(this.#level);
      const { line } = key;
      const marks: Token[] = [{ kind: '?', line }];
      if (this.#level === 0 && this.#beginsBlock(key.column)) marks.unshift({ kind: 'block map', line });
      this.#waiting.splice(this.#head + key.token - this.#given, 0, ...marks);
      this.#mayBeginKey = false;
    }
    this.#push(':');
    this.#cursor.skip();
  }

  /** What may itself be a key, and behind which none begins. */
  #fetchWord(scan: (cursor: Cursor) => Token): void {
    this.#notePossibleKey();
    this.#mayBeginKey = false;
    this.#waiting.push(scan(this.#cursor));
  }

  #fetchBlock(): void {
    this.#mayBeginKey = true;
    this.#dropKey();
    this.#waiting.push(scanBlock(this.#cursor, this.#indent));
  }

  #fetchPlain(): void {
    this.#notePossibleKey();
    const { token, endsLine } = scanPlain(this.#cursor, this.#indent, this.#level !== 0);
    this.#mayBeginKey = endsLine;
    this.#waiting.push(token);
  }
}
