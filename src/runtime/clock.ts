import { setTimeout as wait } from 'node:timers/promises';
import { LONGEST_TIMER_MS } from '../domain/duration.ts';
import type { Clock } from '../domain/ports.ts';

/** The real time. A sleep that is cancelled ends at once, without an error; one that no timer can wait takes several. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      for (let left = ms; ; left -= LONGEST_TIMER_MS) {
        await wait(Math.min(left, LONGEST_TIMER_MS), undefined, signal === undefined ? {} : { signal });
        if (left <= LONGEST_TIMER_MS) return;
      }
    } catch (error) {
      if (signal?.aborted !== true) throw error;
    }
  },
};
