/** Bytes handed on at a time: a send that goes on renews its time-out with each piece. */
const PIECE = 256 * 1024;

/** A piece of a file on its way: filled from one side while the other side already sends it; kept until it arrived. */
export class Part {
  /** Counted from 0. */
  readonly index: number;
  /** Offset in the file, bytes. */
  readonly start: number;
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
  #filled = 0;
  #failure: { readonly error: unknown } | undefined;
  #waiting: (() => void)[] = [];

  constructor(
    place: { readonly index: number; readonly start: number; readonly isLast: boolean },
    bytes: Uint8Array,
  ) {
    this.index = place.index;
    this.start = place.start;
    this.isLast = place.isLast;
    this.bytes = bytes;
  }

  get size(): number {
    return this.bytes.length;
  }

  get filled(): number {
    return this.#filled;
  }

  get isFull(): boolean {
    return this.#filled === this.bytes.length;
  }

  /** Takes bytes as far as there is room; returns how many. */
  append(chunk: Uint8Array): number {
    const room = this.bytes.length - this.#filled;
    const taken = chunk.length <= room ? chunk : chunk.subarray(0, room);
    this.bytes.set(taken, this.#filled);
    this.#filled += taken.length;
    this.#wake();
    return taken.length;
  }

  /** It will never be full; whoever waits for bytes gets the error. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }

  /** Its bytes from an offset on, as they arrive; may be called again. */
  async *stream(from = 0): AsyncGenerator<Uint8Array> {
    let sent = from;
    while (sent < this.bytes.length) {
      if (this.#failure !== undefined) throw this.#failure.error;
      const end = Math.min(this.#filled, sent + PIECE);
      if (end > sent && (end - sent === PIECE || this.isFull)) {
        yield this.bytes.subarray(sent, end);
        sent = end;
      } else {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** How a file of `size` bytes falls into parts. */
export function partsOf(
  size: number,
  partSize: number,
): { index: number; start: number; length: number; isLast: boolean }[] {
  const count = Math.max(1, Math.ceil(size / partSize));
  return Array.from({ length: count }, (_, index) => {
    const start = index * partSize;
    return { index, start, length: Math.min(partSize, size - start), isLast: index === count - 1 };
  });
}
