import type { Clock } from '../domain/ports.ts';

/** Milliseconds: a second, and by how much the ways of two requests to their server may differ. */
const SECOND = 1050;

/** Lets one after another through, at even distances; no second has more than its number, however late sleeps end. */
export class EvenPace {
  readonly #perSecond: number;
  readonly #clock: Clock;
  #turn: Promise<void> = Promise.resolve();
  #due = Number.NEGATIVE_INFINITY;
  /** When the last ones went, as many as may go in a second, oldest first. */
  readonly #started: number[] = [];

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  /** Waits for its turn, and then until it is due; at once when `signal` is aborted. */
  async next(signal?: AbortSignal): Promise<void> {
    const asked = this.#clock.now();
    const turn = this.#turn.then(() => this.#waitFrom(asked, signal));
    this.#turn = turn.catch(() => undefined);
    await turn;
  }

  async #waitFrom(asked: number, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) return;
    this.#due = Math.max(asked, this.#due + SECOND / this.#perSecond);
    const full = this.#started.length === this.#perSecond ? this.#started.shift() : undefined;
    const wait = Math.max(this.#due, (full ?? Number.NEGATIVE_INFINITY) + SECOND) - this.#clock.now();
    if (wait > 0) await this.#clock.sleep(wait, signal);
    this.#started.push(this.#clock.now());
  }
}
