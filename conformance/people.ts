import { ATTRIBUTES, type Attribute } from '../src/auth/settings.ts';
import type { SignIn } from '../src/auth/port.ts';
import type { Clock, Logger, Random } from '../src/domain/ports.ts';
import type { Caller } from '../src/domain/privilege.ts';
import type { Transport } from '../src/http/transport.ts';
import { REGISTRIES, type RegistryKind } from '../src/registry/table.ts';
import { connect } from '../src/runtime/connect.ts';
import { storageEndpoints, type Environment } from '../src/runtime/environment.ts';
import { signInSettings } from '../src/runtime/sign-in-settings.ts';
import { openSignIn, userAgent } from '../src/runtime/sign-in.ts';
import { rawCaller, type Call } from './call.ts';
import { fencedTransport, type Exchange } from './fence/transport.ts';
import type { Scope } from './scope.ts';
import type { Redactor } from './redactor.ts';
import type { Person } from './row-context.ts';

const SECOND = 'SECOND_';
const EXPIRED = 'EXPIRED_DATABRICKS_TOKEN';

/** What people are made of. */
export interface PeopleParts {
  readonly kind: RegistryKind;
  readonly scope: Scope;
  readonly environment: Environment;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly redactor: Redactor;
  /** Ends what rows do; cleaning up is not ended. */
  readonly signal: AbortSignal;
  readonly onExchange: (person: 'first' | 'second' | 'expired', exchange: Exchange) => void;
  readonly onClose: (close: () => Promise<void>) => void;
}

/** The people of a run, and their calls for cleaning up, which no interruption ends. */
export interface People {
  readonly host: string;
  readonly first: Person;
  readonly second?: Person;
  readonly expired?: Call;
  readonly cleaners: readonly Call[];
}

/** Signs the principals in, each in the way that the actions do, and asks who they are. */
export async function openPeople(parts: PeopleParts): Promise<People> {
  const { environment, redactor } = parts;
  const first = await openPerson(parts, environment, 'first');
  const hasSecond = parts.kind === 'databricks' && Object.keys(environment).some(isOfSecond);
  const second = hasSecond ? await openPerson(parts, environmentOfSecond(environment), 'second') : undefined;
  const expired = environment[EXPIRED];
  if (expired !== undefined) redactor.add(expired, '(secret)');
  const headers = async () => ({ authorization: `Bearer ${expired ?? ''}` });
  return {
    host: first.host,
    first: first.person,
    cleaners: [first, ...(second === undefined ? [] : [second])].map(({ cleaner }) => cleaner),
    ...(second === undefined ? {} : { second: second.person }),
    ...(expired === undefined ? {} : { expired: callerFor(parts, first.host, { headers }, 'expired') }),
  };
}

const SECRETS = ['token', 'clientSecret', 'azureClientSecret'] as const;

interface Opened {
  readonly host: string;
  readonly person: Person;
  readonly cleaner: Call;
}

async function openPerson(
  parts: PeopleParts,
  environment: Environment,
  who: 'first' | 'second',
): Promise<Opened> {
  const { kind, transport, clock, random, signal, redactor, onClose } = parts;
  const log: Logger = { info: () => {}, debug: () => {}, warning: () => {} };
  const mask = (secret: string) => redactor.add(secret, '(secret)');
  const settings = signInSettings(environment);
  for (const secret of settings.secrets()) mask(secret);
  for (const name of SECRETS) mask(settings.get(name) ?? '');
  // Signing in is not ended by an interruption: cleaning up may need a token.
  const uninterrupted = new AbortController().signal;
  const runner = { environment, clock, random, log, mask };
  const opened = await openSignIn(runner, settings, { transport, signal: uninterrupted, onClose }, kind);
  const { origin } = opened.host;
  redactor.add(origin, '(host)');
  redactor.add(new URL(origin).hostname, '(host)');
  const { signIn } = opened;
  const registry = connect({
    driver: await REGISTRIES[kind].load(),
    host: opened.host,
    signIn,
    transport: fenced(parts, origin, who),
    clock,
    random,
    log,
    userAgent: userAgent(signIn.method, undefined),
    signal,
    writeSignal: uninterrupted,
    endpoints: storageEndpoints(environment),
    mask,
  });
  const caller = kind === 'mlflow' ? NOBODY : await registry.getCaller();
  withholdCaller(redactor, caller);
  const person = { registry, caller, call: callerFor(parts, origin, signIn, who, signal) };
  return { host: origin, person, cleaner: callerFor(parts, origin, signIn, who) };
}

/** An MLflow server knows no callers. */
const NOBODY: Caller = { principal: '', alsoKnownAs: [], kind: 'user', groups: [] };

function withholdCaller(redactor: Redactor, caller: Caller): void {
  for (const name of caller.alsoKnownAs) redactor.add(name, '(caller)');
  if (caller.displayName !== undefined) redactor.add(caller.displayName, '(caller)');
  if (caller.workspaceId !== undefined) redactor.add(caller.workspaceId, '(workspace)');
  for (const group of caller.groups) redactor.add(group, '(group)');
}

function callerFor(
  parts: PeopleParts,
  origin: string,
  signIn: Pick<SignIn, 'headers'>,
  who: 'first' | 'second' | 'expired',
  signal?: AbortSignal,
): Call {
  return rawCaller({
    origin,
    transport: fenced(parts, origin, who),
    signIn,
    clock: parts.clock,
    userAgent: userAgent('pat', undefined),
    ...(signal === undefined ? {} : { signal }),
  });
}

function fenced(parts: PeopleParts, origin: string, who: 'first' | 'second' | 'expired'): Transport {
  const { transport, scope } = parts;
  return fencedTransport({
    transport,
    origin,
    scope,
    endpoints: storageEndpoints(parts.environment),
    onExchange: (exchange) => parts.onExchange(who, exchange),
  });
}

const VARIABLES = new Set<string>(
  Object.values(ATTRIBUTES).flatMap(({ variables }: Attribute) => [...variables]),
);

function isOfSecond(name: string): boolean {
  return name.startsWith(SECOND) && VARIABLES.has(name.slice(SECOND.length));
}

/** The variables of the second principal under their plain names; of the first one's only the host. */
function environmentOfSecond(environment: Environment): Environment {
  const shared = Object.entries(environment).filter(
    ([name]) => !VARIABLES.has(name) || name === 'DATABRICKS_HOST',
  );
  const own = Object.entries(environment)
    .filter(([name]) => isOfSecond(name))
    .map(([name, value]) => [name.slice(SECOND.length), value] as const);
  return Object.fromEntries([...shared, ...own]);
}
