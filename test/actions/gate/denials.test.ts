import { describe, expect, test } from 'vitest';
import { PROD, PROMOTER } from '../../../emulator/seeds/demo-models.ts';
import { gateOnGrants } from '../../../src/actions/gate-on-grants.ts';
import { setAlias } from '../../../src/actions/set-alias.ts';
import { TOKENS, world, type ActionRun } from '../harness.ts';

const ADMIN = 'admin@example.com';

interface Told {
  readonly privilege: string;
  readonly reason: string;
}

const told = (seen: ActionRun, state: string) => JSON.parse(seen.outputs[state] ?? '[]') as Told[];

interface Denial {
  readonly privileges: readonly string[];
  readonly to?: readonly string[];
  readonly except?: readonly string[];
  readonly on?: readonly ['catalog' | 'schema', string];
}

/** The demo, in which a policy denies something to the promoter's group. */
async function denying({
  privileges,
  to = ['ml-deployers'],
  except,
  on = ['schema', 'prod.ml_team'],
}: Denial) {
  const started = await world({ switches: { policiesShown: 'everybody' } });
  const { metastore } = started.emulator;
  metastore.addPolicy({
    effect: 'deny',
    name: 'locked',
    onType: on[0],
    onName: on[1],
    to,
    ...(except === undefined ? {} : { except }),
    privileges,
  });
  return { ...started, metastore };
}

const ACCESS = { privileges: ['MANAGE ACCESS CONTROL'] } as const;

describe('a policy that denies to change grants and owners', () => {
  for (const [title, denial] of [
    ['on the schema', ACCESS],
    ['on the catalog', { ...ACCESS, on: ['catalog', 'prod'] }],
    ['to the person', { ...ACCESS, to: [PROMOTER] }],
    ['to everybody', { ...ACCESS, to: ['account users'] }],
  ] as const satisfies readonly (readonly [string, Denial])[]) {
    test(`${title}: an owner is unknown, and the registry refuses`, async () => {
      const { run } = await denying(denial);
      const seen = await run(gateOnGrants, { model: PROD, operations: 'manage-grants' });
      expect(seen.outputs).toMatchObject({ outcome: 'denied', allowed: 'false', missing: '[]' });
      expect(told(seen, 'unknown')).toMatchObject([
        { privilege: 'MANAGE', reason: expect.stringContaining('the policy locked may deny it') as string },
      ]);
      expect(seen.outputs['statements']).toBe('');
    });
  }

  test('leaves aliases, versions, tags and reading as they are', async () => {
    const { run } = await denying(ACCESS);
    const operations = 'read\ncreate-version\nset-alias\ntag';
    const seen = await run(gateOnGrants, { model: PROD, operations });
    expect(seen.outputs).toMatchObject({ outcome: 'ok', allowed: 'true', unknown: '[]' });
    expect((await run(setAlias, { model: PROD, alias: 'Next', version: '1' })).outputs['outcome']).toBe('ok');
  });

  test('does not concern somebody else, nor who is spared', async () => {
    for (const denial of [
      { ...ACCESS, to: [ADMIN] },
      { ...ACCESS, to: ['account users'], except: ['ml-deployers'] },
    ]) {
      const { run } = await denying(denial);
      const seen = await run(gateOnGrants, { model: PROD, operations: 'manage-grants' });
      expect(seen.outputs).toMatchObject({ outcome: 'ok', allowed: 'true' });
    }
  });

  test('of a schema and a catalog counts for a line about them', async () => {
    const { run, metastore } = await denying({ ...ACCESS, on: ['catalog', 'prod'] });
    metastore.grant('catalog', 'prod', 'ml-deployers', ['MANAGE']);
    for (const place of ['catalog prod', 'schema prod.ml_team']) {
      const seen = await run(gateOnGrants, { require: `${place}: MANAGE` });
      expect(told(seen, 'unknown')).toMatchObject([{ privilege: 'MANAGE' }]);
    }
  });

  test('of somebody else it is unknown too, and not left to them', async () => {
    const { run, metastore } = await denying(ACCESS);
    metastore.grant('function', PROD, ADMIN, ['MANAGE', 'EXECUTE']);
    const inputs = { model: PROD, operations: 'manage-grants', principal: PROMOTER };
    const seen = await run(gateOnGrants, inputs, { token: TOKENS.admin });
    expect(told(seen, 'unknown')).toMatchObject([{ privilege: 'MANAGE' }]);
  });
});

describe('a denied privilege of another kind makes that one unknown, never granted', () => {
  test('EXECUTE', async () => {
    const { run } = await denying({ privileges: ['EXECUTE'] });
    const seen = await run(gateOnGrants, { model: PROD, operations: 'read\nset-alias' });
    expect(told(seen, 'unknown').map(({ privilege }) => privilege)).toEqual(['EXECUTE']);
    expect(seen.outputs).toMatchObject({ outcome: 'denied', missing: '[]' });
  });

  test('ALL PRIVILEGES: each of them, and not ownership', async () => {
    const { run } = await denying({ privileges: ['ALL PRIVILEGES'] });
    const seen = await run(gateOnGrants, { model: PROD, operations: 'read\ntag\nset-alias' });
    expect(told(seen, 'unknown').map(({ privilege }) => privilege)).toEqual([
      'USE_SCHEMA',
      'EXECUTE',
      'APPLY_TAG',
    ]);
  });

  test('one that this tool has not learnt: everything below may be meant', async () => {
    const { run } = await denying({ privileges: ['SOMETHING NEW'] });
    const seen = await run(gateOnGrants, { model: PROD, operations: 'set-alias' });
    expect(told(seen, 'unknown').map(({ privilege }) => privilege)).toContain('OWNERSHIP');
  });

  test('a policy about tables bears on no model', async () => {
    const { run } = await denying({ privileges: ['SELECT'] });
    const seen = await run(gateOnGrants, { model: PROD, operations: 'read\nmanage-grants' });
    expect(seen.outputs).toMatchObject({ outcome: 'ok', allowed: 'true' });
  });
});

test('policies that cannot be read leave open who may change grants, and nothing else', async () => {
  const { run, emulator } = await world();
  emulator.faults.add({
    template: /\/policies\//u,
    times: Infinity,
    kind: {
      kind: 'status',
      status: 403,
      errorCode: 'PERMISSION_DENIED',
      message: 'User does not have MANAGE on Schema.',
    },
  });
  const grants = await run(gateOnGrants, { model: PROD, operations: 'manage-grants' });
  expect(told(grants, 'unknown')).toMatchObject([
    { privilege: 'MANAGE', reason: expect.stringContaining('policies that may deny it') as string },
  ]);
  const others = await run(gateOnGrants, { model: PROD, operations: 'read\nset-alias' });
  expect(others.outputs).toMatchObject({ outcome: 'ok', allowed: 'true' });
});
