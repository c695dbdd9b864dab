import type { MoveEntry } from '../../../src/policy/alias/history.ts';

/** Noon of a day of one month, as records have it. */
export const day = (number: number) => `2026-11-${String(number).padStart(2, '0')}T12:00:00.000Z`;

/** A move of an alias on such a day, or one without its time. */
export const move = (from: number | null, to: number | null, at?: number): MoveEntry => ({
  from,
  to,
  ...(at === undefined ? {} : { at: day(at) }),
});

/** When those moves are looked at, milliseconds since the epoch. */
export const CLOCK = Date.parse(day(29));
