import type { Report } from './report.ts';

/** A report of a real workspace that was sent back. */
export interface Sighting {
  /** `2026-11-22`. */
  readonly date: string;
  readonly cloud: string;
  /** What each row saw, by its id; rows that saw nothing are left out. */
  readonly seen: Readonly<Record<string, string>>;
}

/** Every report of a real Databricks workspace so far, oldest first: none yet. */
export const SIGHTINGS: readonly Sighting[] = [];

/** What a report adds to {@link SIGHTINGS}. */
export function sightingOf({ date, cloud, rows }: Report): Sighting {
  const seen = rows.flatMap((row) => (row.seen === undefined ? [] : [[row.id, row.seen] as const]));
  return { date, cloud, seen: Object.fromEntries(seen) };
}
