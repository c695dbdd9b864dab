import { expect, test } from 'vitest';
import { bench, clientOf, MODEL, MODEL_ROUTE, refusal, serve, TAG } from './client-bench.ts';

const FIX_HOST = 'Check that host is a Databricks workspace, and that no proxy or gateway responds instead.';

test('an HTML login page with status 200 is no answer', async () => {
  const { http, emulator } = await bench();
  emulator.faults.add({ template: MODEL_ROUTE, kind: { kind: 'html-login' } });
  expect(await refusal(http.json(MODEL))).toMatchObject({
    message:
      'The response to GET /api/2.1/unity-catalog/models/{name} is an HTML page titled "Sign in", not JSON (HTTP 200): a login page, a gateway, or a host of several workspaces without workspace-id.',
    code: 'protocol',
    outcome: 'unavailable',
    fix: FIX_HOST,
  });
  expect(emulator.requests).toHaveLength(1);
});

test('an HTML page of a gateway with status 403 or 503 is never taken for the registry', async () => {
  for (const status of [403, 404, 503]) {
    const { http, emulator } = await bench();
    const body = '<html><head><title>Blocked by proxy</title></head><body>no</body></html>';
    emulator.faults.add({
      template: MODEL_ROUTE,
      times: 99,
      kind: { kind: 'status', status, body, contentType: 'text/html' },
    });
    const error = await refusal(http.json(MODEL));
    expect(error).toMatchObject({ code: 'protocol', outcome: 'unavailable', fix: FIX_HOST });
    expect(error.message).toContain(`an HTML page titled "Blocked by proxy", not JSON (HTTP ${status})`);
  }
});

test('HTML that claims to be JSON is recognised by its text', async () => {
  const { http, emulator } = await bench();
  emulator.faults.add({
    template: MODEL_ROUTE,
    kind: { kind: 'not-json', body: '\n<!DOCTYPE html><html><body>hello</body></html>' },
  });
  expect((await refusal(http.json(MODEL))).message).toContain('is an HTML page, not JSON (HTTP 200)');
});

test('text that is no JSON', async () => {
  const { http, emulator } = await bench();
  emulator.faults.add({ template: MODEL_ROUTE, kind: { kind: 'not-json' } });
  expect(await refusal(http.json(MODEL))).toMatchObject({
    message: 'The response to GET /api/2.1/unity-catalog/models/{name} is not JSON.',
    code: 'protocol',
    outcome: 'unavailable',
    fix: FIX_HOST,
  });
});

test('a write whose answer is a login page is not taken for done', async () => {
  const { http, emulator } = await bench();
  emulator.faults.add({ template: TAG.template, kind: { kind: 'html-login' } });
  expect(await refusal(http.send(TAG))).toMatchObject({ code: 'protocol', outcome: 'unavailable' });
  expect(emulator.state().models['prod.ml_team.fraud_detection']?.versions['1']?.tags).toEqual({});
});

test('plain text is a success only where it is the one that the call knows', async () => {
  const words = ['200 OK', '200 OK, said the proxy', '<html>200 OK</html>'];
  for (const [index, word] of words.entries()) {
    const host = await serve((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(word),
    );
    const { http } = await clientOf(host);
    const sent = http.send({ ...TAG, method: 'DELETE', plainSuccess: '200 OK' });
    if (index === 0) await sent;
    else expect(await refusal(sent)).toMatchObject({ code: 'protocol', outcome: 'unavailable' });
    expect(await refusal(http.send(TAG))).toMatchObject({ code: 'protocol', outcome: 'unavailable' });
  }
});

test('a file whose answer is a login page is not taken for the file', async () => {
  const host = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html><title>Sign in</title></html>');
  });
  const { http } = await clientOf(host);
  expect(await refusal(http.stream(MODEL))).toMatchObject({ code: 'protocol', outcome: 'unavailable' });
});

test('an empty answer of a success is an empty object', async () => {
  const host = await serve((_request, response) => response.writeHead(200).end());
  const { http } = await clientOf(host);
  expect((await http.json(MODEL)).body).toEqual({});
});

test('a redirect is not followed, and the other host sees no request at all', async () => {
  const visits: string[] = [];
  const elsewhere = await serve((request, response) => {
    visits.push(`${request.method ?? ''} ${String(request.headers.authorization)}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  for (const status of [301, 302, 303, 307, 308]) {
    const host = await serve((_request, response) => {
      response.writeHead(status, { location: `${elsewhere}/api` }).end();
    });
    const { http } = await clientOf(host);
    const error = await refusal(http.json(MODEL));
    expect(error).toMatchObject({ code: 'protocol', outcome: 'unavailable', fix: FIX_HOST });
    expect(error.message).toContain(
      `is HTTP ${status}: a redirect, which is not followed with credentials; usually the host is wrong or shows a login page`,
    );
  }
  expect(visits).toEqual([]);
});

test('the redirect of a workspace with private link only says so', async () => {
  const { http, emulator } = await bench();
  const location = 'https://example.com/login.html?error=private-link-validation-error:1';
  emulator.faults.add({ template: MODEL_ROUTE, kind: { kind: 'redirect', location } });
  expect((await refusal(http.json(MODEL))).message).toContain(
    'the workspace allows only private link, and this runner is outside of it',
  );
});

test('a redirect of a file is not followed either', async () => {
  const visits: string[] = [];
  const elsewhere = await serve((request, response) => {
    visits.push(request.url ?? '');
    response.end('file');
  });
  const host = await serve((_request, response) => response.writeHead(302, { location: elsewhere }).end());
  const { http } = await clientOf(host);
  expect(await refusal(http.stream(MODEL))).toMatchObject({ code: 'protocol' });
  expect(visits).toEqual([]);
});

test('an answer without end is cut at the limit', async () => {
  const host = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const chunk = ' '.repeat(1024 * 1024);
    const more = (): void => {
      while (!response.destroyed && response.write(chunk)) continue;
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  });
  const { http } = await clientOf(host);
  const error = await refusal(http.json(MODEL));
  expect(error).toMatchObject({ code: 'protocol', outcome: 'unavailable' });
  expect(error.message).toContain(`is larger than ${32 * 1024 * 1024} bytes`);
});

test('an error without end is cut, and comes from no registry', async () => {
  const host = await serve((_request, response) => {
    response.writeHead(409, { 'content-type': 'application/json' });
    const chunk = 'x'.repeat(64 * 1024);
    const more = (): void => {
      while (!response.destroyed && response.write(chunk)) continue;
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  });
  const { http } = await clientOf(host);
  const error = await refusal(http.json(MODEL));
  expect(error).toMatchObject({ code: 'protocol', outcome: 'unavailable', httpStatus: 409 });
  expect(error.message.length).toBeLessThan(2_000);
});

test('every call carries the token and our user agent, to the host alone', async () => {
  const seen: (string | undefined)[] = [];
  const host = await serve((request, response) => {
    seen.push(request.headers.authorization, request.headers['user-agent'], request.headers.accept);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  const { http } = await clientOf(host);
  await http.json(MODEL);
  expect(seen).toEqual(['Bearer emulator-promoter', 'uc-promote/test', 'application/json']);
});

test('debug lines name the call and never its data', async () => {
  const { http, log } = await bench();
  await http.send({
    ...TAG,
    json: { name: 'prod.ml_team.fraud_detection', version: '1', key: 'k', value: 'secret-value' },
  });
  expect(log.join('\n')).toMatch(/^POST \/api\/2\.0\/mlflow\/unity-catalog\/model-versions\/set-tag 200 /u);
  expect(log.join('\n')).not.toMatch(/secret-value|fraud_detection|emulator-promoter/u);
});
