import * as core from '@actions/core';
import { escapeLogLine } from '../report/log-text.ts';
import type { Environment } from './environment.ts';
import { PLANNED, unfinishedJournal } from './journal.ts';

/** The post step: silent after a main step that came to its end; else it tells which changes were planned, begun and done. */
export function runPost(environment: Environment = process.env): void {
  const journal = unfinishedJournal(environment);
  if (journal === undefined) return;
  const isWaiting = (state: string) => state === PLANNED || state === 'not-needed';
  const begun = journal.filter(({ state }) => !isWaiting(state));
  core.warning(`The step ended before its time. ${told(begun.length, journal.length)}`);
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

/** What to make of the list that follows; nothing is made that does not stand in it. */
function told(begun: number, listed: number): string {
  if (listed === 0) return 'No change had been begun, nor decided on.';
  if (begun === 0) return 'No change had been begun. What had been planned follows in the log.';
  return `${begun} change(s) had been begun; look at those not marked done. What is not listed was not begun.`;
}
