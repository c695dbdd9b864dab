import { describe, expect, test } from 'vitest';
import { gateOnGrants } from '../../../src/actions/gate-on-grants.ts';
import { expectRefused } from '../expectations.ts';
import { TOKENS, world, type ActionRun } from '../harness.ts';
import { PROD, PROMOTER, STAGING } from '../../../emulator/seeds/demo-models.ts';

const ADMIN = 'admin@example.com';
const GRACE = 'grace@example.com';
const READ = { model: STAGING, operations: 'read' };
const MOVE = { model: PROD, operations: 'set-alias' };

interface Output {
  readonly principal: string;
  readonly privilege: string;
  readonly reason: string;
}

const outputOf = (seen: ActionRun, name: string) =>
  (JSON.parse(seen.outputs[name] ?? '') as Output[]).map(
    ({ principal, privilege }) => `${principal}: ${privilege}`,
  );
const reasonsOf = (seen: ActionRun, name: string) =>
  (JSON.parse(seen.outputs[name] ?? '') as Output[]).map(({ reason }) => reason).join('\n');

describe('rows that are left out of an answer, untold', () => {
  const ownOnly = { switches: { grantsOfOthers: 'own-only' } } as const;

  test('what another principal holds is not missing because the caller is not shown it', async () => {
    const { run, emulator } = await world(ownOnly);
    emulator.metastore.grant('schema', 'staging.ml_team', GRACE, ['EXECUTE']);
    const seen = await run(gateOnGrants, { ...READ, principal: GRACE });
    expect(outputOf(seen, 'missing')).toEqual([]);
    expect(outputOf(seen, 'deferred')).toContain(`${GRACE}: EXECUTE`);
    expect(reasonsOf(seen, 'deferred')).toContain('may be incomplete');
  });

  test('it is told where the caller manages the object', async () => {
    const { run, emulator } = await world(ownOnly);
    emulator.metastore.grant('catalog', 'staging', ADMIN, ['EXECUTE', 'MANAGE']);
    const seen = await run(gateOnGrants, { ...READ, principal: GRACE }, { token: TOKENS.admin });
    expectRefused(seen, 'denied');
    expect(outputOf(seen, 'missing')).toContain(`${GRACE}: EXECUTE`);
  });

  test('of the caller all rows are shown, so that what is missing is missing', async () => {
    const { run } = await world(ownOnly);
    const seen = await run(gateOnGrants, { require: 'schema prod.ml_team: CREATE VOLUME' });
    expect(outputOf(seen, 'missing')).toEqual([`${PROMOTER}: CREATE_VOLUME`]);
  });
});

describe('a group of the workspace alone that has the name of one of the account', () => {
  /** The model is owned by `owners` of the account; the promoter is in `owners` of the workspace. */
  async function namesakes(switches: Record<string, string | boolean> = {}) {
    const made = await world({ switches });
    made.emulator.metastore.addGroup('owners', { members: [ADMIN] });
    made.emulator.metastore.addLocalGroup('owners', { members: [PROMOTER] });
    made.emulator.metastore.model(PROD).owner = 'owners';
    // Only who may see a model sees its owner.
    made.emulator.metastore.grant('function', PROD, PROMOTER, ['EXECUTE']);
    return made;
  }

  test('owns nothing', async () => {
    const { run } = await namesakes();
    const seen = await run(gateOnGrants, MOVE);
    expectRefused(seen, 'denied');
    expect(outputOf(seen, 'missing')).toContain(`${PROMOTER}: OWNERSHIP`);
  });

  test('holds nothing, also where a filter leaves out rows of groups', async () => {
    const { run, emulator } = await namesakes({ groupRowsInFilter: false });
    emulator.metastore.grant('function', PROD, 'owners', ['APPLY_TAG']);
    const seen = await run(gateOnGrants, { require: `${PROD}: APPLY TAG` });
    expectRefused(seen, 'denied');
    expect(outputOf(seen, 'missing')).toEqual([`${PROMOTER}: APPLY_TAG`]);
  });

  test('is unknown where nobody tells which of them it is', async () => {
    const { run } = await namesakes({ groupMembers: 'denied' });
    const seen = await run(gateOnGrants, MOVE);
    expectRefused(seen, 'denied');
    expect(outputOf(seen, 'unknown')).toContain(`${PROMOTER}: OWNERSHIP`);
    expect(reasonsOf(seen, 'unknown')).toContain('may be a workspace-local group');
  });

  test('the one of the account still counts, by its id', async () => {
    const { run, emulator } = await namesakes();
    emulator.metastore.addGroup('owners', { members: [PROMOTER] });
    expect((await run(gateOnGrants, MOVE)).outputs).toMatchObject({ outcome: 'ok', allowed: 'true' });
  });
});

describe('a group whose name looks like that of a user', () => {
  const TEAM = 'ml-team@example.com';

  async function team(switches: Record<string, string | boolean> = {}) {
    const made = await world({ switches });
    made.emulator.metastore.addGroup(TEAM, { members: [PROMOTER] });
    made.emulator.metastore.grant('function', PROD, PROMOTER, ['EXECUTE']);
    return made;
  }

  test('owns for its members', async () => {
    const { run, emulator } = await team();
    emulator.metastore.model(PROD).owner = TEAM;
    expect((await run(gateOnGrants, MOVE)).outputs).toMatchObject({ outcome: 'ok', allowed: 'true' });
  });

  test('holds for its members, also where a filter leaves out rows of groups', async () => {
    for (const groupRowsInFilter of [true, false]) {
      const { run, emulator } = await team({ groupRowsInFilter });
      emulator.metastore.model(PROD).owner = ADMIN;
      emulator.metastore.grant('function', PROD, TEAM, ['APPLY_TAG']);
      const seen = await run(gateOnGrants, { require: `${PROD}: APPLY TAG` });
      expect(seen.outputs).toMatchObject({ outcome: 'ok', allowed: 'true' });
    }
  });

  test('is unknown, not missing, where nobody tells whether it is that of the account', async () => {
    const { run, emulator } = await team({ groupMembers: 'denied' });
    emulator.metastore.model(PROD).owner = TEAM;
    const seen = await run(gateOnGrants, MOVE);
    expectRefused(seen, 'denied');
    expect(outputOf(seen, 'missing')).toEqual([]);
    expect(outputOf(seen, 'unknown')).toContain(`${PROMOTER}: OWNERSHIP`);
  });
});

describe('a principal that is mistyped', () => {
  const typo = 'grcae@example.com';

  test('is unknown, whatever everybody holds, and the reason is that nobody lists it', async () => {
    const { run, emulator } = await world();
    emulator.metastore.grant('catalog', 'staging', 'account users', ['ALL_PRIVILEGES']);
    for (const principal of [typo, 'ml-deplyoers', '00000000-0000-4000-8000-00000000dead']) {
      const seen = await run(gateOnGrants, { ...READ, principal });
      expectRefused(seen, 'denied');
      expect(seen.outputs).toMatchObject({ deferred: '[]', missing: '[]', statements: '' });
      expect(reasonsOf(seen, 'unknown')).toContain(`this workspace has no`);
      expect(reasonsOf(seen, 'unknown')).toContain(principal);
      expect(seen.summary).toContain('Correct the name');
    }
  });

  test('but not one that a grant names: an account need not be assigned to the workspace', async () => {
    const { run, emulator } = await world();
    emulator.metastore.grant('catalog', 'staging', typo, ['ALL_PRIVILEGES']);
    expect((await run(gateOnGrants, { ...READ, principal: typo })).outputs['allowed']).toBe('true');
  });

  test('that the registry refuses to look for is a fault of the input', async () => {
    const { run, emulator } = await world();
    emulator.faults.add({
      template: /effective-permissions/u,
      times: Number.POSITIVE_INFINITY,
      kind: {
        kind: 'status',
        status: 404,
        errorCode: 'PRINCIPAL_DOES_NOT_EXIST',
        message: `Could not find principal with name ${typo}.`,
      },
    });
    const seen = await run(gateOnGrants, { ...READ, principal: typo });
    expectRefused(seen, 'invalid');
    expect(seen.report.error?.message).toContain(
      `Input \`principal\`: the registry has no principal ${typo}`,
    );
  });
});

test('a group whose members are not told has not none', async () => {
  const { run, emulator } = await world({ switches: { groupsComplete: false, groupRowsInFilter: false } });
  emulator.metastore.addGroup('outer', { members: ['ml-deployers'] });
  emulator.metastore.model(PROD).owner = 'outer';
  emulator.faults.add({
    template: /scim\/v2\/Groups/u,
    times: Number.POSITIVE_INFINITY,
    kind: { kind: 'missing-field', field: 'members' },
  });
  const seen = await run(gateOnGrants, MOVE);
  expect([outputOf(seen, 'missing'), outputOf(seen, 'unknown')]).toEqual([[], [`${PROMOTER}: OWNERSHIP`]]);
});

describe('how many requests a refusal costs', () => {
  test.each([
    [false, 18],
    [true, 18],
  ])('a caller in 300 groups, groups in the answers to a filter: %s', async (groupRowsInFilter, most) => {
    const { run, emulator } = await world({ switches: { groupRowsInFilter } });
    for (let number = 0; number < 300; number += 1) {
      emulator.metastore.addGroup(`group-${number}`, { members: [PROMOTER] });
    }
    const seen = await run(gateOnGrants, { require: `${PROD}: EXECUTE\nprod.ml_team: CREATE VOLUME` });
    expectRefused(seen, 'denied');
    expect(seen.records.length).toBeLessThanOrEqual(most);
  });

  test('where the rows of others prove that all are shown, it is still missing', async () => {
    const { run, emulator } = await world({ switches: { groupRowsInFilter: false } });
    for (let number = 0; number < 300; number += 1) {
      emulator.metastore.addGroup(`group-${number}`, { members: [PROMOTER] });
    }
    emulator.metastore.grant('schema', 'prod.ml_team', GRACE, ['BROWSE']);
    const seen = await run(gateOnGrants, { require: 'prod.ml_team: CREATE VOLUME' });
    expect(outputOf(seen, 'missing')).toEqual([`${PROMOTER}: CREATE_VOLUME`]);
  });
});
