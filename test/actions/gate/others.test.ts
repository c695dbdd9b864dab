import { describe, expect, test } from 'vitest';
import { gateOnGrants } from '../../../src/actions/gate-on-grants.ts';
import { expectRefused } from '../expectations.ts';
import { TOKENS, world, type ActionRun } from '../harness.ts';
import { PROD, PROMOTER, STAGING } from '../../../emulator/seeds/demo-models.ts';

const ADA = 'ada@example.com';
const GRACE = 'grace@example.com';
const READ = { model: STAGING, operations: 'read' };

const outputOf = (seen: ActionRun, name: string) =>
  (JSON.parse(seen.outputs[name] ?? '') as { principal: string; privilege: string; reason: string }[]).map(
    ({ principal, privilege }) => `${principal}: ${privilege}`,
  );

describe('several principals', () => {
  test('each is judged and told under its name; what is missing names who lacks it', async () => {
    const { run } = await world();
    const seen = await run(gateOnGrants, { ...READ, principal: `${ADA}\n${GRACE}\n# nobody\n${GRACE}` });
    expectRefused(seen, 'denied');
    expect(seen.outputs['allowed']).toBe('false');
    expect(seen.report.checks.map(({ name }) => name)).toEqual([
      `Privileges of ${ADA}`,
      `Privileges of ${GRACE}`,
    ]);
    expect(new Set(outputOf(seen, 'missing').map((each) => each.split(':')[0]))).toEqual(new Set([GRACE]));
    expect(seen.outputs['statements']).toContain('TO `grace@example.com`');
    expect(seen.outputs['statements']).not.toContain('ada@example.com');
  });

  test('the caller among them is judged as the caller', async () => {
    const { run } = await world();
    const seen = await run(gateOnGrants, { ...READ, principal: `${PROMOTER}\n${ADA}` });
    expect(seen.outputs).toMatchObject({ outcome: 'ok', allowed: 'true' });
    expect(seen.verdict).toContain('2 principals hold every required privilege');
  });
});

describe('what the caller may not see of somebody else', () => {
  const blind = { switches: { groupRowsInFilter: false, groupMembers: 'denied' } } as const;
  const hidden = { switches: { ...blind.switches, grantsOfOthers: 'denied' } } as const;

  test('is deferred: neither denied nor allowed, and said in outputs, facts and table', async () => {
    const { run } = await world(blind);
    const seen = await run(gateOnGrants, { ...READ, principal: ADA });
    expect(seen.outputs).toMatchObject({ outcome: 'ok', allowed: 'false', missing: '[]', unknown: '[]' });
    expect(outputOf(seen, 'deferred')).toEqual([`${ADA}: USE_CATALOG`, `${ADA}: USE_SCHEMA`]);
    expect(seen.verdict).toMatch(/lacks no visible privilege, \d deferred until the principal signs in/u);
    expect(seen.summary).toContain('Deferred');
    expect(seen.report.facts).toContainEqual(expect.objectContaining({ label: 'Deferred' }));
  });

  test('also where grants of others are refused', async () => {
    const { run } = await world(hidden);
    const seen = await run(gateOnGrants, { ...READ, principal: ADA });
    expect(seen.outputs['outcome']).toBe('ok');
    expect(outputOf(seen, 'deferred')).toEqual([`${ADA}: USE_CATALOG`, `${ADA}: USE_SCHEMA`]);
  });

  test('but of a group it is unknown, since a group never acts', async () => {
    const { run } = await world(hidden);
    const seen = await run(gateOnGrants, { ...READ, principal: 'some-team' });
    expectRefused(seen, 'denied');
    expect([outputOf(seen, 'unknown').length > 0, seen.outputs['deferred']]).toEqual([true, '[]']);
  });

  test('members of the groups that hold settle it', async () => {
    const { run } = await world({ switches: { groupRowsInFilter: false } });
    const seen = await run(gateOnGrants, { ...READ, principal: `${ADA}\n${GRACE}` });
    expect(outputOf(seen, 'missing').map((each) => each.split(':')[0])).not.toContain(ADA);
    expect(outputOf(seen, 'missing')).toContain(`${GRACE}: USE_CATALOG`);
    // Whether a policy gives it is shown to nobody without MANAGE.
    expect(outputOf(seen, 'deferred')).toEqual([`${GRACE}: EXECUTE`]);
  });

  test('and where everybody can be seen to lack it, it is missing', async () => {
    const { run, emulator } = await world(blind);
    emulator.metastore.revoke('schema', 'staging.ml_team', 'data-science', ['EXECUTE']);
    emulator.metastore.revoke('schema', 'staging.ml_team', 'ml-deployers', ['EXECUTE']);
    emulator.metastore.grant('function', STAGING, 'admin@example.com', ['EXECUTE']);
    const seen = await run(gateOnGrants, { ...READ, principal: GRACE }, { token: TOKENS.admin });
    expectRefused(seen, 'denied');
    expect(outputOf(seen, 'missing')).toContain(`${GRACE}: EXECUTE`);
  });
});

describe('on-unknown', () => {
  const blind = async () => {
    const { run, emulator } = await world();
    emulator.faults.add({
      template: /effective-permissions/u,
      times: Number.POSITIVE_INFINITY,
      kind: { kind: 'status', status: 403, message: 'no MANAGE' },
    });
    return run;
  };

  test('fail, the default: denied', async () => {
    const seen = await (await blind())(gateOnGrants, READ);
    expectRefused(seen, 'denied');
    expect(outputOf(seen, 'unknown').length).toBeGreaterThan(0);
  });

  test('warn: goes on, and says that nothing was seen to be granted', async () => {
    const seen = await (await blind())(gateOnGrants, { ...READ, 'on-unknown': 'warn' });
    expect([seen.outputs['outcome'], seen.outputs['allowed'], seen.exitCode]).toEqual(['ok', 'false', 0]);
    expect(seen.verdict).toMatch(/lacks no visible privilege, \d unknown/u);
    expect(seen.annotations.some(({ level }) => level === 'warning')).toBe(true);
    expect(seen.report.facts).toContainEqual(expect.objectContaining({ label: 'Unknown' }));
  });

  test('warn does not forgive what is missing', async () => {
    const { run } = await world();
    const seen = await run(gateOnGrants, { ...READ, 'on-unknown': 'warn' }, { token: TOKENS.reader });
    expectRefused(seen, 'denied');
  });
});

describe('nested groups', () => {
  /** The promoter is in `inner`, which is in `outer`; Me lists `inner` alone, and filters answer no rows of groups. */
  async function nested(owner: string) {
    const made = await world({ switches: { groupsComplete: false, groupRowsInFilter: false } });
    made.emulator.metastore.addGroup('outer', { members: ['ml-deployers'] });
    made.emulator.metastore.addGroup('strangers', { members: [ADA] });
    made.emulator.metastore.model(PROD).owner = owner;
    // A row of a stranger shows that everybody's rows are answered.
    made.emulator.metastore.grant('catalog', 'prod', GRACE, ['BROWSE']);
    return made;
  }

  test('ownership by a group that the list lacks is found by its members', async () => {
    const { run } = await nested('outer');
    const seen = await run(gateOnGrants, { model: PROD, operations: 'set-alias' });
    expect(seen.outputs).toMatchObject({ outcome: 'ok', allowed: 'true' });
  });

  test('ownership by a group of others is missing, once its members are known', async () => {
    const { run } = await nested('strangers');
    const seen = await run(gateOnGrants, { model: PROD, operations: 'set-alias' });
    expect(outputOf(seen, 'missing')).toContain(`${PROMOTER}: OWNERSHIP`);
  });

  test('a grant to a group that the list lacks is unknown, never missing', async () => {
    const { run, emulator } = await nested('ml-deployers');
    emulator.metastore.revoke('schema', 'prod.ml_team', 'ml-deployers', ['CREATE_MODEL']);
    emulator.metastore.grant('schema', 'prod.ml_team', 'outer', ['CREATE_MODEL']);
    const seen = await run(gateOnGrants, { require: 'schema prod.ml_team: EXTERNAL USE SCHEMA' });
    const open = await run(gateOnGrants, { require: 'schema prod.ml_team: CREATE MODEL' });
    expect([outputOf(open, 'unknown'), outputOf(open, 'missing')]).toEqual([
      [`${PROMOTER}: CREATE_MODEL`],
      [],
    ]);
    expect(outputOf(seen, 'missing')).toEqual([`${PROMOTER}: EXTERNAL_USE_SCHEMA`]);
  });
});

describe('a metastore without inheritance', () => {
  test('grants on parents do not hold below; the statement names the object itself, and then it is held', async () => {
    const { run, emulator } = await world();
    emulator.metastore.setPrivilegeModel('0.1');
    const seen = await run(gateOnGrants, { require: `${STAGING}: EXECUTE` });
    expectRefused(seen, 'denied');
    expect(outputOf(seen, 'missing')).toEqual([`${PROMOTER}: EXECUTE`]);
    expect(seen.outputs['statements']).toBe(
      `GRANT EXECUTE ON FUNCTION \`staging\`.\`ml_team\`.\`fraud_detection\` TO \`${PROMOTER}\``,
    );
    emulator.metastore.grant('function', STAGING, PROMOTER, ['EXECUTE']);
    expect((await run(gateOnGrants, { require: `${STAGING}: EXECUTE` })).outputs['allowed']).toBe('true');
  });
});

describe('policies that grant', () => {
  const policy = {
    name: 'open-models',
    onType: 'catalog',
    onName: 'prod',
    to: ['ml-deployers'],
    privileges: ['EXECUTE'],
    whenTag: ['tier', 'open'],
  } as const;
  const owner = { require: `${PROD}: EXECUTE` };

  test.each([
    ['seen, and for the caller: unknown', 'everybody', ['ml-deployers'], 'unknown'],
    ['seen, and for others: missing', 'everybody', [ADA], 'missing'],
    ['not to be seen: unknown', 'managers', [ADA], 'unknown'],
  ] as const)('%s', async (_title, policiesShown, to, state) => {
    const { run, emulator } = await world({ switches: { policiesShown, manageSeesMetadata: true } });
    emulator.metastore.model(PROD).owner = 'admin@example.com';
    emulator.metastore.grant('function', PROD, 'ml-deployers', ['MANAGE']);
    emulator.metastore.addPolicy({ ...policy, to });
    const seen = await run(gateOnGrants, owner);
    expectRefused(seen, 'denied');
    expect(outputOf(seen, state)).toEqual([`${PROMOTER}: EXECUTE`]);
  });
});
