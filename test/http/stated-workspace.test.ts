import { describe, expect, test } from 'vitest';
import { StatedWorkspace } from '../../src/http/stated-workspace.ts';
import type { HttpRequest } from '../../src/http/request.ts';
import { bench, CREATE, MODEL, MODEL_ROUTE, refusal, TAG } from './client-bench.ts';

const HEADER = 'x-databricks-org-id';
const HERE = '4242424242424242';
const ME = '/api/2.0/preview/scim/v2/Me';
const READ: HttpRequest = { method: 'GET', template: ME, retry: 'safe' };
const ALWAYS = Number.POSITIVE_INFINITY;

/** A client of the emulator's workspace whose caller states one. */
async function stating(value: string) {
  const stated = new StatedWorkspace({ value, from: 'workspace-id' });
  const started = await bench({ workspace: { stated, read: READ } });
  const paths = () => started.emulator.requests.map(({ method, path }) => `${method} ${path}`);
  return { ...started, paths };
}

const MISMATCH = {
  code: 'other-identity',
  outcome: 'invalid',
  message: `Input \`workspace-id\` names the workspace 999, but the host reports ${HERE}.`,
};

describe('a workspace that says that it is another one', () => {
  test('ends a read, an error of it, and a write before it is sent', async () => {
    for (const request of [MODEL, { ...MODEL, params: { name: 'prod.ml_team.absent' } }]) {
      const { http, paths } = await stating('999');
      expect(await refusal(http.json(request))).toMatchObject(MISMATCH);
      expect(paths()).toHaveLength(1);
    }
    for (const request of [TAG, CREATE]) {
      const { http, paths, emulator } = await stating('999');
      const before = emulator.state();
      expect(await refusal(http.json(request))).toMatchObject(MISMATCH);
      expect(await refusal(http.json(request))).toMatchObject(MISMATCH);
      expect([new Set(paths()), emulator.state()]).toEqual([new Set([`GET ${ME}`]), before]);
    }
  });

  test('is found by the one response that says so', async () => {
    const { http, emulator, paths } = await stating('999');
    const kind = { kind: 'missing-header', header: HEADER } as const;
    emulator.faults.add({ template: MODEL_ROUTE, times: ALWAYS, kind });
    await http.json(MODEL);
    expect(await refusal(http.json(TAG))).toMatchObject(MISMATCH);
    expect(paths()).toHaveLength(2);
  });

  test('a refused token comes first', async () => {
    const { http, emulator } = await stating('999');
    emulator.metastore.expireToken('emulator-promoter');
    expect(await refusal(http.json(MODEL))).toMatchObject({ code: 'unauthenticated', outcome: 'denied' });
  });
});

describe('a workspace that does not contradict', () => {
  test('is read no further for it once a response has named it', async () => {
    const { http, paths } = await stating(HERE);
    await http.json(MODEL);
    await http.send(TAG);
    await http.json(CREATE);
    expect(paths()).toHaveLength(3);
  });

  test('is read once before writes that come first, however many', async () => {
    const { http, paths } = await stating(HERE);
    await Promise.all([http.send(TAG), http.send({ ...TAG, json: { ...(TAG.json as object), key: 'l' } })]);
    await http.send(TAG);
    expect(paths().filter((path) => path.startsWith('GET'))).toEqual([`GET ${ME}`]);
  });

  test.each([
    ['names nothing', HERE, { kind: 'missing-header', header: HEADER } as const],
    ['names nothing and may not be read', HERE, { kind: 'status', status: 403 } as const],
    ['is stated by another kind of id', 'ws-1', undefined],
  ])('%s: the write goes on', async (_title, value, kind) => {
    const { http, emulator } = await stating(value);
    if (kind?.kind === 'status') emulator.faults.add({ path: ME, times: ALWAYS, kind });
    if (kind !== undefined) {
      const header = { kind: 'missing-header', header: HEADER } as const;
      emulator.faults.add({ path: /./u, times: ALWAYS, kind: header });
    }
    await http.send(TAG);
    expect(emulator.state().models['prod.ml_team.fraud_detection']?.versions['1']?.tags).toEqual({ k: 'v' });
  });
});
