/** Bytes of large files held at once, whatever the size of the model: the bound of the memory. */
export const WINDOW_BYTES = 48 * 1024 * 1024;

/** Lends buffers up to a total; whoever asks when all is lent waits in turn. Buffers are reused. */
export class BufferWindow {
  readonly limit: number;
  #lent = 0;
  #most = 0;
  readonly #spare: Uint8Array<ArrayBuffer>[] = [];
  readonly #waiting: { readonly size: number; readonly go: () => void }[] = [];

  constructor(limit: number = WINDOW_BYTES) {
    this.limit = limit;
  }

  /** The most bytes that were lent at once. */
  get most(): number {
    return this.#most;
  }

  /** A buffer of exactly `size` bytes. One larger than the window is lent alone. */
  async take(size: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#waiting.length > 0 || !this.#fits(size)) {
      await new Promise<void>((resolve) => this.#waiting.push({ size, go: resolve }));
    } else {
      this.#lend(size);
    }
    const at = this.#spare.findIndex((buffer) => buffer.length === size);
    const [spare] = at < 0 ? [] : this.#spare.splice(at, 1);
    this.#dropSpare();
    return spare ?? new Uint8Array(new ArrayBuffer(size));
  }

  /** Takes a buffer back; nobody may use it from then on. */
  give(buffer: Uint8Array<ArrayBuffer>): void {
    this.#lent -= buffer.length;
    this.#spare.push(buffer);
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined || !this.#fits(next.size)) return;
      this.#waiting.shift();
      this.#lend(next.size);
      next.go();
    }
  }

  /** Spare buffers count too: of those whose size nobody asked for lately the oldest go. */
  #dropSpare(): void {
    let held = this.#lent + this.#spare.reduce((sum, { length }) => sum + length, 0);
    while (held > this.limit) {
      const dropped = this.#spare.shift();
      if (dropped === undefined) return;
      held -= dropped.length;
    }
  }

  #fits(size: number): boolean {
    return this.#lent === 0 || this.#lent + size <= this.limit;
  }

  #lend(size: number): void {
    this.#lent += size;
    this.#most = Math.max(this.#most, this.#lent);
  }
}
