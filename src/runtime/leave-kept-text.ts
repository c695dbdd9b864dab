import { hasCode, messageOf } from '../domain/errors.ts';
import { DEFAULT_RETRY } from '../domain/retry-policy.ts';
import type { GitHub } from '../github/port.ts';
import { openTransport } from '../http/transport.ts';
import type { Environment } from './environment.ts';
import { gitHubOf } from './open-github.ts';
import type { RedactingRunner } from './redactor.ts';

/** A run waits for GitHub no longer than this to keep a text, milliseconds. */
const RETRY = { ...DEFAULT_RETRY, budget: 60_000 };

/** Variables and inputs that say where the workspace is, the first one that is given. */
const WORKSPACE_INPUTS = ['host', 'profile'] as const;
const WORKSPACE_VARIABLES = ['DATABRICKS_HOST', 'DATABRICKS_CONFIG_PROFILE'] as const;

/** The run whose page is shown. */
export interface ShowingRun {
  readonly action: string;
  /** The inputs that are given, as texts. */
  readonly raw: Readonly<Record<string, string>>;
  readonly runner: RedactingRunner;
  readonly signal: AbortSignal;
}

/** A text that GitHub keeps: how it is called in a sentence, where it is, and the right that writing it needs. */
export interface KeptKind {
  readonly name: string;
  readonly where: string;
  readonly right: string;
}

/** Has GitHub keep a text of a run. It is for people: where it cannot be written, a warning says why. */
export async function leaveKeptText(
  { name, where, right }: KeptKind,
  { raw, runner, signal }: ShowingRun,
  write: (github: GitHub) => Promise<string>,
): Promise<void> {
  const { environment, clock, random, log, system } = runner;
  const token = raw['github-token'];
  // That it is missing is a fault of the inputs.
  if (token === undefined) return;
  if (system.name !== 'github') {
    log.warning(`There is no ${name} ${where}: this is not a run of a GitHub workflow.`);
    return;
  }
  try {
    const { transport, close } = await openTransport(environment);
    try {
      log.info(
        await write(gitHubOf(environment, { token, transport, clock, random, log, signal, retry: RETRY })),
      );
    } finally {
      await close();
    }
  } catch (error) {
    log.warning(`The ${name} ${where} could not be written: ${messageOf(error)}${fixOf(error, right)}`);
  }
}

/** Where the workspace of a run is, as far as its inputs and variables say it. */
export function workspaceIn(raw: Readonly<Record<string, string>>, environment: Environment): string {
  const given = [
    ...WORKSPACE_INPUTS.map((name) => raw[name]),
    ...WORKSPACE_VARIABLES.map((name) => environment[name]),
  ];
  return given.find((text) => text !== undefined && text !== '') ?? '';
}

function fixOf(error: unknown, right: string): string {
  return hasCode(error, 'permission-denied', 'not-found', 'unauthenticated')
    ? ` Add "permissions: ${right}" to the job. The token of a pull request from a fork may only read; the summary of the run has the same page.`
    : '';
}
