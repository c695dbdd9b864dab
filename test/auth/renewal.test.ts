import { describe, expect, test } from 'vitest';
import type { Emulator } from '../../emulator/index.ts';
import { seedDemo } from '../../emulator/seeds/demo.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { world, type ActionRun, type ActionBench } from '../actions/harness.ts';
import { moreVersions, PROD, PROMOTER } from '../../emulator/seeds/demo-models.ts';
import { tokenRequests } from './sign-in-bench.ts';

const ALIAS = '/api/2.1/unity-catalog/models/{full_name}/aliases/{alias}';

/** The demo, and a run of set-alias that signs in by a secret. */
async function ready(): Promise<{ emulator: Emulator; move: () => Promise<ActionRun> }> {
  const { emulator, run }: ActionBench = await world({
    seed(metastore) {
      seedDemo(metastore);
      moreVersions(metastore);
    },
  });
  const environment = {
    DATABRICKS_TOKEN: '',
    DATABRICKS_CLIENT_ID: PROMOTER,
    DATABRICKS_CLIENT_SECRET: emulator.metastore.addSecret(PROMOTER),
  };
  const move = () => run(setAlias, { model: PROD, alias: 'Champion', version: '2' }, { environment });
  return { emulator, move };
}

/** Takes back every token that was issued by the token endpoint. */
function revoke({ metastore }: Pick<Emulator, 'metastore'>): void {
  const { tokens } = metastore.state;
  for (const token of tokens.keys()) if (token.startsWith('emulator-oauth')) tokens.delete(token);
}

const refusals = (seen: ActionRun) => seen.records.filter(({ status }) => status === 401).length;

describe('a token that is revoked while the action runs', () => {
  test('before its reads, several of which go at once: one more token, and every one is sent again', async () => {
    const { emulator, move } = await ready();
    emulator.faults.add({
      method: 'GET',
      template: /Me$/u,
      kind: { kind: 'run', when: 'after', run: (metastore) => revoke({ metastore }) },
    });
    const seen = await move();
    expect(seen.outputs).toMatchObject({ outcome: 'ok', changed: 'true' });
    expect(refusals(seen)).toBeGreaterThan(0);
    expect(tokenRequests(emulator)).toHaveLength(2);
    // What is read beside a move, for people alone, is sent once.
    const beside = /serving-endpoints|jobs\/list|mlflow\/(?:logged-models|runs)/u;
    const repeated = seen.records.filter(({ status, path }) => status === 401 && !beside.test(path));
    expect(repeated.length).toBeGreaterThan(1);
    expect(seen.log.filter((line) => line.includes('Trying once more with a new token'))).toHaveLength(
      repeated.length,
    );
  });

  test('right before its write: the write is sent again, since it was not made', async () => {
    const { emulator, move } = await ready();
    emulator.faults.add({
      method: 'PUT',
      template: ALIAS,
      kind: { kind: 'run', when: 'before', run: (metastore) => revoke({ metastore }) },
    });
    const seen = await move();
    expect(seen.outputs).toMatchObject({ outcome: 'ok', changed: 'true' });
    const writes = seen.records.filter(({ method, template }) => method === 'PUT' && template === ALIAS);
    expect(writes.map(({ status }) => status)).toEqual([401, 200]);
    expect(tokenRequests(emulator)).toHaveLength(2);
  });

  test('each time again: denied after the second, with what to check; no third is asked for', async () => {
    const { emulator, move } = await ready();
    emulator.faults.add({
      template: /^\/api\//u,
      times: Number.POSITIVE_INFINITY,
      kind: { kind: 'run', when: 'before', run: (metastore) => revoke({ metastore }) },
    });
    const seen = await move();
    expect(seen.outputs).toMatchObject({ outcome: 'denied', changed: 'false' });
    expect(seen.report.error?.message).toContain('A new token was refused as well.');
    expect(seen.report.error?.fix).toContain('the principal is active');
    expect(tokenRequests(emulator)).toHaveLength(2);
    expect(seen.after).toEqual(seen.before);
  });

  test('with the secret: denied by the token endpoint, whose words are told', async () => {
    const { emulator, move } = await ready();
    emulator.faults.add({
      method: 'PUT',
      template: ALIAS,
      kind: {
        kind: 'run',
        when: 'before',
        run(metastore) {
          revoke({ metastore });
          metastore.state.secrets.clear();
        },
      },
    });
    const seen = await move();
    expect(seen.outputs).toMatchObject({ outcome: 'denied' });
    expect(seen.report.error?.message).toContain('Signing in with oauth-m2m was refused: invalid_client');
    expect(seen.after.models[PROD]?.aliases).toEqual(seen.before.models[PROD]?.aliases);
  });
});

test('a token that nears its end while the action waits is renewed before the next call: no call is refused', async () => {
  const { emulator, move } = await ready();
  emulator.metastore.state.oauthSeconds = 120;
  emulator.faults.add({
    method: 'GET',
    template: ALIAS,
    kind: { kind: 'retry-after-seconds', seconds: 90 },
  });
  const seen = await move();
  expect(seen.outputs).toMatchObject({ outcome: 'ok', changed: 'true' });
  expect([tokenRequests(emulator).length, refusals(seen)]).toEqual([2, 0]);
});

test('a token of the user is tried once: there is no other', async () => {
  const { run, emulator } = await world();
  const seen = await run(
    setAlias,
    { model: PROD, alias: 'Champion', version: '1' },
    { token: 'dapi-revoked' },
  );
  expect(seen.outputs).toMatchObject({ outcome: 'denied' });
  expect(seen.report.error?.fix).toBe(
    'Check that the token (DATABRICKS_TOKEN) belongs to this host and has not expired.',
  );
  const calls = emulator.requests.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(calls).size).toBe(calls.length);
});
