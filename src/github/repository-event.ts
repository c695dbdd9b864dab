import { readFile } from 'node:fs/promises';
import { invalidInputs, messageOf } from '../domain/errors.ts';
import type { RepositoryEvent } from '../domain/repository-event.ts';
import type { Environment } from './environment.ts';

/** Events of pull requests: the second one runs in the base repository, also for forks (docs.github.com, "Events that trigger workflows"). */
const PULL_REQUEST_EVENTS: readonly string[] = ['pull_request', 'pull_request_target'];

/** What a push says that had no commit before (docs.github.com, "Webhook events and payloads", push). */
const NO_COMMIT = /^0+$/u;

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u;

/**
 * What set off this run, by `GITHUB_EVENT_NAME` and the file that the runner writes of it (`GITHUB_EVENT_PATH`); undefined outside of
 * a workflow. A push or a pull request that lacks what each has is an error: nothing may be guessed of it.
 */
export async function readRepositoryEvent(environment: Environment): Promise<RepositoryEvent | undefined> {
  const name = environment['GITHUB_EVENT_NAME'] ?? '';
  if (name === '') return undefined;
  const isPull = PULL_REQUEST_EVENTS.includes(name);
  if (name !== 'push' && !isPull) return { kind: 'other', name };
  const event = await readEvent(environment['GITHUB_EVENT_PATH'] ?? '');
  return isPull ? pullRequest(event) : push(event);
}

async function readEvent(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch (cause) {
    throw unreadable(`it names a file that cannot be read: ${messageOf(cause)}.`);
  }
}

function push(event: unknown): RepositoryEvent {
  const ref = textIn(event, 'ref');
  const before = textIn(event, 'before');
  const branch = ref.replace(/^refs\/heads\//u, '');
  const isBranch = branch !== ref;
  return {
    kind: 'push',
    branch,
    isDefaultBranch: isBranch && branch === textIn(event, 'repository', 'default_branch'),
    before: NO_COMMIT.test(before) ? undefined : commitIn(before, 'before'),
    after: commitIn(textIn(event, 'after'), 'after'),
  };
}

function pullRequest(event: unknown): RepositoryEvent {
  const pull = ['pull_request'] as const;
  const number = fieldIn(event, ...pull, 'number');
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw lacks('pull_request.number');
  // The repository of a branch is null once it was deleted: that was no branch of this one.
  const from = fieldIn(event, ...pull, 'head', 'repo', 'id');
  const to = fieldIn(event, ...pull, 'base', 'repo', 'id');
  return {
    kind: 'pull-request',
    number,
    base: commitIn(textIn(event, ...pull, 'base', 'sha'), 'pull_request.base.sha'),
    head: commitIn(textIn(event, ...pull, 'head', 'sha'), 'pull_request.head.sha'),
    isFromFork: typeof from !== 'number' || from !== to,
  };
}

function commitIn(text: string, field: string): string {
  if (COMMIT.test(text)) return text;
  throw lacks(field);
}

function textIn(value: unknown, ...path: readonly string[]): string {
  const found = fieldIn(value, ...path);
  if (typeof found !== 'string' || found === '') throw lacks(path.join('.'));
  return found;
}

function fieldIn(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = new Map<string, unknown>(Object.entries(found)).get(name);
  }
  return found;
}

function lacks(field: string): Error {
  return unreadable(`it names a file without ${field} as this event has it.`);
}

function unreadable(problem: string): Error {
  const fix = 'The runner writes this file. Find the step of the job that changes it.';
  return invalidInputs([{ input: 'GITHUB_EVENT_PATH', problem, fix }]);
}
