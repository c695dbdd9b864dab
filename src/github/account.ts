import * as z from 'zod';
import type { Account } from '../domain/account.ts';

/** `nullable-simple-user` of GitHub's description; of an account without one a commit has an empty object. */
export const account = z
  .looseObject({ login: z.string().min(1).nullish(), type: z.string().nullish() })
  .nullish();

/** What GitHub shows in the place of accounts that were deleted (docs.github.com, "Deleting your personal account"). */
const GHOST = 'ghost';

const KINDS = new Map<string, Account['kind']>([
  ['User', 'person'],
  ['Bot', 'app'],
]);

/** What an account is by its `type`: an organization, for example, is neither a person nor an app. */
export function accountKind(type: unknown): Account['kind'] {
  return KINDS.get(typeof type === 'string' ? type : '') ?? 'unknown';
}

/** An account as GitHub describes it. */
export function toAccount(user: z.output<typeof account>): Account {
  const login = user?.login;
  if (login == null || login.toLowerCase() === GHOST) return { kind: 'unknown' };
  return { login, kind: accountKind(user?.type) };
}
