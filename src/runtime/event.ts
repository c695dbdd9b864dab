import { readFile } from 'node:fs/promises';
import type { EventSender } from '../domain/event-sender.ts';
import { messageOf } from '../domain/errors.ts';
import type { RepositoryEvent } from '../domain/repository-event.ts';
import { eventOf, type RunEvent } from '../github/event.ts';
import { changesRepository, repositoryEventOf, unreadableEvent } from '../github/repository-event.ts';
import type { Environment } from './environment.ts';

/**
 * The event of this run, from the file that the runner writes of it (`GITHUB_EVENT_PATH`): it says nothing where there is no such
 * file; a text is why it cannot be read.
 */
export async function readEvent(environment: Environment): Promise<RunEvent | string> {
  const path = environment['GITHUB_EVENT_PATH'] ?? '';
  if (path === '') return {};
  try {
    return eventOf(await payloadIn(path));
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * Who set off the event of this run: GitHub says of an account there whether it is an app's, which a login need not show. Undefined
 * where there is nobody in it, as on a schedule; a text is why it cannot be read.
 */
export async function readSender(environment: Environment): Promise<EventSender | string | undefined> {
  const event = await readEvent(environment);
  return typeof event === 'string' ? event : event.sender;
}

/**
 * What set off this run, by `GITHUB_EVENT_NAME` and the same file; undefined outside of a workflow. Throws where a push or a pull
 * request cannot be read, or lacks what it has to have.
 */
export async function readRepositoryEvent(environment: Environment): Promise<RepositoryEvent | undefined> {
  const name = environment['GITHUB_EVENT_NAME'] ?? '';
  if (name === '') return undefined;
  if (!changesRepository(name)) return { kind: 'other', name };
  const payload = await payloadIn(environment['GITHUB_EVENT_PATH'] ?? '').catch((cause: unknown) => {
    throw unreadableEvent(`it names a file that cannot be read: ${messageOf(cause)}.`);
  });
  return repositoryEventOf(name, payload);
}

async function payloadIn(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8')) as unknown;
}
