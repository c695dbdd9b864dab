import { invalidInputs } from '../domain/errors.ts';
import type { RepositoryEvent } from '../domain/repository-event.ts';
import { fieldOf } from './event.ts';

/** Events of pull requests: the second one runs in the base repository, also for forks (docs.github.com, "Events that trigger workflows"). */
const PULL_REQUEST_EVENTS: readonly string[] = ['pull_request', 'pull_request_target'];

/** What a push says that had no commit before (docs.github.com, "Webhook events and payloads", push). */
const NO_COMMIT = /^0+$/u;

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u;

/** Whether an event says which state of the repository followed which. */
export function changesRepository(name: string): boolean {
  return name === 'push' || PULL_REQUEST_EVENTS.includes(name);
}

/** Reads what an event of that name says of the repository. One that lacks what it has to have is an error: nothing may be guessed of it. */
export function repositoryEventOf(name: string, payload: unknown): RepositoryEvent {
  if (name === 'push') return push(payload);
  return PULL_REQUEST_EVENTS.includes(name) ? pullRequest(payload) : { kind: 'other', name };
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
  const number = fieldOf(event, ...pull, 'number');
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw lacks('pull_request.number');
  // The repository of a branch is null once it was deleted: that was no branch of this one.
  const from = fieldOf(event, ...pull, 'head', 'repo', 'id');
  const to = fieldOf(event, ...pull, 'base', 'repo', 'id');
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
  const found = fieldOf(value, ...path);
  if (typeof found !== 'string' || found === '') throw lacks(path.join('.'));
  return found;
}

function lacks(field: string): Error {
  return unreadableEvent(`it names a file without ${field} as this event has it.`);
}

/** The error of an event that cannot be read. */
export function unreadableEvent(problem: string): Error {
  const fix = 'The runner writes this file. Find the step of the job that changes it.';
  return invalidInputs([{ input: 'GITHUB_EVENT_PATH', problem, fix }]);
}
