import type { Parsed } from '../../domain/parsed.ts';
import { show } from '../../domain/printable.ts';
import { nearestWord } from '../../domain/nearest-word.ts';

/** The days of a week, from its first by ISO 8601. */
export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

/** A time by the clock on the wall of some zone: of one day, or of every week. Texts of one kind compare as the times do. */
export type LocalTime =
  | { readonly kind: 'day'; /** `2026-12-24 18:00`. */ readonly at: string }
  | { readonly kind: 'week'; /** `5 16:00`, of a Friday. */ readonly at: string };

const FIX =
  'Write a day and a time, such as 2026-12-18 18:00, or a day of the week and a time, such as friday 16:00.';

/** Reads `2026-12-18`, `2026-12-18 18:00` or `friday 16:00`. */
export function parseLocalTime(text: string): Parsed<LocalTime> {
  const words = /^(?<day>\S+)(?:[ T]+(?<time>\S+))?$/u.exec(text.trim())?.groups;
  const { day = '', time = '00:00' } =
    /^(?<day>\d{4}-\d\d-\d\d)T(?<time>.+)$/u.exec(words?.['day'] ?? '')?.groups ?? words ?? {};
  if (!/^(?:[01]\d|2[0-3]):[0-5]\d$/u.test(time)) return fault(text, 'is not a time by the clock');
  if (/^\d{4}-\d\d-\d\d$/u.test(day))
    return isDay(day)
      ? { ok: true, value: { kind: 'day', at: `${day} ${time}` } }
      : fault(text, 'is a day that does not exist');
  const index = WEEKDAYS.findIndex((name) => name === day.toLowerCase());
  if (index >= 0) return { ok: true, value: { kind: 'week', at: `${index + 1} ${time}` } };
  const nearest = nearestWord(day, WEEKDAYS);
  return fault(text, 'is not a time by the clock', nearest === undefined ? FIX : `Write ${nearest} ${time}.`);
}

function fault(text: string, what: string, fix = FIX): Parsed<LocalTime> {
  return { ok: false, problem: `"${show(text, 40)}" ${what}.`, fix };
}

function isDay(day: string): boolean {
  const found = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(found.getTime()) && found.toISOString().slice(0, 10) === day;
}

/** A name of the IANA time zone database, as this Node knows it. */
export function parseTimeZone(text: string): Parsed<string> {
  const zones = [...Intl.supportedValuesOf('timeZone'), 'UTC'];
  const name = text.trim();
  if (zones.includes(name) || (name.includes('/') && isZone(name))) return { ok: true, value: name };
  const nearest = nearestWord(name, zones);
  return {
    ok: false,
    problem: `"${show(name, 60)}" is not a time zone.`,
    fix: `Write a name of the IANA database, such as ${nearest ?? 'Europe/Berlin'}, or UTC.`,
  };
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}

/** What the clock on the wall of a zone shows at a moment, by both kinds. */
export function localTimesAt(
  moment: number,
  timeZone: string,
): { readonly day: string; readonly week: string } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    weekday: 'long',
  }).formatToParts(moment);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? '';
  const time = `${part('hour')}:${part('minute')}`;
  const weekday = WEEKDAYS.findIndex((name) => name === part('weekday').toLowerCase()) + 1;
  return {
    day: `${part('year').padStart(4, '0')}-${part('month')}-${part('day')} ${time}`,
    week: `${weekday} ${time}`,
  };
}
