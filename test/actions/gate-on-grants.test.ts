import { describe, expect, test } from 'vitest';
import { gateOnGrants } from '../../src/actions/gate-on-grants.ts';
import { expectRefused, outputsOf, printedTodo } from './expectations.ts';
import { TOKENS, world, type ActionRun } from './harness.ts';
import { applyRequests, type PrintedRequest } from './remedies.ts';
import { PROD, PROMOTER, STAGING } from '../../emulator/seeds/demo-models.ts';

const COPY = { source: STAGING, destination: PROD };
const requestsOf = (seen: ActionRun) => JSON.parse(seen.outputs['requests'] ?? '') as PrintedRequest[];
const missingOf = (seen: ActionRun) =>
  (JSON.parse(seen.outputs['missing'] ?? '') as { privilege: string; securable: { name: string } }[]).map(
    ({ privilege, securable }) => `${privilege} on ${securable.name}`,
  );

describe('open', () => {
  test('for the promoter of the demo, a copy: 15 requests, nothing to print', async () => {
    const { run } = await world();
    const seen = await run(gateOnGrants, COPY);
    expect(outputsOf(seen)).toEqual({
      allowed: 'true',
      missing: '[]',
      unknown: '[]',
      deferred: '[]',
      forbidden: '[]',
      statements: '',
      requests: '[]',
      outcome: 'ok',
      changed: 'false',
      'would-change': 'false',
    });
    expect(seen.verdict).toBe(`✅ OK: ${PROMOTER} holds every required privilege`);
    expect(seen.requests).toEqual([
      'GET scim/Me',
      'GET uc/catalogs/{name}',
      'GET uc/catalogs/{name}',
      ...Array<string>(6).fill('GET uc/effective-permissions/{securable_type}/{full_name}'),
      'GET uc/models/{full_name}',
      'GET uc/models/{full_name}',
      ...Array<string>(2).fill('GET uc/policies/{securable_type}/{full_name}'),
      'GET uc/schemas/{full_name}',
      'GET uc/schemas/{full_name}',
    ]);
    expect([seen.exitCode, seen.after]).toEqual([0, seen.before]);
  });

  for (const [title, inputs] of [
    [
      'every operation of an owner',
      { model: PROD, operations: 'read, create-version, set-alias, tag, describe, rename, delete' },
    ],
    ['a model that does not exist yet', { model: 'prod.ml_team.new_model', operations: 'create-model' }],
    [
      'lines of further privileges',
      { require: 'catalog prod: USE CATALOG\nprod.ml_team: USE SCHEMA, CREATE MODEL\n# comment' },
    ],
    ['a version, with its signature', { source: `models:/${STAGING}/1`, destination: PROD }],
    ['a version by alias', { model: PROD, alias: 'Champion', operations: 'set-alias' }],
  ] as const) {
    test(title, async () => {
      const { run } = await world();
      const seen = await run(gateOnGrants, inputs);
      expect(seen.outputs, seen.report.verdict).toMatchObject({
        outcome: 'ok',
        allowed: 'true',
        missing: '[]',
      });
    });
  }

  test('for another principal than the caller', async () => {
    const { run } = await world();
    const seen = await run(
      gateOnGrants,
      { model: STAGING, operations: 'read', principal: 'ada@example.com' },
      { token: TOKENS.admin },
    );
    expect(seen.outputs).toMatchObject({ outcome: 'ok', allowed: 'true' });
    expect(seen.verdict).toContain('ada@example.com');
  });
});

describe('shut: denied, with what opens it', () => {
  test('without any right; the printed requests, applied, open it at last', async () => {
    const { run, emulator } = await world();
    const attempt = () =>
      run(gateOnGrants, { ...COPY, operations: 'copy, set-alias' }, { token: TOKENS.reader });
    let seen = await attempt();
    expectRefused(seen, 'denied');
    expect(seen.outputs['statements']?.split('\n')).toEqual([
      'GRANT USE CATALOG ON CATALOG `staging` TO `grace@example.com`',
      'GRANT USE CATALOG ON CATALOG `prod` TO `grace@example.com`',
    ]);
    let rounds = 0;
    while (seen.outputs['outcome'] === 'denied' && rounds < 5) {
      rounds += 1;
      await applyRequests(emulator, requestsOf(seen));
      seen = await attempt();
    }
    expect([seen.outputs['outcome'], rounds <= 3]).toEqual(['ok', true]);
    expect(seen.after.models[PROD]?.owner).toBe('grace@example.com');
  });

  for (const [title, type, name, group, privilege] of [
    ['USE CATALOG', 'catalog', 'staging', 'ml-deployers', 'USE_CATALOG'],
    ['USE SCHEMA', 'schema', 'prod.ml_team', 'ml-deployers', 'USE_SCHEMA'],
    ['EXECUTE on the schema of the source', 'schema', 'staging.ml_team', 'ml-deployers', 'EXECUTE'],
  ] as const) {
    test(`${title}: in as many rounds as are needed, and nothing that is not`, async () => {
      const { run, emulator } = await world();
      emulator.metastore.revoke(type, name, group, [privilege]);
      let seen = await run(gateOnGrants, COPY);
      expectRefused(seen, 'denied');
      const first = seen;
      for (let rounds = 0; seen.outputs['outcome'] === 'denied' && rounds < 3; rounds += 1) {
        await applyRequests(emulator, requestsOf(seen));
        seen = await run(gateOnGrants, COPY);
      }
      expect(seen.outputs).toMatchObject({ outcome: 'ok', missing: '[]' });
      expect(requestsOf(first)).toHaveLength(1);
    });
  }

  test('ownership: as whom to run it, the group to be in, and the owner change in the outputs alone', async () => {
    const { run, emulator } = await world();
    for (const [type, name, right] of [
      ['catalog', 'prod', 'USE_CATALOG'],
      ['schema', 'prod.ml_team', 'USE_SCHEMA'],
      ['function', PROD, 'EXECUTE'],
    ] as const) {
      emulator.metastore.grant(type, name, 'grace@example.com', [right]);
    }
    const seen = await run(gateOnGrants, { model: PROD, operations: 'set-alias' }, { token: TOKENS.reader });
    expectRefused(seen, 'denied');
    expect([missingOf(seen), seen.outputs['statements']]).toEqual([[`OWNERSHIP on ${PROD}`], '']);
    expect(requestsOf(seen)).toEqual([
      {
        method: 'PATCH',
        path: `/api/2.1/unity-catalog/models/${PROD}`,
        body: { owner: 'grace@example.com' },
      },
    ]);
    const reported = printedTodo(seen);
    expect(reported).toMatch(
      /^Run this step as the principal that is meant to promote: ml-deployers owns model/u,
    );
    expect(reported).toContain('have an administrator add it to the group ml-deployers');
    expect(reported).not.toContain('--owner');
  });

  test('a catalog that is not bound to this workspace is a reason of its own', async () => {
    const { run, emulator } = await world();
    emulator.metastore.createCatalog('elsewhere', { owner: 'admin@example.com', boundWorkspaces: ['999'] });
    emulator.metastore.createSchema('elsewhere.s');
    emulator.metastore.createModel('elsewhere.s.m', { owner: 'ml-deployers' });
    emulator.metastore.grant('catalog', 'elsewhere', 'ml-deployers', ['USE_CATALOG']);
    emulator.metastore.grant('schema', 'elsewhere.s', 'ml-deployers', ['USE_SCHEMA']);
    const seen = await run(gateOnGrants, { model: 'elsewhere.s.m', operations: 'read' });
    expectRefused(seen, 'denied');
    expect(JSON.stringify(seen.report)).toMatch(/not (bound|accessible|assigned)/u);
  });

  test('a destination that does not exist, and creating it is not asked for', async () => {
    const { run } = await world();
    const seen = await run(gateOnGrants, { source: STAGING, destination: 'prod.nowhere.model' });
    expect(seen.outputs).toMatchObject({ outcome: 'invalid', allowed: 'false' });
    expect(seen.report.error?.message).toContain(
      'Input `destination`: the schema prod.nowhere does not exist',
    );
  });

  test('a version without signature: blocked, though the rights are there', async () => {
    const { run } = await world();
    const seen = await run(gateOnGrants, { source: `models:/${STAGING}/2`, destination: PROD });
    expectRefused(seen, 'blocked');
    expect(seen.outputs).toMatchObject({ allowed: 'false', missing: '[]' });
  });

  test('fail-on-deny: false tells all and does not fail the step', async () => {
    const { run } = await world();
    const seen = await run(gateOnGrants, { ...COPY, 'fail-on-deny': 'false' }, { token: TOKENS.reader });
    expect(seen.outputs).toMatchObject({ outcome: 'denied', allowed: 'false' });
    expect(seen.exitCode).toBe(0);
    expect(missingOf(seen).length).toBeGreaterThan(0);
  });

  test('fail-on-deny: false does not forgive a version without signature, nor an outage', async () => {
    const { run, emulator } = await world();
    const inputs = { source: `models:/${STAGING}/2`, destination: PROD, 'fail-on-deny': 'false' };
    expect((await run(gateOnGrants, inputs)).exitCode).toBe(1);
    emulator.faults.add({ times: Number.POSITIVE_INFINITY, kind: { kind: 'status', status: 503 } });
    const outage = await run(gateOnGrants, { ...COPY, 'fail-on-deny': 'false' });
    expect([outage.outputs['outcome'], outage.exitCode]).toEqual(['unavailable', 1]);
  });
});

describe('what could not be read is never allowed', () => {
  test('grants that cannot be read are unknown, not granted', async () => {
    const { run, emulator } = await world();
    emulator.faults.add({
      template: /effective-permissions/u,
      times: Number.POSITIVE_INFINITY,
      kind: { kind: 'status', status: 403, message: 'no MANAGE' },
    });
    const seen = await run(gateOnGrants, { model: STAGING, operations: 'read' });
    expectRefused(seen, 'denied');
    expect(seen.outputs['allowed']).toBe('false');
  });
});

describe('inputs', () => {
  for (const [title, inputs, message] of [
    ['nothing', {}, /none is given/u],
    [
      'copy without source',
      { destination: PROD, operations: 'copy' },
      /copy needs a source and a destination/u,
    ],
    [
      'an unknown operation',
      { model: PROD, operations: 'raed' },
      /Input `operations`: .*"raed" is not one of the allowed values\. Did you mean read\?/u,
    ],
    ['a require line without privileges', { require: 'prod.ml_team' }, /Input `require`: line 1/u],
    [
      'a version of nothing',
      { source: STAGING, destination: PROD, version: '1' },
      /Input `version` is given without a model/u,
    ],
    ['version and alias', { model: PROD, version: '1', alias: 'Champion' }, /both are given/u],
    [
      'a destination as URI',
      { source: STAGING, destination: `models:/${PROD}/1` },
      /Input `destination`: .* is a model URI/u,
    ],
    [
      'a source with a stage',
      { source: `models:/${STAGING}/Production`, destination: PROD },
      /Input `source`: "Production" is a stage/u,
    ],
  ] as const) {
    test(`${title}: invalid`, async () => {
      const { run } = await world();
      const seen = await run(gateOnGrants, inputs);
      expectRefused(seen, 'invalid');
      expect(`${seen.report.error?.message ?? ''} ${printedTodo(seen)}`).toMatch(message);
      expect(seen.requests).toEqual([]);
    });
  }

  test('every wrong line of require at once', async () => {
    const { run } = await world();
    const seen = await run(gateOnGrants, {
      require: 'prod: NONSENSE\na.b.c.d: EXECUTE\ntable prod.x.y: SELECT',
    });
    expectRefused(seen, 'invalid');
    const reported = `${seen.report.error?.message ?? ''} ${printedTodo(seen)}`;
    for (const line of [2, 3]) expect(reported).toContain(`line ${line}`);
  });
});

describe('check-privileges', () => {
  test('warn: says what is missing and goes on; allowed stays false', async () => {
    const { run } = await world();
    const seen = await run(gateOnGrants, { ...COPY, 'check-privileges': 'warn' }, { token: TOKENS.reader });
    expect(seen.outputs['allowed']).toBe('false');
    expect(seen.annotations.some(({ level }) => level === 'warning')).toBe(true);
  });

  test('off: the verdict says that privileges were not checked, and nothing is allowed by that', async () => {
    const { run } = await world();
    const seen = await run(gateOnGrants, { ...COPY, 'check-privileges': 'off' }, { token: TOKENS.reader });
    expect(seen.verdict).toContain('Not checked: Privileges');
    expect(seen.outputs['allowed']).not.toBe('true');
  });
});
