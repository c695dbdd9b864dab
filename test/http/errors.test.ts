import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../src/domain/errors.ts';
import { causeCode, errorFromFailure } from '../../src/http/unanswered.ts';
import { errorFromResponse } from '../../src/http/errors.ts';
import { parseSource } from '../imports.ts';

const response = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  errorFromResponse({
    status,
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    call: 'GET /x',
  });

/**
 * Status, `error_code`, then the code and the outcome that it means. The server's code decides before the status. Every
 * row of auth-and-http §9.2 is here or among the statuses without a code.
 */
const table = [
  [404, 'RESOURCE_DOES_NOT_EXIST', 'not-found', 'invalid'],
  [400, 'RESOURCE_DOES_NOT_EXIST', 'not-found', 'invalid'],
  [404, 'CATALOG_DOES_NOT_EXIST', 'not-found', 'invalid'],
  [404, 'SCHEMA_DOES_NOT_EXIST', 'not-found', 'invalid'],
  [400, 'RESOURCE_ALREADY_EXISTS', 'already-exists', 'conflict'],
  [409, 'RESOURCE_ALREADY_EXISTS', 'already-exists', 'conflict'],
  [409, 'RESOURCE_CONFLICT', 'conflict', 'conflict'],
  [409, 'ABORTED', 'conflict', 'conflict'],
  [403, 'PERMISSION_DENIED', 'permission-denied', 'denied'],
  [401, 'UNAUTHENTICATED', 'unauthenticated', 'denied'],
  [403, 'UNAUTHENTICATED', 'unauthenticated', 'denied'],
  [429, 'REQUEST_LIMIT_EXCEEDED', 'rate-limited', 'unavailable'],
  [429, 'RESOURCE_EXHAUSTED', 'rate-limited', 'unavailable'],
  [400, 'REQUEST_LIMIT_EXCEEDED', 'rate-limited', 'unavailable'],
  [500, 'REQUEST_LIMIT_EXCEEDED', 'rate-limited', 'unavailable'],
  [400, 'RESOURCE_EXHAUSTED', 'limit-reached', 'blocked'],
  [403, 'QUOTA_EXCEEDED', 'limit-reached', 'blocked'],
  [429, 'QUOTA_EXCEEDED', 'limit-reached', 'blocked'],
  [500, 'INTERNAL_ERROR', 'unavailable', 'unavailable'],
  [503, 'TEMPORARILY_UNAVAILABLE', 'unavailable', 'unavailable'],
  [504, 'DEADLINE_EXCEEDED', 'unavailable', 'unavailable'],
  [400, 'INVALID_PARAMETER_VALUE', 'invalid-input', 'invalid'],
  [400, 'INVALID_ARGUMENT', 'invalid-input', 'invalid'],
  [404, 'NOT_FOUND', 'not-found', 'invalid'],
  [404, 'METASTORE_DOES_NOT_EXIST', 'not-found', 'invalid'],
  [404, 'PRINCIPAL_DOES_NOT_EXIST', 'not-found', 'invalid'],
  [401, 'CUSTOMER_UNAUTHORIZED', 'unauthenticated', 'denied'],
  [403, 'FEATURE_DISABLED', 'unsupported', 'unsupported'],
  [404, 'FEATURE_DISABLED', 'unsupported', 'unsupported'],
  [403, 'FILES_API_API_IS_NOT_ENABLED', 'unsupported', 'unsupported'],
  [404, 'CATALOG_NOT_FOUND', 'not-found', 'invalid'],
  [404, 'SCHEMA_NOT_FOUND', 'not-found', 'invalid'],
  [409, 'ALREADY_EXISTS', 'already-exists', 'conflict'],
  [400, 'INVALID_STATE', 'rejected', 'error'],
  [500, 'UNKNOWN', 'unavailable', 'unavailable'],
  [500, 'DATA_LOSS', 'unavailable', 'unavailable'],
  [501, 'NOT_IMPLEMENTED', 'unsupported', 'unsupported'],
  [400, 'SOMETHING_NEW', 'rejected', 'error'],
  [404, 'SOMETHING_NEW', 'not-found', 'invalid'],
  [503, 'SOMETHING_NEW', 'unavailable', 'unavailable'],
] as const;

/** What the fix of each code begins with: what somebody can do about it. */
const FIXES: Partial<Readonly<Record<ErrorCode, string>>> = {
  'not-found': 'Check the name and the host.',
  'invalid-input': 'Fix what the message names',
  'already-exists': 'Run the step again. It reads the current state first.',
  conflict: 'Something else changed the object at the same time.',
  'permission-denied': 'Run gate-on-grants for this principal',
  unauthenticated: 'Check that the token belongs to this host',
  'rate-limited': 'The workspace limits requests',
  'limit-reached': 'A limit is reached',
  unavailable: 'Run the step again later',
  unsupported: 'The host does not have this API.',
  rejected: 'The registry rejected the request.',
};

/** The keys of a table of the source. */
function keysOf(name: string): string[] {
  const keys: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.name.getText() === name && node.initializer !== undefined) {
      if (!ts.isObjectLiteralExpression(node.initializer)) throw new Error(`${name} is no table.`);
      keys.push(...node.initializer.properties.map((each) => each.name?.getText().replaceAll("'", '') ?? ''));
    }
    ts.forEachChild(node, visit);
  };
  visit(parseSource('src/http/error-codes.ts'));
  if (keys.length === 0) throw new Error(`There is no table ${name}.`);
  return keys;
}

test('every code, every status and every fix of the source has a case', () => {
  const codes: readonly string[] = table.map(([, serverCode]) => serverCode);
  const statuses: readonly string[] = [...table.map(([status]) => String(status)), '499'];
  expect(keysOf('BY_ERROR_CODE').filter((code) => !codes.includes(code))).toEqual([]);
  expect(keysOf('BY_STATUS').filter((status) => !statuses.includes(status))).toEqual([]);
  expect(Object.keys(FIXES).sort()).toEqual(keysOf('FIX_OF').sort());
  const seen: ReadonlySet<string> = new Set(table.map(([, , code]) => code));
  expect(Object.keys(FIXES).filter((code) => !seen.has(code))).toEqual([]);
});

describe('the error code of the server decides, then the status', () => {
  for (const [status, serverCode, code, outcome] of table) {
    test(`${status} ${serverCode} is ${code}`, () => {
      const error = response(status, { error_code: serverCode, message: 'why' });
      expect(error.details).toMatchObject({ code, outcome, serverCode, httpStatus: status });
      expect(error.message).toBe(`${serverCode}: why (GET /x)`);
      expect(error.details.fix).toMatch(/\.$/u);
      expect(error.details.fix).toContain(FIXES[code]);
    });
  }
  for (const [status, code] of [
    [408, 'unavailable'],
    [425, 'rejected'],
    [429, 'rate-limited'],
    [499, 'unavailable'],
    [500, 'unavailable'],
    [502, 'unavailable'],
    [503, 'unavailable'],
    [504, 'unavailable'],
  ] as const) {
    test(`${status} without a code is ${code}`, () => {
      const error = response(status, '');
      expect(error.details.code).toBe(code);
      expect(error.message).toBe(`HTTP ${status}: no message (GET /x)`);
    });
  }
});

describe('what is in no form of a registry comes from somebody else, whatever its status says', () => {
  const bodies = {
    nothing: '',
    words: 'page not found',
    'an AWS API gateway': { message: 'Forbidden' },
    'a framework': { detail: 'Not Found' },
    'a proxy of Envoy': 'RBAC: access denied',
    'a proxy in capitals': 'ERROR: The requested URL could not be retrieved',
    Google: { error: { code: 403, message: 'no', status: 'PERMISSION_DENIED' } },
    'a number that is none of an error': { statusCode: 401, message: 'Unauthorized' },
    'a number as code': { code: 403, message: 'Forbidden' },
    'what is cut off': '{"error_code": "PERMISSION_DEN',
  };
  describe.each(Object.entries(bodies))('%s', (_what, body) => {
    test.each([400, 401, 403, 404, 405, 407, 409, 412, 413, 418, 422, 501])('%i', (status) => {
      const { message, details } = response(status, body);
      expect([details.code, details.outcome, details.httpStatus]).toEqual([
        'protocol',
        'unavailable',
        status,
      ]);
      expect(message).toContain(`is HTTP ${status} without an error code of a registry`);
    });
  });

  test('and says who it is, as far as its headers do', () => {
    const headers = { server: 'nginx/1.25', via: '1.1 squid', 'www-authenticate': 'Basic realm="gate"' };
    expect(response(401, { message: 'no' }, headers).message).toBe(
      'The response to GET /x is HTTP 401 without an error code of a registry, from the server "nginx/1.25", through "1.1 squid", which asks for "Basic realm="gate"": no.',
    );
    expect(response(502, 'no upstream', { server: 'awselb/2.0' }).message).toBe(
      'HTTP 502, from the server "awselb/2.0": no upstream (GET /x)',
    );
    expect(response(403, '<html><title>Blocked</title></html>', { server: 'BigIP' }).message).toContain(
      'is an HTML page titled "Blocked", from the server "BigIP", not JSON (HTTP 403)',
    );
    expect(response(403, { message: 'no' }, { server: '\u001b[31mx\u202e' }).message).not.toMatch(
      /[\u001b\u202e]/u,
    );
  });

  test.each([400, 403, 404, 409])('the form of OAuth is one of token endpoints: %i', (status) => {
    const body = { error: 'access_denied', error_description: 'No.' };
    expect(response(status, body).details).toMatchObject({ code: 'protocol', outcome: 'unavailable' });
  });

  test('but that a token is not accepted, a resource server says so', () => {
    const body = { error: 'invalid_token', error_description: 'The token expired' };
    expect(response(401, body).details).toMatchObject({ code: 'unauthenticated', outcome: 'denied' });
  });

  test('a limit that is none of the registry is one on requests, which passes', () => {
    const { details } = response(429, { message: 'Too many aliases' });
    expect([details.code, details.outcome]).toEqual(['rate-limited', 'unavailable']);
  });

  test('the forms of a registry: a code, a code before a text, SCIM', () => {
    const scim = { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], detail: 'no', status: '403' };
    for (const body of [{ error_code: 'ANY', message: 'no' }, 'PERMISSION_DENIED: no', scim])
      expect(response(403, body).details).toMatchObject({ code: 'permission-denied', outcome: 'denied' });
  });
});

describe('a 403 with the status as its code', () => {
  test.each([
    ['Invalid access token.', 'unauthenticated', 'denied', 'has not expired'],
    ['Token is expiring within 30 seconds. (token expired)', 'unauthenticated', 'denied', 'has not expired'],
    ['Unauthorized access to Org: 42', 'unauthenticated', 'denied', 'assign the principal'],
    ['Invalid access to Org: 42', 'unauthenticated', 'denied', 'assign the principal'],
    [
      'Source IP address: 192.0.2.7 is blocked by Databricks IP ACL for workspace: 42 [ReqId: 1]',
      'unavailable',
      'unavailable',
      'IP access list',
    ],
    ['Unauthorized network access to workspace: 42', 'unavailable', 'unavailable', 'network'],
    ['ada lacks USE CATALOG', 'permission-denied', 'denied', 'gate-on-grants'],
  ])('%s', (message, code, outcome, fix) => {
    const { details } = response(403, { error_code: 403, message });
    expect(details).toMatchObject({ code, outcome, httpStatus: 403, serverCode: '403' });
    expect(details.fix).toContain(fix);
    expect(details.fix?.length).toBeLessThan(300);
  });

  test('or as plain text, without any code', () => {
    const error = response(403, 'Unauthorized network access to workspace: 42');
    expect(error.message).toBe('HTTP 403: Unauthorized network access to workspace: 42 (GET /x)');
    expect(error.details).toMatchObject({ code: 'unavailable', outcome: 'unavailable' });
  });

  test('or as a page of the server', () => {
    const page = '<html><title>Error 403</title><body><pre>    Invalid access token.</pre></body></html>';
    const error = response(403, page, { 'content-type': 'text/html' });
    expect(error.message).toBe('HTTP 403: Invalid access token. (GET /x)');
    expect(error.details).toMatchObject({ code: 'unauthenticated', outcome: 'denied' });
  });
});

test('what a page says in its <pre> is told', () => {
  const page = '<html><title>Bad</title><pre>\n java.lang.Oops \n</pre></html>';
  expect(response(500, page).message).toContain('titled "Bad" that says "java.lang.Oops"');
});

test('a refused token says what to check', () => {
  expect(response(401, { error_code: 'UNAUTHENTICATED', message: 'no' }).details.fix).toBe(
    'Check that the token belongs to this host and has not expired.',
  );
});

test('the forms in which servers write errors', () => {
  const messages = [
    { detail: 'scim says no', scimType: 'invalidValue' },
    { error: 'invalid_client', error_description: 'Client authentication failed' },
    { errorCode: 'invalid_client', errorSummary: 'Unknown client' },
    { error: 'only this' },
    { message: 'only a message' },
    'RESOURCE_DOES_NOT_EXIST: as text',
    'plain words',
    '[1, 2]',
    'null',
    '{"error_code": 404, "message": "a number as code"}',
    '{"cut off',
  ];
  const seen = messages.map((body, index) =>
    errorFromResponse(
      {
        status: 400,
        headers: {},
        body: typeof body === 'string' ? body : JSON.stringify(body),
        call: 'GET /x',
      },
      index === 1 || index === 2 ? 'token-endpoint' : 'registry',
    ),
  );
  const FOREIGN = 'The response to GET /x is HTTP 400 without an error code of a registry';
  expect(seen.map(({ message }) => message)).toEqual([
    'SCIM_400: scim says no (GET /x)',
    'invalid_client: Client authentication failed (GET /x)',
    'invalid_client: Unknown client (GET /x)',
    `${FOREIGN}: only this.`,
    `${FOREIGN}: only a message.`,
    'RESOURCE_DOES_NOT_EXIST: as text (GET /x)',
    `${FOREIGN}: plain words.`,
    `${FOREIGN}: [1, 2].`,
    `${FOREIGN}: null.`,
    '404: a number as code (GET /x)',
    `${FOREIGN}: {"cut off.`,
  ]);
  expect(response(400, 'RESOURCE_DOES_NOT_EXIST: as text').details.code).toBe('not-found');
});

test('the request id is kept, from the body or the header', () => {
  const details = [{ '@type': 'x' }, { request_id: 'abc' }];
  expect(response(500, { error_code: 'X', message: 'm', details }).details.requestId).toBe('abc');
  expect(response(500, { message: 'm' }, { 'x-request-id': 'def' }).details.requestId).toBe('def');
});

test('hostile messages are cut and made visible', () => {
  const error = response(403, {
    error_code: 'PERMISSION_DENIED',
    message: `::error::fake\r\n\u202eevil\u0000${'x'.repeat(5000)}`,
  });
  expect(error.message).not.toMatch(/[\r\n\u202e\0]/u);
  expect(error.message.length).toBeLessThan(1_200);
});

test('a failure names the system code that a search engine knows', () => {
  const cause = (code: string) => Object.assign(new Error('x'), { code });
  expect(causeCode(new TypeError('fetch failed', { cause: cause('ECONNREFUSED') }))).toBe('ECONNREFUSED');
  expect(causeCode(new AggregateError([cause('ETIMEDOUT')], 'all failed'))).toBe('ETIMEDOUT');
  expect(causeCode('text')).toBe('unknown');
  const tls = errorFromFailure(cause('SELF_SIGNED_CERT_IN_CHAIN'), 'GET /x');
  expect(tls.message).toBe(
    'The TLS certificate of the host was not accepted (SELF_SIGNED_CERT_IN_CHAIN) at GET /x.',
  );
  expect(tls.details.outcome).toBe('unavailable');
  expect(tls.details.fix).toContain('NODE_EXTRA_CA_CERTS');
  expect(errorFromFailure(cause('ENOTFOUND'), 'GET /x').message).toBe(
    'The name of the host does not resolve (ENOTFOUND) at GET /x.',
  );
});
