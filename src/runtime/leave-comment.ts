import { keepComment } from '../actions/parts/pull-request-comment.ts';
import { hasCode, messageOf } from '../domain/errors.ts';
import { DEFAULT_RETRY } from '../domain/retry-policy.ts';
import { openTransport } from '../http/transport.ts';
import { renderKept } from '../report/comment.ts';
import type { SummaryDocument } from '../report/document.ts';
import type { Environment } from './environment.ts';
import { readEvent } from './event.ts';
import { gitHubOf } from './open-github.ts';
import type { RedactingRunner } from './redactor.ts';

/** A run waits for the comment no longer than this, milliseconds. */
const RETRY = { ...DEFAULT_RETRY, budget: 60_000 };

/** Variables and inputs that say where the workspace is, the first one that is given. */
const WORKSPACE_INPUTS = ['host', 'profile'] as const;
const WORKSPACE_VARIABLES = ['DATABRICKS_HOST', 'DATABRICKS_CONFIG_PROFILE'] as const;

/** The run whose page is shown. */
export interface CommentingRun {
  readonly action: string;
  /** The inputs that are given, as texts. */
  readonly raw: Readonly<Record<string, string>>;
  readonly runner: RedactingRunner;
  readonly signal: AbortSignal;
}

/** Shows the page of a run in one comment on its pull request. It is for people: where it cannot be written, a warning says why. */
export async function leaveComment(document: SummaryDocument, run: CommentingRun): Promise<void> {
  const { log, system } = run.runner;
  const token = run.raw['github-token'];
  // That it is missing is a fault of the inputs.
  if (token === undefined) return;
  if (system.name !== 'github') {
    log.warning('There is no comment on a pull request: this is not a run of a GitHub workflow.');
    return;
  }
  try {
    log.info(await comment(document, token, run));
  } catch (error) {
    log.warning(`The comment on the pull request could not be written: ${messageOf(error)}${fixOf(error)}`);
  }
}

async function comment(
  document: SummaryDocument,
  token: string,
  { action, raw, runner, signal }: CommentingRun,
): Promise<string> {
  const { environment, clock, random, log, system } = runner;
  const event = await readEvent(environment);
  if (typeof event === 'string')
    return `No comment on a pull request: the event of the run cannot be read: ${event}`;
  const job = environment['GITHUB_JOB'] ?? '';
  const { transport, close } = await openTransport(environment);
  try {
    const github = gitHubOf(environment, { token, transport, clock, random, log, signal, retry: RETRY });
    const result = await keepComment(
      github,
      {
        ...system.run(environment),
        job,
        action,
        raw,
        workspace: workspaceIn(raw, environment),
        pull: event.pull,
        isPush: environment['GITHUB_EVENT_NAME'] === 'push',
      },
      (marker) => renderKept(document, { marker, job: job === '' ? undefined : job }),
    );
    return 'none' in result
      ? `No comment on a pull request: ${result.none}.`
      : `Comment on pull request #${result.number}: ${result.did} (${result.page ?? ''}).`;
  } finally {
    await close();
  }
}

function workspaceIn(raw: Readonly<Record<string, string>>, environment: Environment): string {
  const given = [
    ...WORKSPACE_INPUTS.map((name) => raw[name]),
    ...WORKSPACE_VARIABLES.map((name) => environment[name]),
  ];
  return given.find((text) => text !== undefined && text !== '') ?? '';
}

function fixOf(error: unknown): string {
  return hasCode(error, 'permission-denied', 'not-found', 'unauthenticated')
    ? ' Add "permissions: pull-requests: write" to the job. The token of a pull request from a fork may only read; the summary of the run has the same page.'
    : '';
}
