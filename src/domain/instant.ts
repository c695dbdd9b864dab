import type { Parsed } from './parsed.ts';
import { show } from './printable.ts';

const FIX = 'Write day, time and zone, such as 2026-11-20T12:00Z or 2026-11-20T13:00+01:00.';

/** Reads a moment of ISO 8601 with its zone, as milliseconds since the epoch. */
export function parseInstant(text: string): Parsed<number> {
  const trimmed = text.trim();
  const form =
    /^(?<day>\d{4}-\d\d-\d\d)[Tt ](?<time>\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(?<zone>[Zz]|[+-]\d\d:\d\d)?$/u.exec(
      trimmed,
    )?.groups;
  if (form === undefined)
    return { ok: false, problem: `"${show(trimmed, 40)}" is not a point in time.`, fix: FIX };
  const { day = '', time = '', zone } = form;
  if (zone === undefined) return { ok: false, problem: `"${show(trimmed, 40)}" has no zone.`, fix: FIX };
  const isDay = new Date(`${day}T00:00:00Z`);
  const value = Date.parse(`${day}T${time}${zone.toUpperCase()}`);
  // A date that does not exist, such as the 30th of February, may be read as another one.
  if (Number.isNaN(value) || Number.isNaN(isDay.getTime()) || isDay.toISOString().slice(0, 10) !== day)
    return { ok: false, problem: `"${show(trimmed, 40)}" does not exist.`, fix: FIX };
  return { ok: true, value };
}
