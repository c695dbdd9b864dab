import type { CommandFrame } from '../output-frame.ts';

const ESCAPE = 0x1b;
const HASH = 0x23;
const COLON = 0x3a;
const BLANK = Buffer.from(' ');
const SPELLED_ESCAPE = Buffer.from('\\u{1b}');

/**
 * Lets the output of a command of the user's into the log of a job so that its system reads no command in it, whatever the
 * command repeats of others: `##vso[` and `##[` (Azure), `::` (GitHub) are parted, and without the escape character there are
 * neither GitLab's sections (`section_start:…` ends with one) nor Jenkins' annotations (`ESC [8mha:`). Looks at single bytes, so that it matters
 * nowhere in which pieces they come.
 */
export class NeutralOutput implements CommandFrame {
  readonly #print: (chunk: Uint8Array) => void;
  #last = 0;

  constructor(print: (chunk: Uint8Array) => void) {
    this.#print = print;
  }

  open(): void {
    this.#last = 0;
  }

  async write(chunk: Uint8Array): Promise<void> {
    const parts: Uint8Array[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      const parted = byte === this.#last && (byte === HASH || byte === COLON);
      if (parted || byte === ESCAPE) {
        parts.push(chunk.subarray(from, at), parted ? BLANK : SPELLED_ESCAPE);
        from = parted ? at : at + 1;
      }
      this.#last = byte;
    }
    this.#print(Buffer.concat([...parts, chunk.subarray(from)]));
  }

  close(): void {
    this.#print(this.#last === 0 || this.#last === 0x0a ? Buffer.alloc(0) : Buffer.from('\n'));
    this.#last = 0;
  }
}
