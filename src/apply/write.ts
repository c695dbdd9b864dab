import { hasCode, PromoteError, sentenceOf } from '../domain/errors.ts';
import type { Clock, Logger, Random } from '../domain/ports.ts';
import { DEFAULT_RETRY, pauseAfter, refusedAgain } from '../domain/retry-policy.ts';
import { writeFailureOf } from '../domain/write-failure.ts';

/** What a look finds: the write is made already, with what it gave, or it is still to be made. */
export type Look<T> = { readonly done: T } | 'open';

/** One write, as the loop makes it. */
export interface Write<T> {
  /**
   * Reads how things stand and all that the write rests on, right before a try. Throws when the world moved. `failure` is
   * that of the try before, where there was one.
   */
  readonly look: (failure: PromoteError | undefined) => Promise<Look<T>>;
  /** One request: no layer below sends it again by itself. */
  readonly send: () => Promise<T>;
}

/** What the loop works with. */
export interface WriteTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** What is known of a write while it is made, and after it failed. */
export interface WriteState {
  /** How often it was sent, or was about to be. */
  tries: number;
  /** Whether it may have been done, as far as the last try and the look after it show. */
  mayBeDone: boolean;
  /** Whether any try was one of which nobody knows what became of it. */
  wasDoubtful: boolean;
  /** Whether any try failed: then the world went on while the loop waited, also where the look after it found the write made. */
  hasFailed: boolean;
}

/** The state of a write that was not begun. */
export function notBegun(): WriteState {
  return { tries: 0, mayBeDone: false, wasDoubtful: false, hasFailed: false };
}

/**
 * Makes one write: looks, sends, and after a failure that may pass waits and begins again with the look. It is the only
 * place where a write is repeated, so that none is repeated without being compared. `isLookedAt` leaves out the first look
 * where the caller has just looked.
 */
export async function makeWrite<T>(
  write: Write<T>,
  tools: WriteTools,
  { isLookedAt, state = notBegun() }: { readonly isLookedAt: boolean; readonly state?: WriteState },
): Promise<T> {
  const { clock, log, signal } = tools;
  const startedAt = clock.now();
  let failure: PromoteError | undefined;
  let isRenewed = false;
  for (let counted = 0; ;) {
    if (failure !== undefined || !isLookedAt) {
      const found = await lookAgain(write, failure, state);
      if (found !== 'open') return found.done;
      state.mayBeDone = false;
    }
    state.tries += 1;
    try {
      return await write.send();
    } catch (error) {
      const { mayBeDone, again } = writeFailureOf(error);
      state.hasFailed = true;
      state.mayBeDone = mayBeDone;
      state.wasDoubtful ||= mayBeDone;
      if (!(error instanceof PromoteError)) throw error;
      const { unprocessed } = error.details;
      if (isRenewed && hasCode(error, 'unauthenticated')) throw refusedAgain(error);
      if (!again) throw error;
      isRenewed ||= unprocessed === 'token-renewed';
      failure = error;
    }
    const { unprocessed, retryAfter } = failure.details;
    // Waiting for its turn says nothing about the host: the budget alone bounds it.
    if (unprocessed !== 'late') counted += 1;
    const isReady = unprocessed === 'late' || unprocessed === 'token-renewed';
    const delay = pauseAfter(
      { error: failure, asked: retryAfter, tries: state.tries, counted, startedAt, isReady },
      DEFAULT_RETRY,
      tools,
    );
    log.info(
      `${sentenceOf(failure)} Reading the value again in ${(delay / 1000).toFixed(1)} s, before another try.`,
    );
    if (delay > 0) await clock.sleep(delay, signal);
    // What may have been done is no plain cancellation.
    if (signal.aborted && state.mayBeDone) throw failure;
  }
}

/** The look after a failure; where a cancelled run no longer looks, what the failure left open is what counts. */
async function lookAgain<T>(
  write: Write<T>,
  failure: PromoteError | undefined,
  state: WriteState,
): Promise<Look<T>> {
  try {
    return await write.look(failure);
  } catch (error) {
    throw failure !== undefined && state.mayBeDone && hasCode(error, 'cancelled') ? failure : error;
  }
}
