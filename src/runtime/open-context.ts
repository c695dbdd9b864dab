import type { CommonInputs } from '../inputs/common.ts';
import type { ActionContext } from '../actions/contract/context.ts';
import type { ActionRecord } from '../actions/contract/record.ts';
import type { SignIn } from '../auth/port.ts';
import type { Settings } from '../auth/settings.ts';
import type { Caller } from '../domain/privilege.ts';
import type { RequestBudget } from '../domain/ports.ts';
import { retryFor, type RetryPolicy } from '../domain/retry-policy.ts';
import { NO_RULES } from '../policy-file/rules.ts';
import type { HostMetadataMemo } from '../http/host-metadata.ts';
import { openTransport, timeoutsFor } from '../http/transport.ts';
import { applyChanges } from '../apply/apply.ts';
import { Snapshot } from '../facts/snapshot.ts';
import { MlflowWorkspace } from '../registry/mlflow/workspace.ts';
import type { Registry, RegistryKind } from '../registry/port.ts';
import type { Cancellation } from './cancel.ts';
import { connect } from './connect.ts';
import { describeConnection } from './connection.ts';
import { openSignIn, signInSettings, type OpenSignIn, type SignInParts } from './sign-in.ts';
import { readRun, storageEndpoints } from './environment.ts';
import { gitHubOf } from './open-github.ts';
import { openJournal } from './journal.ts';
import type { RedactingRunner } from './host-redactor.ts';

/** What is to be connected to, and what ends it. */
export interface ContextParts {
  readonly cancel: Cancellation;
  readonly registry: RegistryKind;
  /** How to sign in to the workspace of the source, where it is another one. */
  readonly source: Settings | undefined;
  /** What hosts said of themselves so far. */
  readonly metadata: HostMetadataMemo;
  /** Takes at once what is to be ended, whatever happens then. */
  readonly onClose: (close: () => Promise<void>) => void;
}

/** What an action works with, on the real world. */
export async function openContext(
  inputs: CommonInputs,
  record: ActionRecord,
  runner: RedactingRunner,
  { cancel, registry, source, metadata, onClose }: ContextParts,
): Promise<ActionContext<CommonInputs>> {
  const { environment, clock, random, log, runCommand, checkCommand } = runner;
  const ended = new AbortController();
  onClose(async () => ended.abort());
  const { transport, close } = await openTransport(environment, timeoutsFor(inputs['response-timeout']));
  onClose(close);
  const { signal } = cancel;
  const workspace = registry === 'mlflow' ? MlflowWorkspace.of(environment) : undefined;
  const journal = openJournal(record, runner, { dryRun: inputs['dry-run'] });
  const world: SideWorld = {
    runner,
    registry,
    workspace,
    retry: retryFor(inputs['response-timeout']),
    transport,
    metadata,
    signal: AbortSignal.any([ended.signal, signal]),
    writeSignal: AbortSignal.any([ended.signal, cancel.writeSignal]),
    onClose,
  };
  const settings = signInSettings(environment);
  const [opened, elsewhere] = await Promise.all([
    openSide(settings, world, source === undefined ? undefined : 'host'),
    source === undefined ? undefined : openSide(source, world, 'source-host'),
  ]);
  record.registry = registry;
  if (registry !== 'databricks') record.fact('Registry', registry);
  if (workspace !== undefined) record.fact('Workspace of the server', workspace.name);
  if (elsewhere !== undefined) noteSignIn(record, 'Source read as', elsewhere);
  noteSignIn(record, 'Signed in as', opened, (caller) => (record.caller = caller));
  const destination = new Snapshot(opened.openRegistry(), clock);
  record.commands = destination.registry.commands;
  return {
    inputs,
    record,
    destination,
    source:
      elsewhere === undefined
        ? new Snapshot(opened.openRegistry(), clock, destination)
        : new Snapshot(elsewhere.openRegistry(), clock),
    hasOwnSource: elsewhere !== undefined,
    openRegistry: opened.openRegistry,
    openGitHub: (token) =>
      gitHubOf(environment, { token, transport, clock, random, log, signal: world.signal }),
    connection: describeConnection(opened.opened, environment),
    rules: NO_RULES,
    run: readRun(environment),
    log,
    clock,
    random,
    signal,
    runCommand,
    checkCommand,
    environment,
    journal,
    async apply(changes, alongside) {
      journal.plan(changes);
      if (inputs['dry-run']) return;
      await applyChanges(changes, { snapshot: destination, journal, log, clock, random, signal }, alongside);
    },
  };
}

/** What the connections of both sides share. */
interface SideWorld extends SignInParts {
  readonly runner: RedactingRunner;
  readonly registry: RegistryKind;
  readonly workspace: MlflowWorkspace | undefined;
  readonly retry: RetryPolicy;
  readonly writeSignal: AbortSignal;
}

/** A workspace that is signed in to by credentials of its own. */
interface OpenSide {
  readonly opened: OpenSignIn;
  readonly openRegistry: (budget?: RequestBudget) => Registry;
  /** Called with whoever the workspace says that the caller is. */
  onCaller: (caller: Caller) => void;
}

async function openSide(
  settings: Settings,
  world: SideWorld,
  input: 'host' | 'source-host' | undefined,
): Promise<OpenSide> {
  const { runner, registry, workspace, retry, transport, signal, writeSignal } = world;
  const { clock, random, log } = runner;
  const opened = await openSignIn(runner, settings, world, registry);
  const { host, signIn } = opened;
  runner.redactor.add(host.origin);
  const side: OpenSide = {
    opened,
    onCaller: () => {},
    openRegistry: (budget) =>
      connect({
        kind: registry,
        host,
        signIn,
        retry,
        transport,
        clock,
        random,
        log,
        userAgent: opened.world.userAgent(signIn.method),
        mask: opened.world.mask,
        signal,
        writeSignal,
        onCaller: (caller) => side.onCaller(caller),
        endpoints: storageEndpoints(runner.environment),
        ...(input === undefined ? {} : { input }),
        ...(workspace === undefined ? {} : { workspace }),
        ...(budget === undefined ? {} : { budget }),
      }),
  };
  return side;
}

/** Notes how a side is signed in to, and as whom once its workspace has said it. */
function noteSignIn(
  record: ActionRecord,
  label: string,
  side: OpenSide,
  report: (caller: Caller) => void = () => {},
): void {
  const { signIn }: { readonly signIn: SignIn } = side.opened;
  const index = record.facts.length;
  const note = (value: string) => {
    record.facts[index] = { label, value, note: signIn.method };
  };
  note(signIn.client ?? 'who the credential belongs to');
  side.onCaller = (caller) => {
    const { principal, displayName } = caller;
    report(caller);
    note(
      displayName === undefined || displayName === principal ? principal : `${principal} (${displayName})`,
    );
  };
}
