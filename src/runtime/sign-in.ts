import { readFile } from 'node:fs/promises';
import { chooseMethod } from '../auth/choice.ts';
import { readProfile } from '../auth/profile.ts';
import type { SignIn, SignInWorld } from '../auth/port.ts';
import type { Settings, SignInMethod } from '../auth/settings.ts';
import { signInBy } from '../auth/sign-in.ts';
import { trackingServer } from '../auth/tracking-server.ts';
import { unsendableToServer } from '../auth/unsendable.ts';
import { invalidInputs, messageOf } from '../domain/errors.ts';
import { PRODUCT } from '../domain/product.ts';
import { parseHost, type Host } from '../http/host.ts';
import { HostMetadataMemo } from '../http/host-metadata.ts';
import { openTransport, type Transport } from '../http/transport.ts';
import type { RegistryKind } from '../registry/table.ts';
import { runTool } from './command.ts';
import type { Environment } from './environment.ts';
import { configFile, systemName, thisMachine, type Machine } from './machine.ts';
import type { Runner } from './runner.ts';
import { hostFaults, needsNoSignIn } from './sign-in-settings.ts';
import { systemOf } from './system/choose.ts';

/** A workspace, and the way to sign in to it that all its connections share. */
export interface OpenSignIn {
  readonly host: Host;
  /** What was set for it, completed by a profile. */
  readonly settings: Settings;
  readonly signIn: SignIn;
  readonly world: SignInWorld;
}

/** What a sign-in works with beside the runner. */
export interface SignInParts {
  readonly transport: Transport;
  /** What hosts said of themselves so far; default: nothing. */
  readonly metadata?: HostMetadataMemo;
  /** Ends every request when the action has ended. */
  readonly signal: AbortSignal;
  /** Takes what is to be closed at the end. */
  readonly onClose: (close: () => Promise<void>) => void;
}

/** Chooses host and method; a profile is read only when one is named. Requests nothing. */
export async function openSignIn(
  runner: Pick<Runner, 'environment' | 'clock' | 'random' | 'log' | 'mask' | 'runTool' | 'machine'>,
  settings: Settings,
  { transport, signal, onClose, metadata = new HostMetadataMemo(runner.clock) }: SignInParts,
  registry: RegistryKind,
): Promise<OpenSignIn> {
  const { environment, clock, random, log, machine = thisMachine } = runner;
  const complete = await withProfile(settings, environment, machine);
  const choice = needsNoSignIn(registry, complete) ? undefined : chooseMethod(complete);
  const host = parseHost(complete.get('host') ?? '');
  const faults = [
    ...hostFaults(complete),
    ...(host.ok || complete.get('host') === undefined ? [] : [{ input: settings.input('host'), ...host }]),
    ...(choice === undefined ? unsendableToServer(complete) : choice.ok ? [] : choice.faults),
  ];
  if (!host.ok || choice?.ok === false || faults.length > 0) throw invalidInputs(faults);
  for (const secret of complete.secrets()) runner.mask(secret);
  const { GITHUB_REPOSITORY_ID: id, GITHUB_REPOSITORY_OWNER_ID: ownerId } = environment;
  const { agent } = systemOf(environment);
  const world: SignInWorld = {
    transport,
    metadata,
    clock,
    random,
    log,
    signal,
    mask: (secret) => runner.mask(secret),
    runTool: runner.runTool ?? runTool,
    readFile: (path) => readOwnFile(path, complete.input('oidcTokenFile')),
    userAgent: (method) => userAgent(method, agent, machine),
    async direct() {
      const opened = await openTransport({});
      onClose(opened.close);
      return opened.transport;
    },
    repository: { ...(id === undefined ? {} : { id }), ...(ownerId === undefined ? {} : { ownerId }) },
  };
  const signIn =
    choice === undefined
      ? trackingServer(complete.get('token'))
      : signInBy(world, choice.method, host.value, complete);
  return { host: host.value, settings: complete, signIn, world };
}

async function withProfile(
  settings: Settings,
  environment: Environment,
  machine: Machine,
): Promise<Settings> {
  const profile = settings.get('profile');
  if (profile === undefined) return settings;
  const path = configFile(settings.get('configFile'), environment, machine);
  const input = settings.input('profile');
  return settings.withProfile(profile, readProfile(await readOwnFile(path, input), profile, input));
}

async function readOwnFile(path: string, input: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const problem = `it names a file that cannot be read: ${messageOf(error)}`;
    const fix = 'Write the file before this step, in a place and with permissions that let the step read it.';
    throw invalidInputs([{ input, problem, fix }], { cause: error });
  }
}

/** By the convention of the official SDKs (auth-and-http §7), without claiming to be one. */
export function userAgent(
  method: SignInMethod,
  agent: string | undefined,
  machine: Pick<Machine, 'platform'> = thisMachine,
): string {
  const parts = [
    `${PRODUCT.name}/${PRODUCT.version}`,
    `node/${process.versions.node}`,
    `os/${systemName(machine)}`,
    `auth/${method}`,
    ...(agent === undefined ? [] : [`cicd/${agent}`]),
  ];
  return parts.join(' ');
}
