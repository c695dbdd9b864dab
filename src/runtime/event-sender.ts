import { readFile } from 'node:fs/promises';
import type { EventSender } from '../domain/event-sender.ts';
import { messageOf } from '../domain/errors.ts';
import type { Environment } from './environment.ts';

/**
 * Who set off the event of this run, from the file that the runner writes of it (`GITHUB_EVENT_PATH`): GitHub says of an account
 * there whether it is an app's, which a login need not show. Undefined where there is no such file, or nobody in it, as on a
 * schedule; why it cannot be read where it cannot.
 */
export async function readSender(environment: Environment): Promise<EventSender | string | undefined> {
  const path = environment['GITHUB_EVENT_PATH'] ?? '';
  if (path === '') return undefined;
  try {
    const sender = fieldOf(JSON.parse(await readFile(path, 'utf8')), 'sender');
    const login = fieldOf(sender, 'login');
    return typeof login === 'string' && login !== ''
      ? { login, isBot: fieldOf(sender, 'type') === 'Bot' }
      : undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(name);
}
