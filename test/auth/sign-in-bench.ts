import { onTestFinished } from 'vitest';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../emulator/index.ts';
import type { RunTool, SignIn, SignInWorld } from '../../src/auth/port.ts';
import { faultText } from '../../src/domain/input-fault.ts';
import { openTransport } from '../../src/http/transport.ts';
import type { Machine } from '../../src/runtime/machine.ts';
import { signInFaults, signInSettings } from '../../src/runtime/sign-in-settings.ts';
import { openSignIn } from '../../src/runtime/sign-in.ts';
import type { Clock } from '../../src/domain/ports.ts';
import { recordingRunner, requireNoLeakOf, type Seen } from '../actions/recording-runner.ts';
import { PROMOTER } from '../../emulator/seeds/demo-models.ts';

export const SUBJECT = 'repo:acme/models:environment:prod';
export const ISSUER = 'https://token.actions.githubusercontent.com';

/** An emulator with the demo's world; it closes when the test ends. */
export async function emulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const started = await startEmulator({ seed: 'demo', ...options });
  onTestFinished(() => started.close());
  return started;
}

/** A sign-in under test, and everything that the runner was told meanwhile. */
export interface Bench {
  readonly signIn: SignIn;
  readonly world: SignInWorld;
  readonly seen: Seen;
  readonly clock: Clock & { pass(ms: number): void };
}

/**
 * Opens a sign-in from variables and inputs (`INPUT_…`), as an action does, at a moment, in milliseconds since the
 * epoch; the test fails when a secret leaked.
 */
export async function open(
  environment: Readonly<Record<string, string>>,
  {
    at = Date.now(),
    ...options
  }: { readonly runTool?: RunTool; readonly at?: number; readonly machine?: Machine } = {},
): Promise<Bench> {
  const { runner, seen } = recordingRunner({ environment });
  onTestFinished(() => requireNoLeakOf(seen, environment));
  const { transport, close } = await openTransport({});
  onTestFinished(close);
  let ahead = at - Date.now();
  const clock = {
    now: () => Date.now() + ahead,
    async sleep(ms: number) {
      ahead += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
    pass(ms: number) {
      ahead += ms;
    },
  };
  const parts = {
    transport,
    signal: new AbortController().signal,
    onClose: (end: () => Promise<void>) => onTestFinished(end),
  };
  const { signIn, world } = await openSignIn(
    { ...runner, clock, ...options },
    signInSettings(environment),
    parts,
    'databricks',
  );
  return { signIn, world, seen, clock };
}

/** What would be reported as faults of the inputs, one line each. */
export function faultsOf(environment: Readonly<Record<string, string>>): string[] {
  return signInFaults(signInSettings(environment), 'databricks').map(faultText);
}

/** The variables of a job that may ask for ID tokens. */
export function jobVariables(host: Emulator, subject = SUBJECT, issuer = ISSUER): Record<string, string> {
  return {
    DATABRICKS_HOST: host.url,
    ACTIONS_ID_TOKEN_REQUEST_URL: `${host.url}/github-oidc/idtoken?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: host.metastore.allowIdTokens(subject, { issuer }),
  };
}

/** A policy that accepts {@link jobVariables}. */
export function acceptJob(
  host: Emulator,
  changes: Partial<{ subject: string; issuer: string; audiences: string[] }> = {},
): void {
  host.metastore.addFederationPolicy({
    principal: PROMOTER,
    issuer: ISSUER,
    audiences: [],
    subject: SUBJECT,
    ...changes,
  });
}

/** Who the token of an `Authorization` header belongs to. */
export function principalOf(host: Emulator, headers: Readonly<Record<string, string>>): string | undefined {
  const token = /^Bearer (\S+)$/u.exec(headers['authorization'] ?? '')?.[1] ?? '';
  return host.metastore.state.tokens.get(token)?.principal;
}

/** The requests for tokens that an emulator saw: method, path, form without secrets, scheme of authentication. */
export function tokenRequests(host: Emulator): unknown[] {
  return host.requests
    .filter(({ path }) => path.endsWith('/token') || path.endsWith('/idtoken'))
    .map(({ method, path, query, json, scheme, status }) => ({
      call: `${method} ${path}`,
      scheme: scheme ?? 'none',
      ...(method === 'GET' ? { query } : { form: json }),
      status,
    }));
}
