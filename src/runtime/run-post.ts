import { counted } from '../domain/count.ts';
import * as core from '@actions/core';
import { escapeLogLine } from '../report/log-text.ts';
import type { Environment } from './environment.ts';
import { endLeftCommand, type LeftEnding } from './left-command.ts';
import { removeLeftFolder } from './own-folder.ts';
import { messageOf } from '../domain/errors.ts';
import { AWAITED, PLANNED, unfinishedJournal } from './journal.ts';

/**
 * The post step: silent after a main step that came to its end; else it ends the command that the step had left running,
 * and lists which changes were planned, begun and done.
 */
export async function runPost(environment: Environment = process.env): Promise<void> {
  const lines = unfinishedJournal(environment);
  if (lines === undefined) return;
  const journal = lines.filter(({ state }) => state !== AWAITED);
  const isWaiting = (state: string) => state === PLANNED || state === 'not-needed';
  const begun = journal.filter(({ state }) => !isWaiting(state));
  core.warning(`The step ended prematurely. ${reportText(begun.length, journal.length)}`);
  reportCommand(await endLeftCommand(environment));
  await removeLeftFolder(environment).catch((error: unknown) => {
    core.warning(escapeLogLine(`The files of the model that it had downloaded stay: ${messageOf(error)}`));
  });
  for (const { change, state } of lines)
    if (state === AWAITED)
      core.warning(
        escapeLogLine(
          `It waited for ${change}, which may still be active. Cancel it on its page, or run the step again in the same attempt of the workflow, which finds it.`,
        ),
      );
  for (const { change, state, look } of journal) {
    if (state === PLANNED) {
      core.info(escapeLogLine(`not started: ${change}`));
      continue;
    }
    const unknown = state === 'begun' || state === 'unknown';
    core.info(escapeLogLine(`${unknown ? 'unknown, check it' : state}: ${change}`));
    if (unknown && look !== undefined) for (const line of lookLines(look)) core.info(escapeLogLine(line));
  }
}

function reportCommand(ending: LeftEnding): void {
  if (ending.state === 'ended') core.warning('Its validate-command was still running and was terminated.');
  if (ending.state !== 'unknown') return;
  const { group } = ending;
  const command = process.platform === 'win32' ? `taskkill /pid ${group} /T /F` : `kill -- -${group}`;
  core.warning(
    `Its validate-command may still be running. Look for the process ${group}, and terminate it with: ${command}`,
  );
}

/** What to run: behind its word, or below it in lines of its own, which begin as Python wants them. */
function lookLines(look: string): string[] {
  return look.includes('\n') ? ['  look:', ...look.split('\n')] : [`  look: ${look}`];
}

/** What to make of the list that follows; nothing is made that does not stand in it. */
function reportText(begun: number, listed: number): string {
  if (listed === 0) return 'No change had been planned or started.';
  if (begun === 0) return 'No change had been started. The planned changes follow in the log.';
  return `${counted(begun, 'change')} had been started; check those that are not marked done. Changes that are not listed were not started.`;
}
