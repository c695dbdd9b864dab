import type { Parsed } from './parsed.ts';
import { show } from './printable.ts';

const UNIT_MS: Readonly<Record<string, number>> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000 };

/** The longest time that one timer can wait: Node fires a longer one at once (Node documentation, `setTimeout`). */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

const MOST_HOURS = Math.floor(LONGEST_TIMER_MS / 3_600_000);

/** Reads `90s`, `15m`, `2h` or plain seconds; the value is in milliseconds. */
export function parseDuration(text: string): Parsed<number> {
  const match = /^(\d{1,9})(s|m|h|)$/u.exec(text.trim());
  const unit = UNIT_MS[match?.[2] ?? ''];
  if (match === null || unit === undefined) {
    return {
      ok: false,
      problem: `"${show(text, 40)}" is not a duration.`,
      fix: `Write 90s, 15m, 2h or a number of seconds, at most ${MOST_HOURS}h.`,
    };
  }
  const value = Number(match[1]) * unit;
  return value > LONGEST_TIMER_MS
    ? {
        ok: false,
        problem: `"${show(text, 40)}" is longer than the maximum of ${MOST_HOURS}h.`,
        fix: `Write 90s, 15m, 2h or a number of seconds, at most ${MOST_HOURS}h.`,
      }
    : { ok: true, value };
}

/** Milliseconds as a reader says them: `850 ms`, `12 s`, `3 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
