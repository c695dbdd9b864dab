import type { Clock, RequestBudget } from '../domain/ports.ts';
import { EvenPace } from './even-pace.ts';

/** One action must not starve a workspace (docs/architecture.md, request budgets). */
export const CONTROL_PLANE: RequestBudget = { inFlight: 12, perSecond: 20 };

/** The Files API, until the workspace says 429. */
export const FILES_API: RequestBudget = { inFlight: 16, perSecond: 1000 };

/** Lets requests through within a budget; a burst of `perSecond` may go at once, if the budget is not an even one. */
export class Limiter {
  readonly #budget: RequestBudget;
  readonly #clock: Clock;
  readonly #pace: EvenPace | undefined;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #tokens: number;
  #refilledAt: number;

  constructor(budget: RequestBudget, clock: Clock) {
    this.#budget = budget;
    this.#clock = clock;
    this.#pace = budget.even === true ? new EvenPace(budget.perSecond, clock) : undefined;
    this.#tokens = budget.perSecond;
    this.#refilledAt = clock.now();
  }

  /** Runs `work` when the budget allows, or at once when `signal` is aborted: it then knows what to do. */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#running >= this.#budget.inFlight) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      await (this.#pace === undefined ? this.#takeToken(signal) : this.#pace.next(signal));
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  async #takeToken(signal?: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    const refill = ((now - this.#refilledAt) / 1000) * this.#budget.perSecond;
    this.#tokens = Math.min(this.#budget.perSecond, this.#tokens + refill);
    this.#refilledAt = now;
    this.#tokens -= 1;
    if (this.#tokens < 0 && signal?.aborted !== true)
      await this.#clock.sleep((-this.#tokens / this.#budget.perSecond) * 1000, signal);
  }
}
