import type { EventSender } from '../domain/event-sender.ts';
import { accountKind } from './account.ts';

/** What an event of GitHub's says of a run that it started. */
export interface RunEvent {
  /** Who set it off; undefined where nobody did, as on a schedule. */
  readonly sender?: EventSender;
  /** The number of the pull request that it is about. */
  readonly pull?: number;
}

/**
 * Reads an event as GitHub sends it to webhooks (docs.github.com, "Webhook events and payloads"). A comment on a pull request is
 * one on an issue, which says that it is a pull request.
 */
export function eventOf(payload: unknown): RunEvent {
  const sender = fieldOf(payload, 'sender');
  const login = fieldOf(sender, 'login');
  const issue = fieldOf(payload, 'issue');
  const about =
    fieldOf(payload, 'pull_request') ?? (fieldOf(issue, 'pull_request') == null ? undefined : issue);
  const number = fieldOf(about, 'number');
  return {
    ...(typeof login === 'string' && login !== ''
      ? { sender: { login, kind: accountKind(fieldOf(sender, 'type')) } }
      : {}),
    ...(typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? { pull: number } : {}),
  };
}

/** A member of an event, by the names that lead to it; undefined where one of them is missing. */
export function fieldOf(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = new Map<string, unknown>(Object.entries(found)).get(name);
  }
  return found;
}
