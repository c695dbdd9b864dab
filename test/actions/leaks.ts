import { encodingsOf } from './secret-encodings.ts';

/** What the runner passes for an input that a step leaves out. */
const LEFT_OUT = 'none';

/** All that a run left behind, and the secrets that it was given or got. */
export interface LeftBehind {
  /** Standard output and standard error. Its `::add-mask::` lines say secrets to the runner, and are no leak. */
  readonly printed: string;
  /** Command files, summary, report: whatever else somebody may read, plain data of any depth. */
  readonly files: unknown;
  /** Secrets that went into the run. */
  readonly given: Iterable<string>;
  /** Secrets that the run got: each must have been masked. */
  readonly received?: Iterable<string>;
  /** Texts that are no secret of the runner's and may stand nowhere all the same, such as the host. */
  readonly withheld?: Iterable<string>;
  /** Secrets that were masked, where that is not printed. */
  readonly masked?: readonly string[];
}

/** Shorter ones stand in any text by chance. */
const SHORTEST = 6;

/** Forms of secrets of any run: a signed token, a token of the emulator, the signature of a URL. */
const TELLTALES = /eyJ[\w-]{8,}\.eyJ[\w-]{8,}|emulator-oauth-\d+|X-Amz-Signature=|Bearer (?!\*)[\w-]{8,}/u;

/**
 * Throws when a secret stands in anything that a run left behind, in any form, or was received and not masked. Every
 * way in which a test runs an action ends here; test/security/harness.test.ts holds that.
 */
export function requireNoLeak(left: LeftBehind): void {
  const masked = [...(left.masked ?? []), ...masksIn(left.printed)];
  const received = [...(left.received ?? [])].filter((secret) => secret.length >= SHORTEST);
  const unmasked = received.filter((secret) => !masked.includes(secret));
  if (unmasked.length > 0) throw new Error(`${unmasked.length} secrets were received and not masked`);
  const text = [withoutMasks(left.printed), ...textsIn(left.files)].join('\n');
  const secrets = new Set([...left.given, ...received, ...masked, ...(left.withheld ?? [])]);
  const leaks = leaksOf(text, [...secrets]);
  if (leaks.length > 0) throw new Error(`A secret leaked: ${leaks.join(', ')}`);
  if (TELLTALES.test(text)) throw new Error('A secret leaked: a text has the form of a token');
}

/** In which forms each secret stands in a text. */
export function leaksOf(text: string, secrets: readonly string[]): string[] {
  return secrets.flatMap((secret, index) =>
    Object.entries(encodingsOf(secret))
      .filter(([, encoded]) => encoded.length >= SHORTEST && text.includes(encoded))
      .map(([encoding]) => `secret ${index + 1} as ${encoding}`),
  );
}

/** A host that knows every secret which it was sent and which it gave away, as an emulator does. */
export interface KeepsSecrets {
  readonly credentials: ReadonlySet<string>;
  readonly handedOut: ReadonlySet<string>;
}

/** Begins to watch a host: answers, when asked, every secret that it was ever sent, and those that it gave away since. */
export function watchSecrets(host: KeepsSecrets | undefined): () => {
  readonly sent: readonly string[];
  readonly received: readonly string[];
} {
  const before = new Set(host?.handedOut);
  return () => ({
    sent: [...(host?.credentials ?? [])],
    received: [...(host?.handedOut ?? [])].filter((secret) => !before.has(secret)),
  });
}

/** Variables of a process that hold secrets, by name; proxies have theirs within an address. */
export function secretsOfEnvironment(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(environment).flatMap(([name, value = '']) => {
    if (/(?:TOKEN|SECRET|PASSWORD|JWT)$/iu.test(name)) return value === LEFT_OUT ? [] : [value];
    return /PROXY$/iu.test(name) && URL.canParse(value) ? [new URL(value).password] : [];
  });
}

/** The values of the masks in a log, as the runner reads them (actions/runner `ActionCommand.cs`). */
export function masksIn(printed: string): string[] {
  return [...printed.matchAll(MASK)].map(([, data = '']) =>
    data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%'),
  );
}

/** Every text in plain data, keys included. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [key, ...textsIn(each)]);
}

const MASK = /^::add-mask::(.*)$/gmu;

function withoutMasks(printed: string): string {
  return printed.replaceAll(MASK, '');
}
