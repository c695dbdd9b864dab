import type { RetryPolicy } from '../domain/retry-policy.ts';
import { SlowResponse } from './unanswered.ts';

/** Ends a try when the budget of all tries is spent, as a response that was too slow; in real time, whatever a clock says. */
export class Deadline {
  readonly #spent = new AbortController();
  readonly #budget: number;
  #timer: NodeJS.Timeout | undefined;

  constructor({ budget }: Pick<RetryPolicy, 'budget'>) {
    this.#budget = budget;
  }

  /** Begins to count: so many milliseconds are left. */
  set(left: number): void {
    this.#timer = setTimeout(() => this.#spent.abort(new SlowResponse(this.#budget)), Math.max(0, left));
  }

  /** Aborted by the deadline and by another signal. */
  with(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? this.#spent.signal : AbortSignal.any([this.#spent.signal, signal]);
  }

  /** Takes the deadline away. */
  lift(): void {
    clearTimeout(this.#timer);
  }
}
