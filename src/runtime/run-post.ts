import * as core from '@actions/core';
import { escapeLogLine } from '../report/log-text.ts';
import type { Environment } from './environment.ts';
import { PLANNED, unfinishedJournal } from './journal.ts';

/** The post step: silent after a main step that came to its end; else it tells which changes were begun, done, or not begun. */
export function runPost(environment: Environment = process.env): void {
  const journal = unfinishedJournal(environment);
  if (journal === undefined) return;
  const begun = journal.filter(({ state }) => state !== PLANNED);
  if (begun.length === 0) {
    core.warning('The step ended before its time. No change had been begun.');
    return;
  }
  core.warning(
    `The step ended before its time. ${begun.length} change(s) had been begun; look at those not marked done.`,
  );
  for (const { change, state, look } of journal) {
    if (state === PLANNED) {
      core.info(escapeLogLine(`not begun: ${change}`));
      continue;
    }
    const unknown = state === 'begun' || state === 'unknown';
    core.info(escapeLogLine(`${unknown ? 'unknown, check' : state}: ${change}`));
    if (unknown && look !== undefined) core.info(escapeLogLine(`  look: ${look}`));
  }
}
