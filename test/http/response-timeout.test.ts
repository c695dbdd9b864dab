import type { ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findVersion } from '../../src/actions/find-version.ts';
import { DEFAULT_RETRY, retryFor } from '../../src/domain/retry-policy.ts';
import { COMMON_INPUTS } from '../../src/inputs/common.ts';
import { openTransport, timeoutsFor } from '../../src/http/transport.ts';
import { world } from '../actions/harness.ts';
import { serve } from './client-bench.ts';

const SLOW = 2_200;

/** A server that begins each response late, or pauses within each. */
function slowServer(how: 'before its first byte' | 'between two bytes'): Promise<string> {
  return serve((request, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const version = { name: 'fraud', version: searchParams.get('version') ?? '1', status: 'READY' };
    const body = JSON.stringify(
      pathname.endsWith('/registered-models/get')
        ? { registered_model: { name: 'fraud' } }
        : pathname.endsWith('/search')
          ? { model_versions: [version] }
          : { model_version: version },
    );
    const head = () => response.writeHead(200, { 'content-type': 'application/json' });
    if (how === 'before its first byte') return void setTimeout(() => head().end(body), SLOW);
    head().write(body.slice(0, 5));
    setTimeout(() => response.end(body.slice(5)), SLOW);
  });
}

describe('a host that is silent', () => {
  const PAUSES = ['before its first byte', 'between two bytes'] as const;

  /** Runs under each pause and each of the inputs, side by side: they wait, and do little else. */
  const runEach = async (
    cases: readonly (readonly [
      inputs: Readonly<Record<string, string>>,
      environment: Readonly<Record<string, string>>,
    ])[],
  ) =>
    Promise.all(
      PAUSES.flatMap((how) =>
        cases.map(async ([inputs, environment]) => {
          const [host, bench] = await Promise.all([slowServer(how), world()]);
          const asked = { registry: 'mlflow', model: 'fraud', 'require-signature': 'off', ...inputs };
          const seen = await bench.run(findVersion, asked, { host, token: '', environment });
          return { seen, title: JSON.stringify([how, inputs, environment]) };
        }),
      ),
    );

  test("is waited for: by default, by the input whatever MLflow is told, by MLflow's variable", async () => {
    const waited = await runEach([
      [{}, {}],
      [{ 'response-timeout': '9s' }, { MLFLOW_HTTP_REQUEST_TIMEOUT: '1' }],
      [{}, { MLFLOW_HTTP_REQUEST_TIMEOUT: '9' }],
    ]);
    expect(waited).toHaveLength(6);
    for (const { seen, title } of waited)
      expect(seen.outputs, title).toMatchObject({ outcome: 'ok', version: '1' });
  }, 60_000);

  test('is given up after a shorter one, and the error names the input', async () => {
    const ended = await runEach([[{ 'response-timeout': '1s' }, {}]]);
    expect(ended).toHaveLength(2);
    for (const { seen, title } of ended) {
      expect(seen.outputs, title).toMatchObject({ outcome: 'unavailable' });
      expect(JSON.stringify(seen.report), title).toContain('increase response-timeout');
    }
  }, 60_000);
});

test('a time-out that is none is an error of the input', async () => {
  const { run } = await world();
  for (const text of ['0', '0s', '-1', 'soon', '999h']) {
    const seen = await run(findVersion, { model: 'a.b.c', 'response-timeout': text });
    expect(seen.outputs).toMatchObject({ outcome: 'invalid' });
    expect(JSON.stringify(seen.annotations)).toContain('response-timeout');
  }
});

test('MLflow waits as long as the default, and two tries fit into the budget of a request whatever is given', async () => {
  expect(COMMON_INPUTS['response-timeout'].parse('120s')).toBe(120_000);
  expect(timeoutsFor(120_000)).toMatchObject({ headers: 120_000, body: 120_000, text: 120_000 });
  expect(timeoutsFor(600_000)).toMatchObject({
    headers: 600_000,
    body: 600_000,
    text: 600_000,
    connect: 10_000,
  });
  expect(retryFor(120_000)).toEqual(DEFAULT_RETRY);
  expect(retryFor(600_000).budget).toBeGreaterThan(1_200_000);
  const { close } = await openTransport({}, timeoutsFor(600_000));
  onTestFinished(close);
});
