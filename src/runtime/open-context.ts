import type { CommonInputs } from '../actions/common.ts';
import type { ActionContext } from '../actions/context.ts';
import type { ActionRecord } from '../actions/record.ts';
import { NO_RULES } from '../domain/rules.ts';
import { openTransport } from '../http/transport.ts';
import { applyChanges } from '../steps/apply.ts';
import { Snapshot } from '../steps/snapshot.ts';
import { systemClock } from './clock.ts';
import { runCommand } from './command.ts';
import { connect } from './connect.ts';
import { readRun, type Environment } from './environment.ts';
import { openJournal } from './journal.ts';
import { actionsLogger } from './logger.ts';

/** What an action works with, on the real world; `close` ends its connections. */
export async function openContext(
  inputs: CommonInputs,
  record: ActionRecord,
  environment: Environment,
  signal: AbortSignal,
): Promise<{ readonly context: ActionContext<CommonInputs>; close(): Promise<void> }> {
  const { transport, close } = await openTransport(environment);
  const journal = openJournal(record, environment);
  const side = () =>
    new Snapshot(
      connect({
        host: inputs.host,
        token: inputs.token,
        transport,
        clock: systemClock,
        random: Math.random,
        log: actionsLogger,
        onGitHub: environment['GITHUB_ACTIONS'] === 'true',
      }),
    );
  const destination = side();
  const context: ActionContext<CommonInputs> = {
    inputs,
    record,
    destination,
    source: side(),
    rules: NO_RULES,
    run: readRun(environment),
    log: actionsLogger,
    clock: systemClock,
    random: Math.random,
    signal,
    runCommand,
    environment,
    journal,
    async apply(changes) {
      record.plan(changes);
      if (inputs['dry-run']) return;
      await applyChanges(changes, {
        snapshot: destination,
        journal,
        log: actionsLogger,
        clock: systemClock,
        signal,
      });
    },
  };
  return { context, close };
}
