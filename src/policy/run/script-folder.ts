import { createHash } from 'node:crypto';
import type { MarkedRun } from './marker.ts';

/** Characters of a token that distinguish folders. */
const TOKEN = 32;

/** The gap between what a folder is for and its end: looks are up to half a minute apart, and clocks differ. Milliseconds. */
const GRACE = 3_600_000;

const NAME = /^(?<until>\d{8}T\d{6}Z)-(?<run>[0-9a-f]{8})-(?<attempt>\d{1,9}|x)-(?<token>[0-9a-f]+)$/u;

/** What the name of a script's folder says: until when it may be in use, which attempt made it, and for which run of a job. */
export interface ScriptFolder {
  readonly run: MarkedRun;
  readonly token: string;
  /** Until when it is in use at most, milliseconds since the epoch. */
  readonly until: number;
}

/** The name of the folder in which a script is put for a run. */
export function scriptFolderName({ run, token, until }: ScriptFolder): string {
  const time = new Date(until + GRACE).toISOString().replaceAll(/[-:]|\.\d+/gu, '');
  return `${time}-${workflowRun(run)}-${attemptOf(run)}-${token.slice(0, TOKEN)}`;
}

/** The folder of an earlier try of the same run of a job, which is used again. */
export function sameFolder(names: readonly string[], token: string): string | undefined {
  return names.find((name) => NAME.exec(name)?.groups?.['token'] === token.slice(0, TOKEN));
}

/**
 * The folders that runs of ours which were killed have left: their time is over, or an earlier attempt of the same workflow run
 * made them, which ended before this one began. What has another name is not ours.
 */
export function leftFolders(names: readonly string[], run: MarkedRun, now: number): string[] {
  return names.filter((name) => {
    const { until, run: made, attempt } = NAME.exec(name)?.groups ?? {};
    if (until === undefined) return false;
    const ofEarlier = made === workflowRun(run) && Number(attempt) < Number(attemptOf(run));
    return ofEarlier || timeOf(until) < now;
  });
}

function workflowRun({ repository, runId }: MarkedRun): string {
  return createHash('sha256')
    .update(JSON.stringify([repository, runId]), 'utf8')
    .digest('hex')
    .slice(0, 8);
}

/** `x` outside of workflows, whose attempts have no order. */
function attemptOf({ attempt }: MarkedRun): string {
  return /^\d{1,9}$/u.test(attempt) ? attempt : 'x';
}

function timeOf(text: string): number {
  return Date.parse(text.replace(/^(....)(..)(..T..)(..)(..)Z$/u, '$1-$2-$3:$4:$5Z'));
}
