import type { CommandWorld } from './world.ts';

/** To the start of the line, and everything behind it gone (ECMA-48, EL). */
const CLEAR = '\r\u001b[2K';

/** Wider lines would wrap, and only their last part be taken away again. */
const WIDTH = 79;

/** Lines on standard error, below which one shows how far something is until the next line. */
export class TerminalLines {
  readonly #world: CommandWorld;
  #isShown = false;

  constructor(world: CommandWorld) {
    this.#world = world;
  }

  print(line: string): void {
    this.clear();
    this.#world.stderr(`${line}\n`);
  }

  /** Lets bytes of others through as they are. */
  write(chunk: Uint8Array): void {
    this.clear();
    this.#world.stderr(chunk);
  }

  /** Shows a line that is escaped already in place of the one before. */
  showProgress(line: string): void {
    this.#world.stderr(`${CLEAR}${line.slice(0, WIDTH)}`);
    this.#isShown = true;
  }

  /** Takes the shown line away. */
  clear(): void {
    if (this.#isShown) this.#world.stderr(CLEAR);
    this.#isShown = false;
  }
}

/** Whether a line can be taken away again: at a terminal, and not at a dumb one. */
export function canRewrite({ environment, isTerminal }: CommandWorld): boolean {
  return isTerminal.stderr && environment['TERM'] !== 'dumb';
}
