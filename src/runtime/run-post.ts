import * as core from '@actions/core';
import { escapeLogLine } from '../report/log-text.ts';
import type { Environment } from './environment.ts';
import { unfinishedJournal } from './journal.ts';

/** The post step: silent after a main step that came to its end; else it tells which changes were begun and done. */
export function runPost(environment: Environment = process.env): void {
  const journal = unfinishedJournal(environment);
  if (journal === undefined) return;
  if (journal.length === 0) {
    core.warning('The step ended before its time. No change had been begun.');
    return;
  }
  core.warning(
    `The step ended before its time. ${journal.length} change(s) had been begun; look at those not marked done.`,
  );
  for (const { change, state, look } of journal) {
    const unknown = state === 'begun' || state === 'unknown';
    core.info(escapeLogLine(`${unknown ? 'unknown, check' : state}: ${change}`));
    if (unknown && look !== undefined) core.info(escapeLogLine(`  look: ${look}`));
  }
}
