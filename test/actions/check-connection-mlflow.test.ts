import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { checkConnection } from '../../src/actions/check-connection.ts';
import { serve } from '../http/client-bench.ts';
import { world, type ActionRun } from './harness.ts';

type Handle = (request: IncomingMessage, response: ServerResponse, path: string) => void;

const LIST = '/api/2.0/mlflow/registered-models/search';
const GET = '/api/2.0/mlflow/registered-models/get';
const VERSIONS = '/api/2.0/mlflow/model-versions/search';

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** What an MLflow server says where none of its routes is (Flask). */
function flask404(response: ServerResponse): void {
  response
    .writeHead(404, { 'content-type': 'text/html; charset=utf-8' })
    .end('<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n');
}

/** A server with these models, none of which has a version (mlflow 3.17.2: absent lists are left out). */
function server(...models: readonly string[]): Handle {
  return (_request, response, path) => {
    const { pathname, searchParams } = new URL(path, 'http://localhost');
    if (pathname === LIST) {
      return send(
        response,
        200,
        models.length === 0 ? {} : { registered_models: models.map((name) => ({ name })) },
      );
    }
    if (pathname === VERSIONS) return send(response, 200, {});
    if (pathname !== GET) return flask404(response);
    const name = searchParams.get('name') ?? '';
    if (models.includes(name)) return send(response, 200, { registered_model: { name } });
    return send(response, 404, {
      error_code: 'RESOURCE_DOES_NOT_EXIST',
      message: `Registered Model with name=${name} not found`,
    });
  };
}

/** The basic-auth app before a server: it lets one user in, and refuses that one what it may not read. */
function basicAuth(inner: Handle, mayRead = true): Handle {
  const good = `Basic ${Buffer.from('ada:correct-horse-battery').toString('base64')}`;
  return (request, response, path) => {
    const html = { 'content-type': 'text/html; charset=utf-8' };
    if (request.headers.authorization !== good) {
      response.writeHead(401, { ...html, 'www-authenticate': 'Basic realm="mlflow"' });
      return void response.end('You are not authenticated. Please see https://www.mlflow.org/docs for more.');
    }
    if (!mayRead && path.startsWith(GET)) return void response.writeHead(403, html).end('Permission denied');
    return inner(request, response, path);
  };
}

async function check(
  handle: Handle,
  { path = '', token = '', ...inputs }: Readonly<Record<string, string>> = {},
): Promise<ActionRun & { readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const host = await serve((request, response) => {
    const url = request.url ?? '/';
    asked.push(new URL(url, 'http://localhost').pathname);
    handle(request, response, url);
  });
  const { run } = await world();
  const seen = await run(
    checkConnection,
    { registry: 'mlflow', ...inputs },
    { host: `${host}${path}`, token },
  );
  return { ...seen, asked };
}

function trials(seen: ActionRun): Record<string, string> {
  const table = seen.report.sections.find(({ title }) => title === 'Tests')?.blocks[0];
  const rows = table?.kind === 'table' ? table.rows : [];
  return Object.fromEntries(rows.map(([what = '', response = '']) => [what, response]));
}

describe('connected', () => {
  test.each([
    ['a server with models', server('fraud'), '', 'models could be listed', 'none'],
    ['a server without one, which refuses one by its own form', server(), '', 'no model was listed', 'none'],
    [
      'its basic-auth app',
      basicAuth(server('fraud')),
      'ada:correct-horse-battery',
      'models could be listed',
      'basic',
    ],
    [
      'that app, which gives no right',
      basicAuth(server(), false),
      'ada:correct-horse-battery',
      'no model was listed',
      'basic',
    ],
  ] as const)('%s', async (_what, handle, token, said, method) => {
    const seen = await check(handle, { token });
    expect(seen.outputs).toMatchObject({ outcome: 'ok', method, principal: '' });
    expect(seen.verdict).toContain(`Connected with ${method}; this registry does not report the caller`);
    expect(trials(seen)).toEqual({
      'Host responds': 'yes',
      'Sign in': 'no request needed: the token is given',
      Caller: 'not applicable: this registry does not report it',
      'Registry responds': said,
    });
    expect(seen.asked).toContain(LIST);
  });
});

describe('not connected', () => {
  test('nobody listens', async () => {
    const { run } = await world();
    const seen = await run(
      checkConnection,
      { registry: 'mlflow' },
      { host: 'http://127.0.0.1:9', token: '' },
    );
    expect(seen.outputs).toMatchObject({ outcome: 'unavailable' });
    expect(seen.report.error?.message).toContain('ECONNREFUSED');
  });

  const page: Handle = (_request, response) =>
    void response.writeHead(200, { 'content-type': 'text/html' }).end('<html><title>Shop</title></html>');
  const json =
    (body: unknown): Handle =>
    (_request, response) =>
      send(response, 200, body);
  test.each([
    ['a web page', page, {}, 'unavailable', 'an HTML page'],
    ['a path that is none of the server', server('fraud'), { path: '/wrong' }, 'unavailable', '404'],
    ['any JSON', json({ status: 'ok' }), {}, 'unavailable', 'lacks a required field'],
    ['an empty object for everything', json({}), {}, 'unavailable', 'lacks a required field'],
    [
      'a wrong password',
      basicAuth(server('fraud')),
      { token: 'ada:wrong-horse-battery' },
      'denied',
      'UNAUTHENTICATED',
    ],
    ['no password', basicAuth(server('fraud')), {}, 'denied', 'UNAUTHENTICATED'],
  ] as const)('%s', async (_what, handle, inputs, outcome, said) => {
    const seen = await check(handle, inputs);
    expect(seen.outputs).toMatchObject({ outcome });
    expect(seen.report.error?.message).toContain(said);
  });
});

test('a model that the server does not have, whose versions it lists as none, is not one without versions', async () => {
  const there = await check(server('fraud'), { model: 'fraud' });
  expect([there.outputs['outcome'], trials(there)['Files']]).toEqual([
    'ok',
    'fraud has no version yet, so no file could be read',
  ]);
  const absent = await check(server('fraud'), { model: 'fruad' });
  expect(absent.outputs).toMatchObject({ outcome: 'invalid' });
  expect(absent.report.error?.message).toContain('Input `model`: the model fruad does not exist');
});
