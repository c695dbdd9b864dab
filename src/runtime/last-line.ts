/** Bytes that are kept of what was printed; a line that says what was wrong is shorter. */
const KEPT = 2_048;

/** Keeps the end of what is printed, for its last line. */
export class LastLine {
  #tail = Buffer.alloc(0);

  add(chunk: Uint8Array): void {
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-KEPT)]).subarray(-KEPT);
  }

  /** The last line that says something, or undefined. */
  get text(): string | undefined {
    const lines = this.#tail.toString('utf8').split(/[\r\n]+/u);
    return lines.findLast((line) => line.trim() !== '')?.trim();
  }
}
