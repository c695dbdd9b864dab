/** The workflow run, as far as a marker names it. */
export interface MarkedRun {
  readonly repository: string;
  readonly runId: string;
  readonly attempt: string;
}

/**
 * After so long nobody fills a version any more: a job ends after five days, on a runner of one's own too (GitHub
 * documentation, usage limits of Actions). Milliseconds.
 */
export const LONGEST_JOB = 6 * 24 * 3_600_000;

/** A marker names a run, says when it was written, and distinguishes two copies of one run. */
export function formatMarker({ repository, runId, attempt }: MarkedRun, now: number, nonce: string): string {
  return `${repository}/${runId}/${attempt}/${now.toString(36)}-${nonce}`;
}

/** Whether a version with this marker belongs to the repository of the run. */
export function isOfRepository(marker: string, { repository }: MarkedRun): boolean {
  return marker.startsWith(`${repository}/`);
}

/** Whether an earlier attempt of a run made the version with this marker. */
export function isOfEarlierAttempt(marker: string, { repository, runId, attempt }: MarkedRun): boolean {
  const start = `${repository}/${runId}/`;
  const [made] = marker.startsWith(start) ? marker.slice(start.length).split('/') : [];
  return isNumber(made) && isNumber(attempt) && Number(made) < Number(attempt);
}

/**
 * Whether no run can be at a version any more: its marker is of an earlier attempt of this run, since attempts follow
 * each other, or older than any job gets. When in doubt it is not.
 */
export function isAbandoned(marker: string, run: MarkedRun, now: number): boolean {
  if (!isOfRepository(marker, run)) return false;
  const [runId, attempt, last] = marker.slice(run.repository.length + 1).split('/');
  if (runId === run.runId && isNumber(attempt) && isNumber(run.attempt))
    return Number(attempt) < Number(run.attempt);
  const time = timeIn(last);
  return time !== undefined && now - time > LONGEST_JOB;
}

/** When a marker was written, whosever it is, in milliseconds since the epoch; undefined for what is no marker. */
export function markedAt(marker: string): number | undefined {
  return timeIn(marker.split('/').at(-1));
}

function timeIn(last: string | undefined): number | undefined {
  const time = /^([0-9a-z]{1,11})-/u.exec(last ?? '')?.[1];
  return time === undefined ? undefined : Number.parseInt(time, 36);
}

function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^\d+$/u.test(text);
}
