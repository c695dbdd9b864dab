import { expect, test } from 'vitest';
import { trackingServer } from '../../src/auth/tracking-server.ts';

test.each([
  [undefined, 'none', {}],
  ['ada:pass', 'basic', { authorization: `Basic ${btoa('ada:pass')}` }],
  ['gateway-token', 'bearer', { authorization: 'Bearer gateway-token' }],
])('%s: told as %s', async (token, method, headers) => {
  const signIn = trackingServer(token);
  expect([signIn.method, await signIn.headers(), await signIn.open()]).toEqual([method, headers, undefined]);
});
