import type { CommonInputs } from '../actions/common.ts';
import type { ActionContext } from '../actions/context.ts';
import type { ActionRecord } from '../actions/record.ts';
import type { RequestBudget } from '../domain/ports.ts';
import { NO_RULES } from '../domain/rules.ts';
import { openTransport } from '../http/transport.ts';
import { applyChanges } from '../steps/apply.ts';
import { Snapshot } from '../steps/snapshot.ts';
import { connect } from './connect.ts';
import { readRun } from './environment.ts';
import { openJournal } from './journal.ts';
import type { Runner } from './runner.ts';

/** What an action works with, on the real world; `close` ends its connections. */
export async function openContext(
  inputs: CommonInputs,
  record: ActionRecord,
  runner: Runner,
  signal: AbortSignal,
): Promise<{ readonly context: ActionContext<CommonInputs>; readonly close: () => Promise<void> }> {
  const { environment, clock, random, log, runCommand } = runner;
  const { transport, close } = await openTransport(environment);
  const ended = new AbortController();
  const journal = openJournal(record, runner);
  const onGitHub = environment['GITHUB_ACTIONS'] === 'true';
  const { host, token } = inputs;
  const openRegistry = (budget?: RequestBudget) =>
    connect({
      host,
      token,
      transport,
      clock,
      random,
      log,
      onGitHub,
      signal: ended.signal,
      ...(budget === undefined ? {} : { budget }),
    });
  const destination = new Snapshot(openRegistry());
  const context: ActionContext<CommonInputs> = {
    inputs,
    record,
    destination,
    source: new Snapshot(openRegistry()),
    openRegistry,
    rules: NO_RULES,
    run: readRun(environment),
    log,
    clock,
    random,
    signal,
    runCommand,
    environment,
    journal,
    async apply(changes) {
      record.plan(changes);
      if (inputs['dry-run']) return;
      await applyChanges(changes, { snapshot: destination, journal, log, clock, signal });
    },
  };
  return {
    context,
    async close() {
      ended.abort();
      await close();
    },
  };
}
