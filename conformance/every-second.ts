import type { PollPolicy } from '../src/domain/poll.ts';

/** So many looks, a second apart. */
export function everySecond(tries: number): PollPolicy<unknown> {
  return { tries, pause: () => 1000 };
}
