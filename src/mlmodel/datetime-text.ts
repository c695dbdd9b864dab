const WORDS = /^(?:nat|now|today|)$/iu;
const DATE =
  /^\s*[+]?(?<year>\d+)(?:-(?<month>\d\d)(?:-(?<day>\d\d)(?:[T ](?<hour>\d\d)(?::(?<minute>\d\d)(?::(?<second>\d\d)(?:\.\d{0,6})?)?)?(?<zone>Z|[+-]\d\d(?::?\d\d)?)?)?)?)?$/iu;

/**
 * True for a text that MLflow reads as a date or time: what numpy parses (ISO 8601, a year of any length, `now`,
 * `today`, `NaT` and nothing) and Python can hold (years 1 to 9999, microseconds). Observed: MLflow 3.17.2, numpy 2.4.
 */
export function isDatetimeText(text: string): boolean {
  if (WORDS.test(text)) return true;
  const parts = DATE.exec(text)?.groups;
  if (parts === undefined) return false;
  const number = (name: string, absent: number): number => Number(parts[name] ?? absent);
  const year = number('year', 1);
  const month = number('month', 1);
  if (year < 1 || year > 9999 || month < 1 || month > 12) return false;
  const day = number('day', 1);
  return (
    day >= 1 &&
    day <= daysIn(year, month) &&
    number('hour', 0) < 24 &&
    number('minute', 0) < 60 &&
    number('second', 0) < 60
  );
}

/** Days of a month of the Gregorian calendar. */
export function daysIn(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}
