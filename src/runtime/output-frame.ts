import { once } from 'node:events';
import { randomUUID } from 'node:crypto';

const LINE_FEED = 10;

/** What the output of a command of the user's passes through. */
export type CommandFrame = Pick<OutputFrame, 'open' | 'write' | 'close'>;

/**
 * Lets text of others onto standard output between stop-commands tokens, so that the runner reads no command in it
 * (actions-runtime §5). All of it, and all of ours, passes one stream, so that nothing overtakes a token; a token stands
 * at the start of its line whatever was printed before it, and none is used twice.
 */
export class OutputFrame {
  #token: string | undefined;
  #atLineStart = true;

  /** From here on the runner reads no command. */
  open(): void {
    this.#token = randomUUID();
    this.#atLineStart = true;
    process.stdout.write(`::stop-commands::${this.#token}\n`);
  }

  /** Prints bytes as they are, as fast as they are taken. */
  async write(chunk: Uint8Array): Promise<void> {
    if (chunk.length === 0) return;
    this.#atLineStart = chunk.at(-1) === LINE_FEED;
    if (!process.stdout.write(chunk)) await once(process.stdout, 'drain');
  }

  /** From here on the runner reads commands again. */
  close(): void {
    if (this.#token === undefined) return;
    process.stdout.write(`${this.#atLineStart ? '' : '\n'}::${this.#token}::\n`);
    this.#token = undefined;
  }

  /** Prints what the runner is to read, in an open frame too: that is closed for it and opened again at once. */
  outside(print: () => void): void {
    const isOpen = this.#token !== undefined;
    this.close();
    print();
    if (isOpen) this.open();
  }
}
