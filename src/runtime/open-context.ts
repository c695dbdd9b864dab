import type { CommonInputs } from '../actions/common.ts';
import type { ActionContext } from '../actions/context.ts';
import type { ActionRecord } from '../actions/record.ts';
import type { SignIn } from '../auth/port.ts';
import type { Caller } from '../domain/privilege.ts';
import type { RequestBudget } from '../domain/ports.ts';
import { NO_RULES } from '../domain/rules.ts';
import { openTransport } from '../http/transport.ts';
import { applyChanges } from '../steps/apply.ts';
import { Snapshot } from '../steps/snapshot.ts';
import type { RegistryKind } from '../registry/port.ts';
import type { Cancellation } from './cancel.ts';
import { connect } from './connect.ts';
import { describeConnection } from './connection.ts';
import { openSignIn, signInSettings } from './sign-in.ts';
import { readRun } from './environment.ts';
import { gitHubOf } from './open-github.ts';
import { openJournal } from './journal.ts';
import type { DiscreetRunner } from './withheld-hosts.ts';

/** What an action works with, on the real world; `onClose` takes at once what is to be ended, whatever happens then. */
export async function openContext(
  inputs: CommonInputs,
  record: ActionRecord,
  runner: DiscreetRunner,
  cancel: Cancellation,
  registry: RegistryKind,
  onClose: (close: () => Promise<void>) => void,
): Promise<ActionContext<CommonInputs>> {
  const { environment, clock, random, log, runCommand } = runner;
  const ended = new AbortController();
  onClose(async () => ended.abort());
  const { transport, close } = await openTransport(environment);
  onClose(close);
  const { signal } = cancel;
  const going = AbortSignal.any([ended.signal, signal]);
  const journal = openJournal(record, runner);
  const settings = signInSettings(environment);
  const parts = { transport, signal: going, onClose };
  const opened = await openSignIn(runner, settings, parts, registry);
  const { host, signIn, world } = opened;
  runner.withheld.add(host.origin);
  record.registry = registry;
  if (registry !== 'databricks') record.fact('Registry', registry);
  const noteSignIn = signInFact(record, signIn);
  const openRegistry = (budget?: RequestBudget) =>
    connect({
      kind: registry,
      host,
      signIn,
      transport,
      clock,
      random,
      log,
      userAgent: world.userAgent(signIn.method),
      signal: going,
      writeSignal: AbortSignal.any([ended.signal, cancel.writeSignal]),
      onCaller: noteSignIn,
      ...(budget === undefined ? {} : { budget }),
    });
  const destination = new Snapshot(openRegistry(), clock);
  record.byHand = destination.registry.byHand;
  return {
    inputs,
    record,
    destination,
    source: new Snapshot(openRegistry(), clock),
    openRegistry,
    openGitHub: (token) => gitHubOf(environment, { token, transport, clock, random, log, signal: going }),
    connection: describeConnection(opened, environment),
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
}

/** Notes how the action signs in, and as whom once the workspace has said it. */
function signInFact(record: ActionRecord, signIn: SignIn): (caller: Caller) => void {
  const index = record.facts.length;
  const note = (value: string) => {
    record.facts[index] = { label: 'Signed in as', value, note: signIn.method };
  };
  note(signIn.client ?? 'who the credential belongs to');
  return (caller) => {
    const { principal, displayName } = caller;
    record.caller = caller;
    note(
      displayName === undefined || displayName === principal ? principal : `${principal} (${displayName})`,
    );
  };
}
