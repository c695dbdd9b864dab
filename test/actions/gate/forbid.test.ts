import { describe, expect, test } from 'vitest';
import type { EmulatorOptions } from '../../../emulator/index.ts';
import { gateOnGrants } from '../../../src/actions/gate-on-grants.ts';
import { expectRefused, printedTodo } from '../expectations.ts';
import { TOKENS, world, type ActionRun } from '../harness.ts';
import { applyRequests, type PrintedRequest } from '../remedies.ts';
import { PROD } from '../../../emulator/seeds/demo-models.ts';

const EVE = 'eve@example.com';
const ADMIN = 'admin@example.com';
const FORBID = `${PROD}: OWNERSHIP, MANAGE, CREATE MODEL VERSION, APPLY TAG`;
const GATE = { forbid: FORBID, except: `ml-deployers\n${ADMIN}` };

interface Forbidden {
  readonly principal: string;
  readonly state: string;
  readonly privilege: string;
  readonly by: { readonly privilege: string; readonly on: { readonly name: string } };
  readonly reason: string;
  readonly members?: readonly string[];
  readonly membersIncomplete?: string;
}

const forbiddenOf = (seen: ActionRun) => JSON.parse(seen.outputs['forbidden'] ?? '') as Forbidden[];
const shown = (seen: ActionRun) =>
  forbiddenOf(seen).map(
    ({ principal, state, privilege, by }) =>
      `${principal} ${state}: ${privilege} by ${by.privilege} on ${by.on.name}`,
  );

async function made(options: EmulatorOptions = {}) {
  const here = await world(options);
  here.emulator.metastore.addUser(EVE);
  // Only who may see a model sees its owner.
  here.emulator.metastore.grant('function', PROD, ADMIN, ['EXECUTE']);
  const gate = (inputs: Record<string, string> = {}) =>
    here.run(gateOnGrants, { ...GATE, ...inputs }, { token: TOKENS.admin });
  return { ...here, gate, metastore: here.emulator.metastore };
}

test('nobody but the list: passes, and the listed group is expanded', async () => {
  const { gate } = await made();
  const seen = await gate();
  expect(seen.outputs).toMatchObject({ outcome: 'ok', allowed: 'true', forbidden: '[]', requests: '[]' });
  expect(seen.verdict).toContain('No other principal was found to hold a forbidden right');
  expect(JSON.stringify(seen.report.sections)).toContain('ml-deployers in except: promoter.');
});

test('a listed group whose name looks like that of a user lets its members in', async () => {
  const { gate, metastore } = await made();
  const team = 'ml-team@example.com';
  metastore.addGroup(team, { members: [EVE] });
  metastore.grant('function', PROD, EVE, ['APPLY_TAG']);
  const seen = await gate({ except: `ml-deployers\n${ADMIN}\n${team}` });
  expect(seen.outputs).toMatchObject({ outcome: 'ok', allowed: 'true', forbidden: '[]' });
  expect(JSON.stringify(seen.report.sections)).toContain(`${team} in except: ${EVE}.`);
  // A group within it is in it too.
  metastore.addGroup('helpers', { members: [EVE] });
  metastore.addGroup(team, { members: [EVE, 'helpers'] });
  metastore.grant('function', PROD, 'helpers', ['APPLY_TAG']);
  expect((await gate({ except: `ml-deployers\n${ADMIN}\n${team}` })).outputs).toMatchObject({
    forbidden: '[]',
  });
  const refused = await gate({ except: `ml-deployers\n${ADMIN}\ngrace@example.com` });
  expect(shown(refused)).toEqual([
    `${EVE} forbidden: APPLY_TAG by APPLY_TAG on ${PROD}`,
    `helpers forbidden: APPLY_TAG by APPLY_TAG on ${PROD}`,
  ]);
});

test('a comment behind a name of the list makes another name of it, and the refusal says so', async () => {
  const { gate } = await made();
  const seen = await gate({ except: `ml-deployers # the pipeline\n${ADMIN}` });
  expectRefused(seen, 'denied');
  expect(forbiddenOf(seen)[0]?.reason).toContain(
    '"ml-deployers # the pipeline" is a different name, because a comment must be on a line of its own',
  );
});

test('every way of holding is found, told and taken away by what is printed', async () => {
  const { gate, metastore, emulator } = await made();
  metastore.addGroup('auditors', { members: [EVE] });
  metastore.grant('function', PROD, EVE, ['APPLY_TAG']);
  metastore.grant('schema', 'prod.ml_team', 'auditors', ['ALL_PRIVILEGES']);
  metastore.grant('catalog', 'prod', 'account users', ['MANAGE']);
  metastore.model(PROD).owner = EVE;
  const seen = await gate();
  expectRefused(seen, 'denied');
  expect(shown(seen)).toEqual([
    `${EVE} forbidden: OWNERSHIP by OWNERSHIP on ${PROD}`,
    'account users forbidden: MANAGE by MANAGE on prod',
    `${EVE} forbidden: MANAGE by OWNERSHIP on ${PROD}`,
    'auditors forbidden: CREATE_MODEL_VERSION by ALL_PRIVILEGES on prod.ml_team',
    `${EVE} forbidden: CREATE_MODEL_VERSION by OWNERSHIP on ${PROD}`,
    `${EVE} forbidden: APPLY_TAG by APPLY_TAG on ${PROD}`,
    'auditors forbidden: APPLY_TAG by ALL_PRIVILEGES on prod.ml_team',
    `${EVE} forbidden: APPLY_TAG by OWNERSHIP on ${PROD}`,
  ]);
  expect(forbiddenOf(seen)[3]?.members).toEqual([EVE]);
  expect(seen.outputs['statements']?.split('\n')).toEqual([
    'REVOKE MANAGE ON CATALOG `prod` FROM `account users`',
    'REVOKE ALL PRIVILEGES ON SCHEMA `prod`.`ml_team` FROM `auditors`',
    'REVOKE APPLY TAG ON FUNCTION `prod`.`ml_team`.`fraud_detection` FROM `eve@example.com`',
  ]);
  expect(printedTodo(seen)).toContain(`databricks registered-models update ${PROD} --owner ml-deployers`);
  await applyRequests(emulator, JSON.parse(seen.outputs['requests'] ?? '') as PrintedRequest[]);
  expect((await gate()).outputs).toMatchObject({ outcome: 'ok', allowed: 'true' });
});

describe('who is let in', () => {
  test('a member of a listed group, through nesting; not a member of another', async () => {
    const { gate, metastore } = await made();
    metastore.addGroup('ml-deployers', { members: ['on-call'] });
    metastore.addGroup('on-call', { members: [EVE] });
    metastore.addUser('mallory@example.com');
    metastore.grant('function', PROD, EVE, ['MANAGE']);
    metastore.grant('function', PROD, 'on-call', ['APPLY_TAG']);
    expect((await gate()).outputs).toMatchObject({ outcome: 'ok', allowed: 'true' });
    metastore.grant('function', PROD, 'mallory@example.com', ['MANAGE']);
    expect(shown(await gate())).toEqual([`mallory@example.com forbidden: MANAGE by MANAGE on ${PROD}`]);
  });

  test('where members cannot be read, a person is unknown and not let in, and a listed name still is', async () => {
    const { run, metastore } = await made({ switches: { groupMembers: 'denied' } });
    metastore.grant('function', PROD, EVE, ['MANAGE']);
    const seen = await run(gateOnGrants, GATE);
    expectRefused(seen, 'denied');
    expect(shown(seen)).toEqual([`${EVE} unknown: MANAGE by MANAGE on ${PROD}`]);
    expect((await run(gateOnGrants, { ...GATE, except: `${GATE.except}\n${EVE}` })).outputs['outcome']).toBe(
      'ok',
    );
    const warned = await run(gateOnGrants, { ...GATE, 'on-unknown': 'warn' });
    expect([warned.outputs['outcome'], warned.outputs['allowed']]).toEqual(['ok', 'false']);
    expect(warned.verdict).toContain('1 unknown');
  });

  test('four levels of groups are more than three rounds read: unknown', async () => {
    const { gate, metastore } = await made();
    for (const [group, member] of [
      ['ml-deployers', 'one'],
      ['one', 'two'],
      ['two', 'three'],
      ['three', EVE],
    ] as const) {
      metastore.addGroup(group, { members: [member] });
    }
    metastore.grant('function', PROD, EVE, ['MANAGE']);
    expect(shown(await gate())).toEqual([`${EVE} unknown: MANAGE by MANAGE on ${PROD}`]);
  });

  test('a name that differs in case or by a look-alike letter is another, and the reason says so', async () => {
    const { gate, metastore } = await made();
    metastore.addGroup('ML-Deployers');
    metastore.addGroup('ml-d\u0435ployers');
    metastore.grant('function', PROD, 'ML-Deployers', ['MANAGE']);
    metastore.grant('function', PROD, 'ml-d\u0435ployers', ['MANAGE']);
    const [first, second] = forbiddenOf(await gate());
    expect(first?.reason).toContain('ml-deployers is a different name');
    expect(second?.reason).toContain('letters');
  });
});

describe('what cannot be seen', () => {
  test('grants that are refused make the answer unknown, never a pass', async () => {
    const { run } = await made({ switches: { grantsOfOthers: 'denied' } });
    const seen = await run(gateOnGrants, { ...GATE, forbid: 'prod: MANAGE' });
    expectRefused(seen, 'denied');
    expect(JSON.stringify(seen.report.checks)).toContain('who holds it is unknown');
  });

  test('an answer that has rows of the caller only is no list of holders: unknown, never a pass', async () => {
    const { run, metastore } = await made({ switches: { grantsOfOthers: 'own-only' } });
    metastore.grant('schema', 'prod.ml_team', EVE, ['APPLY_TAG']);
    metastore.model(PROD).owner = ADMIN;
    const inputs = { ...GATE, forbid: `${PROD}: APPLY TAG` };
    const seen = await run(gateOnGrants, inputs);
    expectRefused(seen, 'denied');
    expect(JSON.stringify(seen.report.checks)).toContain('may be incomplete');
    const shownAll = await run(gateOnGrants, inputs, { token: TOKENS.admin });
    expect(shown(shownAll)).toEqual([`${EVE} forbidden: APPLY_TAG by APPLY_TAG on prod.ml_team`]);
  });

  test('an object that does not exist lets nobody pass', async () => {
    const { gate } = await made();
    const seen = await gate({ forbid: 'prod.ml_team.fraud_detectoin: MANAGE', 'on-unknown': 'warn' });
    expectRefused(seen, 'invalid');
    expect(seen.report.error?.message).toContain(
      'Input `forbid`: the model prod.ml_team.fraud_detectoin does not exist',
    );
  });

  test.each([
    ['to somebody of the list: let in', 'ml-deployers', 'ok'],
    ['to a group that is not listed: unknown, and the fix is about the policy', 'auditors', 'denied'],
  ])('a policy that grants EXECUTE %s', async (_title, to, outcome) => {
    const { gate, metastore } = await made();
    metastore.addGroup('auditors', { members: [EVE] });
    metastore.addPolicy({
      name: 'open',
      onType: 'schema',
      onName: 'prod.ml_team',
      to: [to],
      privileges: ['EXECUTE'],
      whenTag: ['tier', 'open'],
    });
    const seen = await gate({ forbid: `${PROD}: EXECUTE` });
    expect(seen.outputs['outcome']).toBe(outcome);
    if (outcome === 'ok') return;
    expect(shown(seen)).toEqual([`auditors unknown: EXECUTE by EXECUTE on ${PROD}`]);
    expect(printedTodo(seen)).toContain('Remove auditors from the policy open, or name it in except');
    expect(seen.outputs['statements']).toBe('');
  });

  test('a policy that grants EXECUTE is no grant in any list: unknown', async () => {
    const { gate, metastore } = await made();
    const forbid = `${PROD}: EXECUTE`;
    expect((await gate({ forbid })).outputs['outcome']).toBe('ok');
    metastore.addPolicy({
      name: 'open',
      onType: 'schema',
      onName: 'prod.ml_team',
      to: ['account users'],
      privileges: ['EXECUTE'],
      whenTag: ['tier', 'open'],
    });
    expectRefused(await gate({ forbid }), 'denied');
  });
});

test('beside the rights that are required, and with fail-on-deny: false', async () => {
  const { run, metastore } = await made();
  metastore.grant('function', PROD, EVE, ['MANAGE']);
  const seen = await run(gateOnGrants, {
    ...GATE,
    model: PROD,
    operations: 'set-alias',
    'fail-on-deny': 'false',
  });
  expect([seen.outputs['outcome'], seen.exitCode]).toEqual(['denied', 0]);
  expect(seen.verdict).toContain('holds every required privilege; 1 principal holds a forbidden right');
});

test('what lies below a catalog or schema is not looked at, and that is said', async () => {
  const { gate, metastore } = await made();
  metastore.model(PROD).owner = EVE;
  const seen = await gate({ forbid: 'prod: MANAGE, OWNERSHIP', except: `${ADMIN}\nplatform` });
  const reported = 'models below catalog prod were not checked';
  expect(seen.verdict).toContain(reported);
  expect(seen.summary).toContain('Not checked');
  const plain = await gate({ forbid: 'prod: USE CATALOG', except: 'account users\nml-deployers' });
  expect(plain.verdict).not.toContain('not looked at');
});

describe('who is named as the next owner', () => {
  test.each([
    ['the one group', 'account users\nml-deployers\nadmin@example.com', '--owner ml-deployers'],
    ['nobody of two groups', 'ml-deployers\non-call', 'make one of ml-deployers, on-call the owner'],
    ['nobody, where everybody is listed', 'account users', 'make a group that may own it the owner'],
  ])('%s', async (_title, except, text) => {
    const { gate, metastore } = await made();
    metastore.addGroup('on-call');
    metastore.model(PROD).owner = EVE;
    const seen = await gate({ forbid: `${PROD}: OWNERSHIP`, except });
    expectRefused(seen, 'denied');
    expect(printedTodo(seen)).toContain(text);
    expect(printedTodo(seen)).not.toContain("--owner 'account users'");
  });
});

test('a name that would forge a line has no statement, and a request that escapes it', async () => {
  const { gate, metastore } = await made();
  const forged = 'x`;\nGRANT MANAGE ON CATALOG `prod` TO `account users';
  metastore.addGroup(forged);
  metastore.addGroup('y\u2028REVOKE');
  metastore.grant('function', PROD, forged, ['MANAGE']);
  metastore.grant('function', PROD, 'y\u2028REVOKE', ['MANAGE']);
  metastore.grant('function', PROD, EVE, ['MANAGE']);
  const seen = await gate({ forbid: `${PROD}: MANAGE` });
  expectRefused(seen, 'denied');
  expect(seen.outputs['statements']).toBe(
    'REVOKE MANAGE ON FUNCTION `prod`.`ml_team`.`fraud_detection` FROM `eve@example.com`',
  );
  expect(printedTodo(seen)).toContain('could be read as part of another statement');
  expect(printedTodo(seen)).toContain(String.raw`"principal":"x`);
  expect(printedTodo(seen)).toContain(String.raw`\nGRANT MANAGE`);
  expect(printedTodo(seen)).toContain(String.raw`y\u2028REVOKE`);
  const requests = JSON.parse(seen.outputs['requests'] ?? '') as PrintedRequest[];
  expect(JSON.stringify(requests)).toContain('GRANT MANAGE ON CATALOG');
  expect(forbiddenOf(seen).map((each) => 'statement' in each)).toEqual([false, false, true]);
});

test('on the page each holder stands in the table, and each statement in the block, once', async () => {
  const { gate, metastore } = await made();
  metastore.grant('function', PROD, EVE, ['MANAGE', 'APPLY_TAG']);
  const seen = await gate();
  expect(seen.blocks.find(({ kind }) => kind === 'paragraph')).toMatchObject({
    text: `${EVE} holds a forbidden right.`,
  });
  const statements = (seen.outputs['statements'] ?? '').split('\n');
  expect(statements).toHaveLength(2);
  for (const statement of statements) expect(JSON.stringify(seen.blocks).split(statement)).toHaveLength(2);
});

test('what a statement takes beside what is forbidden is still said', async () => {
  const { gate, metastore } = await made();
  metastore.grant('function', PROD, EVE, ['MANAGE']);
  metastore.grant('schema', 'prod.ml_team', 'auditors', ['ALL_PRIVILEGES']);
  const page = JSON.stringify((await gate()).blocks);
  expect(page).toContain(`${EVE} and auditors hold forbidden rights.`);
  expect(page.split('takes every privilege there but MANAGE')).toHaveLength(2);
  expect(page).not.toContain('held by ');
});

describe('inputs', () => {
  test.each([
    ['forbid without except', { forbid: FORBID }, /Input `except` is missing although forbid is given/u],
    ['except without forbid', { model: PROD, except: EVE }, /Input `except` has no effect without forbid/u],
    ['only comments', { model: PROD, principal: '# nobody' }, /Input `principal` contains only comments/u],
    [
      'a hidden character',
      { ...GATE, except: 'ml-deployers\nleads\u202e' },
      /Input `except`: line 2: .*\\u\{202e\}/u,
    ],
    [
      'a line of forbid',
      { ...GATE, forbid: 'prod: MANGE' },
      /Input `forbid`: line 1: "MANGE" is not a privilege/u,
    ],
  ])('%s', async (_title, inputs, message) => {
    const { run } = await world();
    const seen = await run(gateOnGrants, inputs);
    expectRefused(seen, 'invalid');
    expect(`${seen.report.error?.message ?? ''} ${printedTodo(seen)}`).toMatch(message);
    expect(seen.requests).toEqual([]);
  });
});
