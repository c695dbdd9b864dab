import { expect, test } from 'vitest';
import * as z from 'zod';
import { PromoteError, type ErrorCode } from '../../../src/domain/errors.ts';
import { askForRoute } from '../../../src/registry/databricks/files/signed.ts';
import { RouteRefused } from '../../../src/transfer/route.ts';
import { clientOf } from '../../http/client-bench.ts';

const REQUEST = { method: 'POST', template: '/api/2.0/fs/create-download-url', retry: 'safe' } as const;

/** What asking for a route ends with when every request does with an error of this code. */
async function endOf(code: ErrorCode): Promise<{ error: unknown; tries: number; cause: PromoteError }> {
  const cause = new PromoteError('As it is.', { code, outcome: 'error' });
  let tries = 0;
  const transport = async () => {
    tries += 1;
    throw cause;
  };
  const { http } = await clientOf('https://rivers.example', { transport });
  const error = await askForRoute(http, REQUEST, z.unknown(), 'no URL').catch((thrown: unknown) => thrown);
  return { error, tries, cause };
}

test.each(['internal', 'cancelled', 'unauthenticated', 'not-found'] as const)(
  '%s closes no route: it is no answer about it, and is thrown as it is',
  async (code) => {
    const { error, tries, cause } = await endOf(code);
    expect([error, tries]).toEqual([cause, 1]);
    expect(error).not.toBeInstanceOf(RouteRefused);
  },
);

test.each([
  ['permission-denied', 1],
  ['unavailable', 3],
] as const)('%s closes the route, after %i tries', async (code, wanted) => {
  const { error, tries, cause } = await endOf(code);
  expect(error).toBeInstanceOf(RouteRefused);
  expect(error).toMatchObject({ cause, message: expect.stringContaining('no URL (As it is)') as string });
  expect(tries).toBe(wanted);
});
