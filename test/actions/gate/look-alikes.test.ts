import { describe, expect, test } from 'vitest';
import { PROD } from '../../../emulator/seeds/demo-models.ts';
import { gateOnGrants } from '../../../src/actions/gate-on-grants.ts';
import { TOKENS, world, type ActionRun } from '../harness.ts';

const ROOT = 'root@example.com';
const EVE = 'eve@example.com';
const TEAM = 'ml-team@example.com';
/** Who owns the metastore is shown every row. */
const AS_ROOT = 'token-of-root';
const UUID = '0f9b7a52-1c1d-4b55-9f0e-6a2a5f7c2f11';

const stateOf = ({ outputs }: ActionRun, privilege: string): string | undefined =>
  (['missing', 'unknown', 'deferred', 'granted'] as const).find((state) =>
    (JSON.parse(outputs[state] ?? '[]') as { privilege: string }[]).some(
      (each) => each.privilege === privilege,
    ),
  );

/** A world in which root owns the metastore, by itself or through a group, and may use catalog and schema. */
async function rooted(owner: string) {
  const started = await world();
  const { metastore } = started.emulator;
  metastore.addUser(ROOT);
  metastore.addUser(EVE);
  if (owner !== ROOT) metastore.addGroup(owner, { members: [ROOT] });
  metastore.setMetastoreOwner(owner);
  metastore.issueToken(ROOT, AS_ROOT);
  for (const who of [ROOT, EVE]) {
    metastore.grant('catalog', 'prod', who, ['USE_CATALOG']);
    metastore.grant('schema', 'prod.ml_team', who, ['USE_SCHEMA']);
  }
  // Only who may see a model sees its owner.
  metastore.grant('function', PROD, ROOT, ['EXECUTE']);
  return started;
}

describe('the owner of the metastore', () => {
  for (const owner of [ROOT, 'metastore-owners']) {
    for (const [operation, privilege, wanted] of [
      ['set-alias', 'OWNERSHIP', 'granted'],
      ['delete', 'OWNERSHIP', 'granted'],
      ['manage-grants', 'MANAGE', 'granted'],
      ['describe', 'OWNERSHIP', 'unknown'],
      ['create-version', 'CREATE_MODEL_VERSION', 'unknown'],
      ['tag', 'APPLY_TAG', 'missing'],
    ] as const) {
      test(`${owner}: ${operation} is ${wanted}`, async () => {
        const { run } = await rooted(owner);
        const inputs = { model: PROD, operations: operation };
        const own = await run(gateOnGrants, inputs, { token: AS_ROOT });
        expect([own.outputs['missing'], own.outputs['unknown']]).toEqual(
          wanted === 'granted' ? ['[]', '[]'] : [expect.any(String), expect.any(String)],
        );
        if (wanted !== 'granted') expect(stateOf(own, privilege)).toBe(wanted);
        expect(own.outputs['allowed']).toBe(String(wanted === 'granted'));
        const asked = await run(gateOnGrants, { ...inputs, principal: ROOT }, { token: TOKENS.admin });
        if (wanted !== 'granted') expect(stateOf(asked, privilege)).not.toBe('granted');
        else expect(asked.outputs['missing']).toBe('[]');
      });
    }
  }

  test('is nobody else', async () => {
    const { run } = await rooted(ROOT);
    const seen = await run(
      gateOnGrants,
      { model: PROD, operations: 'set-alias', principal: EVE },
      { token: AS_ROOT },
    );
    expect(stateOf(seen, 'OWNERSHIP')).toBe('missing');
  });
});

describe('a group that is named like a person is what the lists call it', () => {
  for (const name of [TEAM, UUID]) {
    test(`${name}: its members hold what it holds and own what it owns`, async () => {
      const { run, emulator } = await rooted(ROOT);
      emulator.metastore.addGroup(name, { members: [EVE] });
      emulator.metastore.grant('function', PROD, name, ['APPLY_TAG']);
      const ask = (require: string) =>
        run(gateOnGrants, { require: `${PROD}: ${require}`, principal: EVE }, { token: AS_ROOT });
      expect((await ask('APPLY TAG')).outputs).toMatchObject({ allowed: 'true', missing: '[]' });
      expect(stateOf(await ask('CREATE MODEL VERSION'), 'CREATE_MODEL_VERSION')).toBe('missing');
      emulator.metastore.model(PROD).owner = name;
      expect((await ask('OWNERSHIP')).outputs).toMatchObject({ allowed: 'true', missing: '[]' });
    });

    test(`${name}: who is not in it holds nothing by it`, async () => {
      const { run, emulator } = await rooted(ROOT);
      emulator.metastore.addGroup(name, { members: [ROOT] });
      emulator.metastore.grant('function', PROD, name, ['APPLY_TAG']);
      const inputs = { require: `${PROD}: APPLY TAG`, principal: EVE };
      expect(stateOf(await run(gateOnGrants, inputs, { token: AS_ROOT }), 'APPLY_TAG')).toBe('missing');
    });

    test(`${name}: asked about itself it is a group, which never acts`, async () => {
      const { run, emulator } = await rooted(ROOT);
      emulator.metastore.addGroup(name, { members: [EVE] });
      emulator.metastore.grant('function', PROD, name, ['APPLY_TAG']);
      const granted = await run(
        gateOnGrants,
        { require: `${PROD}: APPLY TAG`, principal: name },
        { token: AS_ROOT },
      );
      expect(granted.outputs).toMatchObject({ allowed: 'true', missing: '[]', unknown: '[]' });
      const nothing = await run(
        gateOnGrants,
        { require: `${PROD}: CREATE MODEL VERSION`, principal: name },
        { token: AS_ROOT },
      );
      expect(stateOf(nothing, 'CREATE_MODEL_VERSION')).not.toBe('deferred');
      expect(nothing.outputs['outcome']).toBe('denied');
    });
  }
});

describe('a user of the list of who may', () => {
  const forbid = (except: string) => ({
    forbid: `${PROD}: APPLY TAG`,
    except: `ml-deployers\nadmin@example.com\n${except}`,
  });

  async function holding(name: string) {
    const started = await rooted(ROOT);
    const { metastore } = started.emulator;
    metastore.grant('function', PROD, 'admin@example.com', ['EXECUTE', 'MANAGE']);
    metastore.grant('function', PROD, name, ['APPLY_TAG']);
    return { ...started, metastore };
  }

  test('is let in where no group has the name', async () => {
    const { run } = await holding(ROOT);
    const seen = await run(gateOnGrants, forbid(ROOT), { token: AS_ROOT });
    expect(seen.outputs).toMatchObject({ outcome: 'ok', forbidden: '[]' });
  });

  test('lets in no group of that name, in any case, and none of its members', async () => {
    for (const group of [ROOT, 'Root@example.com']) {
      const { run, metastore } = await holding(group);
      metastore.addGroup(group, { members: [EVE] });
      metastore.grant('function', PROD, EVE, ['APPLY_TAG']);
      const seen = await run(gateOnGrants, forbid(ROOT), { token: AS_ROOT });
      expect(seen.outputs).toMatchObject({ outcome: 'denied', allowed: 'false' });
      const holders = (JSON.parse(seen.outputs['forbidden'] ?? '') as { principal: string }[]).map(
        ({ principal }) => principal,
      );
      expect(holders).toContain(EVE);
      expect(seen.outputs['forbidden']).toContain('a group has the same name');
    }
  });

  test('nor does a service principal that is listed, or is in a listed group, by its application id', async () => {
    for (const except of [UUID, 'robots']) {
      const { run, metastore } = await holding(UUID);
      metastore.addServicePrincipal(UUID, { displayName: 'robot', groups: ['robots'] });
      const before = await run(gateOnGrants, forbid(except), { token: AS_ROOT });
      expect(before.outputs).toMatchObject({ outcome: 'ok', forbidden: '[]' });
      metastore.addGroup(UUID, { members: [EVE] });
      const seen = await run(gateOnGrants, forbid(except), { token: AS_ROOT });
      expect(seen.outputs).toMatchObject({ outcome: 'denied', allowed: 'false' });
      expect(seen.outputs['forbidden']).toContain('a group has the same name');
    }
  });
});
