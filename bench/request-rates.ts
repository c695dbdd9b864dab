import type { RequestRecord } from '../emulator/index.ts';

/** Milliseconds by which a response may have left before the server noted its end. */
const SLACK = 5;

type Times = Pick<RequestRecord, 'startedAt' | 'endedAt'>;

/** How many requests were at a server at the same time, at the most. */
export function mostAtOnce(records: readonly Times[]): number {
  const changes = records
    .flatMap(({ startedAt, endedAt }) => [
      { at: startedAt, by: 1 },
      { at: Math.max(startedAt, endedAt - SLACK), by: -1 },
    ])
    .sort((a, b) => a.at - b.at || a.by - b.by);
  let now = 0;
  let most = 0;
  for (const { by } of changes) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

/** How many requests reached a server within any one second, at the most. */
export function mostInASecond(records: readonly Times[]): number {
  const starts = records.map(({ startedAt }) => startedAt).sort((a, b) => a - b);
  let first = 0;
  let most = 0;
  for (const [index, start] of starts.entries()) {
    while (start - (starts[first] ?? start) >= 1000) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
