/** Time, injected so that tests own it. Milliseconds. */
export interface Clock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Random numbers in [0, 1), injected so that tests own them. */
export type Random = () => number;

/** Where a layer says what it does. Implementations escape everything; callers pass plain text. */
export interface Logger {
  info(text: string): void;
  /** Shows how far something is in place of what was shown before; absent where lines can only follow each other. */
  readonly progress?: (text: string) => void;
  debug(text: string): void;
  warning(text: string): void;
}

/** A budget of requests: how many at once, and how many a second. */
export interface RequestBudget {
  readonly inFlight: number;
  readonly perSecond: number;
  /** Whether requests go at even distances, and no second ever has more; else those of a second may go at once after a pause. */
  readonly even?: boolean;
}
