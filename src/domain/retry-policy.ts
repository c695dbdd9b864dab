import { PromoteError, sentenceOf } from './errors.ts';
import type { Clock, Random } from './ports.ts';

/** How often and how long something is tried again. Milliseconds. */
export interface RetryPolicy {
  readonly attempts: number;
  /** Time from the first try to the end of the last; a file that is on its way may take longer. */
  readonly budget: number;
  readonly firstDelay: number;
  readonly maxDelay: number;
}

/** As the official SDKs: 300 s in all (auth-and-http §8), with exponential delays. */
export const DEFAULT_RETRY: RetryPolicy = { attempts: 8, budget: 300_000, firstDelay: 500, maxDelay: 15_000 };

/** A second try has its time too, whatever one may take, milliseconds. */
export function retryFor(responseTimeout: number): RetryPolicy {
  const { budget, maxDelay } = DEFAULT_RETRY;
  return { ...DEFAULT_RETRY, budget: Math.max(budget, 2 * responseTimeout + maxDelay) };
}

/** The delay before try number `attempt + 1`: exponential with full jitter, never under what the server asked. */
export function delayBefore(
  attempt: number,
  asked: number | undefined,
  policy: RetryPolicy,
  random: Random,
): number {
  const ceiling = Math.min(policy.maxDelay, policy.firstDelay * 2 ** (attempt - 1));
  const own = ceiling / 2 + (random() * ceiling) / 2;
  return asked === undefined ? own : asked + random() * 250;
}

/** A try that failed, and what is known of those before it. */
export interface FailedTry {
  readonly error: PromoteError;
  /** How long the server asked to wait. */
  readonly asked?: number | undefined;
  /** All tries, and those of them that count against the policy; default: all. */
  readonly tries: number;
  readonly counted?: number;
  /** When the first one began, by the clock. */
  readonly startedAt: number;
  /** Whether the next try need not wait. */
  readonly isReady?: boolean;
}

/** How long to wait before another try; throws the error, with what was tried, where the policy has none left. */
export function pauseAfter(
  { error, asked, tries, counted = tries, startedAt, isReady = false }: FailedTry,
  policy: RetryPolicy,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): number {
  const delay = isReady ? 0 : delayBefore(counted, asked, policy, random);
  const spent = clock.now() - startedAt;
  if (counted >= policy.attempts || spent + delay > policy.budget)
    throw afterTries(error, tries, spent, asked);
  return delay;
}

/** The error of the last of so many tries, over so many milliseconds, with the time that the server asked to wait. */
function afterTries(error: PromoteError, tries: number, ms: number, asked: number | undefined): PromoteError {
  const wait = asked === undefined ? '' : `the server asked for a wait of ${Math.ceil(asked / 1000)} s`;
  const tried = tries === 1 ? '' : `Tried ${tries} times in ${Math.round(ms / 1000)} s`;
  const said = [tried, wait].filter((each) => each !== '').join('; ');
  if (said === '') return error;
  const message = `${sentenceOf(error)} ${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
  return new PromoteError(message, { ...error.details, cause: error });
}

/** A new token does not help either, so it is not the token's age. */
export function refusedAgain(error: PromoteError): PromoteError {
  return new PromoteError(`${sentenceOf(error)} A new token was refused as well.`, {
    ...error.details,
    fix: 'Check that host is the workspace that the credentials belong to, and that the principal is active and assigned to it.',
    cause: error,
  });
}
