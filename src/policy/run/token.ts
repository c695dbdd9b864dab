import { createHash } from 'node:crypto';
import type { MarkedRun } from './marker.ts';

/** What a run outside of every workflow has for its number (runtime/system). */
const NO_RUN = 'local';

/**
 * The token by which an attempt of a workflow finds the run that it has started, at most 64 characters (workspace-apis §1.4). Another
 * attempt has another one: it would get the old run, and its old verdict. Outside of a workflow every start has its own.
 */
export function runToken(
  { repository, runId, attempt }: MarkedRun,
  { job, uri }: { readonly job: string; readonly uri: string },
  nonce: string,
): string {
  const once = runId === NO_RUN ? [nonce] : [];
  const text = JSON.stringify([repository, runId, attempt, job, uri, ...once]);
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
