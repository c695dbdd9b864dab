import { expect, test } from 'vitest';
import { errorFromServer } from '../../src/registry/mlflow/errors.ts';

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const CHALLENGE = { ...HTML, 'www-authenticate': 'Basic realm="mlflow"' };

test.each([
  ['the app asks who it is', 401, CHALLENGE, 'You are not authenticated.', 'unauthenticated', 'denied'],
  ['the app refuses', 403, HTML, 'Permission denied', 'permission-denied', 'denied'],
  [
    'a gateway asks who it is',
    401,
    { ...HTML, 'www-authenticate': 'Basic realm="gw"' },
    'Who?',
    'protocol',
    'unavailable',
  ],
  ['a gateway refuses', 403, HTML, '<html>Permission denied</html>', 'protocol', 'unavailable'],
  [
    'the server refuses',
    403,
    {},
    '{"error_code":"PERMISSION_DENIED","message":"no"}',
    'permission-denied',
    'denied',
  ],
  ['the server fails', 500, HTML, '<html>', 'protocol', 'unavailable'],
] as const)('%s', (_what, status, headers, body, code, outcome) => {
  const { details } = errorFromServer({ status, headers, body, call: 'GET /x' });
  expect([details.code, details.outcome]).toEqual([code, outcome]);
});
