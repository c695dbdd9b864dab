import { ContentError } from '../content-error.ts';
import { show } from '../../domain/printable.ts';

/** What {@link Cursor.peek} gives behind the last character; no YAML text holds it. */
export const END = '\0';

/** What no YAML text may hold (PyYAML 6.0 `reader.py`, `NON_PRINTABLE`). */
const NOT_PRINTABLE = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
/** What has no width: byte order marks, and the second half of a character that this language keeps in two. */
const WITHOUT_WIDTH = /[\ufeff\udc00-\udfff]/g;

const BREAKS = new Set(['\n', '\u0085', '\u2028', '\u2029']);
const BREAKS_OR_END = new Set([...BREAKS, END]);
const SPACES_OR_END = new Set([...BREAKS_OR_END, ' ', '\t']);

/** Whether a character ends a line. */
export function isBreak(character: string): boolean {
  return BREAKS.has(character);
}

/** Whether a character ends a line or the text. */
export function isBreakOrEnd(character: string): boolean {
  return BREAKS_OR_END.has(character);
}

/** Whether a character is a blank or a tab, or ends a line or the text. */
export function isSpaceOrEnd(character: string): boolean {
  return SPACES_OR_END.has(character);
}

/** A place in a YAML text that moves forward, with its line and column as PyYAML counts them, both from 0. */
export class Cursor {
  readonly #text: string;
  readonly #isUneven: boolean;
  #at = 0;
  #index = 0;
  #line = 0;
  #column = 0;

  /**
   * Takes the text as Python's `open` gives it: every line end is one line feed.
   *
   * @throws {ContentError} where a character is none that YAML allows.
   */
  constructor(text: string) {
    const foreign = NOT_PRINTABLE.exec(text);
    if (foreign !== null) {
      throw new ContentError(`it holds the character ${show(foreign[0])}, which YAML does not allow`);
    }
    this.#text = `${text.replace(/\r\n?/g, '\n')}${END}`;
    this.#isUneven = this.#text.search(WITHOUT_WIDTH) >= 0;
    if (this.peek() === '\ufeff') this.#at += 1;
  }

  get line(): number {
    return this.#line;
  }

  get column(): number {
    return this.#column;
  }

  /** Characters passed so far. */
  get index(): number {
    return this.#index;
  }

  /** The character at the place, or some further. */
  peek(ahead = 0): string {
    return this.#text.charAt(this.#at + ahead) || END;
  }

  startsWith(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  /** Whether a line begins here that starts or ends a document. */
  isAtDocumentMark(mark: '---' | '...'): boolean {
    return this.#column === 0 && this.startsWith(mark) && isSpaceOrEnd(this.peek(3));
  }

  /** Passes what a sticky pattern matches here, which must not hold the end of a line. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text) || pattern.lastIndex === this.#at) return '';
    const found = this.#text.slice(this.#at, pattern.lastIndex);
    this.#pass(found);
    return found;
  }

  /** Passes that many characters, none of which ends a line. */
  skip(count = 1): void {
    this.#pass(this.#text.slice(this.#at, this.#at + count));
  }

  /** Passes the end of a line, if there is one, and gives what stands for it in a value. */
  takeBreak(): string {
    const found = this.peek();
    if (!isBreak(found)) return '';
    this.#at += 1;
    this.#index += 1;
    this.#line += 1;
    this.#column = 0;
    return found === '\u0085' ? '\n' : found;
  }

  /** What is wrong at a line, the present one unless another is given, as an error. */
  fault(problem: string, line = this.#line): ContentError {
    return new ContentError(`line ${line + 1}: ${problem}`);
  }

  #pass(passed: string): void {
    this.#at += passed.length;
    const width = this.#isUneven ? passed.replace(WITHOUT_WIDTH, '').length : passed.length;
    this.#index += width;
    this.#column += width;
  }
}

/** A character as messages name it. */
export function nameOf(character: string): string {
  if (character === END) return 'the end of the file';
  if (isBreak(character)) return 'the end of the line';
  return character === '\t' ? 'a tab' : `"${show(character)}"`;
}
