import type { CommonInputs } from '../inputs/common.ts';
import type { ActionContext } from '../actions/contract/context.ts';
import type { ActionRecord } from '../actions/contract/record.ts';
import type { SignIn } from '../auth/port.ts';
import type { Settings, Side } from '../auth/settings.ts';
import type { Caller } from '../domain/privilege.ts';
import { once } from '../domain/once.ts';
import type { RequestBudget } from '../domain/ports.ts';
import { retryFor, type RetryPolicy } from '../domain/retry-policy.ts';
import type { HostMetadataMemo } from '../http/host-metadata.ts';
import { openTransport, timeoutsFor } from '../http/transport.ts';
import type { ApplyContext } from '../apply/context.ts';
import { Snapshot } from '../facts/snapshot.ts';
import type { RegistryDriver, ServerPart } from '../registry/definition.ts';
import type { Registry } from '../registry/port.ts';
import { REGISTRIES, type RegistryKind } from '../registry/table.ts';
import type { Cancellation } from './cancel.ts';
import { connect } from './connect.ts';
import { describeConnection } from './connection.ts';
import { makeOwnFolder } from './own-folder.ts';
import { plannedRegistry } from './registry-place.ts';
import { openSignIn, type OpenSignIn, type SignInParts } from './sign-in.ts';
import { storageEndpoints } from './environment.ts';
import { openFolder, readFolder } from './read-folder.ts';
import { productFiles } from './product-files.ts';
import { readJobEnvironment } from './job-environment.ts';
import { readText } from './read-text.ts';
import { readRepositoryEvent, readSender } from './event.ts';
import { gitHubOf } from './open-github.ts';
import { openJournal } from './journal.ts';
import type { RedactingRunner } from './redactor.ts';

/** What is to be connected to, and what ends it. */
export interface ContextParts {
  readonly cancel: Cancellation;
  readonly registry: RegistryKind;
  /** How to sign in to what is written to. */
  readonly destination: Settings;
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
  { cancel, registry, destination: settings, source, metadata, onClose }: ContextParts,
): Promise<Opened> {
  const { environment, clock, random, log, runCommand, checkCommand } = runner;
  const ended = new AbortController();
  onClose(async () => ended.abort());
  const { transport, close } = await openTransport(environment, timeoutsFor(inputs['response-timeout']));
  onClose(close);
  const { signal } = cancel;
  const driver = await REGISTRIES[registry].load();
  const part = driver.part?.(environment);
  const journal = openJournal(record, runner, { dryRun: inputs['dry-run'] === true });
  const world: SideWorld = {
    runner,
    registry,
    driver,
    part,
    retry: retryFor(inputs['response-timeout']),
    transport,
    metadata,
    hasTwoSides: source !== undefined,
    signal: AbortSignal.any([ended.signal, signal]),
    writeSignal: AbortSignal.any([ended.signal, cancel.writeSignal]),
    onClose,
  };
  const [opened, elsewhere] = await Promise.all([
    openSide(settings, world),
    source === undefined ? undefined : openSide(source, world),
  ]);
  record.method = opened.opened.signIn.method;
  if (part !== undefined) record.fact('Workspace of the server', part.name);
  const link = (key: Side, side: OpenSide, caller?: Caller) => {
    const { host, signIn } = side.opened;
    const pages = driver.pages?.(caller?.workspaceId ?? signIn.stated?.workspace?.value);
    if (!inputs['workspace-url'] || pages === undefined) return;
    record.workspaces = { ...record.workspaces, [key]: { origin: host.origin, pages } };
  };
  link('destination', opened);
  if (elsewhere !== undefined) {
    link('source', elsewhere);
    noteSignIn(record, 'Source read as', elsewhere, (caller) => link('source', elsewhere, caller));
  }
  noteSignIn(record, 'Signed in as', opened, (caller) => {
    record.caller = caller;
    link('destination', opened, caller);
  });
  const registryOfDestination = opened.openRegistry();
  const destination = new Snapshot(registryOfDestination, clock);
  record.commands = destination.registry.commands;
  record.again = runner.callAgain;
  const run = runner.system.run(environment);
  const context: ActionContext<CommonInputs> = {
    inputs,
    record,
    destination,
    source:
      elsewhere === undefined
        ? new Snapshot(opened.openRegistry(), clock, destination)
        : new Snapshot(elsewhere.openRegistry(), clock),
    hasOwnSource: elsewhere !== undefined,
    readSender: () => readSender(environment),
    event: environment['GITHUB_EVENT_NAME'],
    readEvent: () => readRepositoryEvent(environment),
    jobEnvironment: once(() => readJobEnvironment(settings, opened.opened.world)),
    openRegistry: opened.openRegistry,
    openGitHub: (token) =>
      gitHubOf(environment, { token, transport, clock, random, log, signal: world.signal }),
    readText,
    readProduct: () => productFiles(runner.started),
    readFolder,
    makeFolder: () => makeOwnFolder(environment, (name, value) => runner.saveState(name, value)),
    openFolder,
    connection: describeConnection(opened.opened, environment),
    plannedRegistry: async () =>
      plannedRegistry({ kind: registry, host: opened.opened.host, part }, await destination.caller(), run),
    run,
    log,
    clock,
    random,
    signal,
    runCommand,
    checkCommand,
    environment,
  };
  return {
    context,
    apply: {
      snapshot: destination,
      writer: registryOfDestination,
      journal,
      log,
      warn: (check, finding) => record.warn(check, finding),
      clock,
      random,
      signal,
      author: run,
    },
  };
}

/** What an action works with, and what its plan is applied with. */
export interface Opened {
  readonly context: ActionContext<CommonInputs>;
  readonly apply: ApplyContext;
}

/** What the connections of both sides share. */
interface SideWorld extends SignInParts {
  readonly runner: RedactingRunner;
  readonly registry: RegistryKind;
  readonly driver: RegistryDriver;
  readonly part: ServerPart | undefined;
  readonly retry: RetryPolicy;
  /** Whether the source is elsewhere, so that errors name the host that they are of. */
  readonly hasTwoSides: boolean;
  readonly writeSignal: AbortSignal;
}

/** A workspace that is signed in to by credentials of its own. */
interface OpenSide {
  readonly opened: OpenSignIn;
  readonly openRegistry: (budget?: RequestBudget) => Registry;
  /** Called with whoever the workspace says that the caller is. */
  onCaller: (caller: Caller) => void;
}

async function openSide(settings: Settings, world: SideWorld): Promise<OpenSide> {
  const { runner, registry, driver, part, retry, hasTwoSides, transport, signal, writeSignal } = world;
  const { clock, random, log } = runner;
  const opened = await openSignIn(runner, settings, world, registry);
  const { host, signIn } = opened;
  runner.redactor.addHost(host.origin);
  const side: OpenSide = {
    opened,
    onCaller: () => {},
    openRegistry: (budget) =>
      connect({
        driver,
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
        ...(hasTwoSides ? { input: settings.input('host') } : {}),
        ...(part === undefined ? {} : { part }),
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
  report: (caller: Caller) => void,
): void {
  const { signIn }: { readonly signIn: SignIn } = side.opened;
  const index = record.facts.length;
  const note = (value: string) => {
    record.facts[index] = { label, value, note: signIn.method };
  };
  note(signIn.client ?? 'the owner of the credential');
  side.onCaller = (caller) => {
    const { principal, displayName } = caller;
    report(caller);
    note(
      displayName === undefined || displayName === principal ? principal : `${principal} (${displayName})`,
    );
  };
}
