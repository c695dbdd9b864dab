import { describe, expect, test } from 'vitest';
import { copyVersion } from '../../src/actions/copy-version.ts';
import { gateOnGrants } from '../../src/actions/gate-on-grants.ts';
import { promote } from '../../src/actions/promote.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import { PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { expectRefused, printedTodo } from './expectations.ts';
import { TOKENS, world, type ActionRun } from './harness.ts';
import { printedStatements } from './remedies.ts';

const PROMOTE = { source: `models:/${STAGING}/1`, destination: PROD };
const GRACE = 'grace@example.com';
const times = (text: string, part: string) => text.split(part).length - 1;

/** Everything that people read of a run, each part by itself. */
const partsOf = (seen: ActionRun) => [
  JSON.stringify(seen.blocks),
  seen.annotations.map(({ message }) => message).join('\n'),
];

const sqlBlocks = ({ report }: ActionRun) =>
  report.todo.filter((block) => block.kind === 'code' && block.language === 'sql');

describe('who holds nothing', () => {
  const nothing = async () => (await world()).run(promote, PROMOTE, { token: TOKENS.reader });

  test('gets one block of statements, in the order in which they work, for both sides', async () => {
    const seen = await nothing();
    expectRefused(seen, 'denied');
    expect(sqlBlocks(seen)).toHaveLength(1);
    const on = printedStatements(seen.report).map(
      (line) => / ON (CATALOG|SCHEMA|FUNCTION) /u.exec(line)?.[1],
    );
    expect(on).toEqual([...on].sort((a = '', b = '') => LEVELS.indexOf(a) - LEVELS.indexOf(b)));
    expect(printedStatements(seen.report)).toEqual([
      `GRANT USE CATALOG ON CATALOG \`staging\` TO \`${GRACE}\`;`,
      `GRANT USE CATALOG ON CATALOG \`prod\` TO \`${GRACE}\`;`,
      `GRANT USE SCHEMA ON SCHEMA \`staging\`.\`ml_team\` TO \`${GRACE}\`;`,
      `GRANT USE SCHEMA ON SCHEMA \`prod\`.\`ml_team\` TO \`${GRACE}\`;`,
      `GRANT EXECUTE ON FUNCTION \`staging\`.\`ml_team\`.\`fraud_detection\` TO \`${GRACE}\`;`,
      `GRANT CREATE MODEL VERSION ON FUNCTION \`prod\`.\`ml_team\`.\`fraud_detection\` TO \`${GRACE}\`;`,
      `GRANT EXECUTE ON FUNCTION \`prod\`.\`ml_team\`.\`fraud_detection\` TO \`${GRACE}\`;`,
      `GRANT APPLY TAG ON FUNCTION \`prod\`.\`ml_team\`.\`fraud_detection\` TO \`${GRACE}\`;`,
    ]);
  });

  const LEVELS = ['CATALOG', 'SCHEMA', 'FUNCTION'];

  test('is told first to run it as the principal that promotes, and who may grant', async () => {
    const seen = await nothing();
    expect(printedTodo(seen)).toMatch(
      /^Run this step as the principal that is meant to promote\. Only if grace/u,
    );
    expect(printedTodo(seen)).toContain(
      'Who can run it: the owner of catalog staging and the owner of catalog prod, each for the objects in it, or a metastore admin.',
    );
  });

  test('reads each right once: what cannot be seen is one finding for each right that hides it', async () => {
    const seen = await nothing();
    const findings = seen.report.checks.flatMap(({ decision }) => decision?.findings ?? []);
    expect(findings.map(({ code }) => code)).toEqual([
      'privilege-missing',
      'rights-hidden',
      'privilege-missing',
      'rights-hidden',
    ]);
    expect(findings.every(({ fix }) => fix === undefined)).toBe(true);
    const [page = '', annotations = ''] = partsOf(seen);
    expect(times(annotations, 'USE CATALOG on catalog prod: missing')).toBe(1);
    expect(times(page, `${GRACE} lacks USE CATALOG on catalog staging and USE CATALOG on catalog prod`)).toBe(
      1,
    );
    for (const { message } of findings) expect(times(page, message)).toBe(0);
  });

  test('has each right, what needs it and why it is not held in a fold that counts them', async () => {
    const seen = await nothing();
    const folds = seen.report.sections.filter(({ title }) => title.startsWith('Privileges on the '));
    expect(folds.map(({ title, folded }) => [title, folded])).toEqual([
      ['Privileges on the source: 1 missing, 2 unknown', true],
      ['Privileges on the destination: 1 missing, 5 unknown', true],
    ]);
    const [table] = folds[0]?.blocks ?? [];
    expect(table?.kind === 'table' && table.rows[0]).toEqual([
      'USE CATALOG',
      'catalog staging',
      'read the model and its files',
      'missing',
      'no grant, group or ownership provides it',
    ]);
  });

  test('has the same by REST in a fold', async () => {
    const seen = await nothing();
    const section = seen.report.sections.find(({ title }) => title === 'As REST requests');
    expect(section?.folded).toBe(true);
    expect(JSON.stringify(section?.blocks)).toContain(
      'PATCH /api/2.1/unity-catalog/permissions/catalog/prod',
    );
    expect(times(JSON.stringify(section?.blocks), 'PATCH ')).toBe(6);
  });
});

test.each([
  ['promote', promote, PROMOTE],
  ['copy-version', copyVersion, PROMOTE],
  ['set-alias', setAlias, { model: PROD, alias: 'Champion', version: '1' }],
  ['tag-status', tagStatus, { model: PROD, version: '1', status: 'approved' }],
  ['gate-on-grants', gateOnGrants, { ...PROMOTE, operations: 'copy, set-alias' }],
] as const)('%s: the error says who lacks what, and repeats no finding', async (_title, action, inputs) => {
  const { run } = await world();
  for (const token of [TOKENS.reader, TOKENS.trainer]) {
    const seen = await run(action, inputs, { token });
    expectRefused(seen, 'denied');
    expect(seen.report.error?.message).toMatch(/^\S+@example\.com lacks /u);
    expect(sqlBlocks(seen).length).toBeLessThanOrEqual(1);
    const errors = seen.report.checks
      .flatMap(({ decision }) => decision?.findings ?? [])
      .filter(({ severity }) => severity === 'error');
    expect(errors.length).toBeGreaterThan(0);
    const page = JSON.stringify(seen.blocks);
    const shown = errors.filter(({ message }) => page.includes(JSON.stringify(message).slice(1, -1)));
    // One alone says more than who lacks it: what needs it. Of several the first sentence says how many there are.
    expect(shown.length).toBe(errors.length === 1 ? 1 : 0);
    for (const { message } of shown) expect(times(page, JSON.stringify(message).slice(1, -1))).toBe(1);
    const said = (seen.report.error?.message ?? '').replace(/\.$/u, '');
    expect(times(page, JSON.stringify(said).slice(1, -1))).toBe(errors.length === 1 ? 0 : 1);
  }
});

test('one missing right: the error names it, and the block has who may run it by name', async () => {
  const { emulator, run } = await world();
  const { metastore } = emulator;
  for (const [type, name, right] of [
    ['catalog', 'prod', 'USE_CATALOG'],
    ['schema', 'prod.ml_team', 'USE_SCHEMA'],
    ['function', PROD, 'EXECUTE'],
  ] as const)
    metastore.grant(type, name, GRACE, [right]);
  const seen = await run(tagStatus, { model: PROD, status: 'approved' }, { token: TOKENS.reader });
  expect(seen.report.error?.message).toBe(`${GRACE} lacks APPLY TAG on model ${PROD}.`);
  expect(printedTodo(seen).split('\n')).toEqual([
    `Have an administrator run this once for ${GRACE}, then run the failed job again:`,
    `GRANT APPLY TAG ON FUNCTION \`prod\`.\`ml_team\`.\`fraud_detection\` TO \`${GRACE}\`;`,
    `Who can run it: the owner of model ${PROD} (ml-deployers), the owner of schema prod.ml_team (admin@example.com), the owner of catalog prod (admin@example.com), a principal with MANAGE on one of them, or a metastore admin.`,
  ]);
});

test('two principals of a gate share one block', async () => {
  const { run, emulator } = await world();
  emulator.metastore.addUser('eve@example.com');
  const inputs = { require: 'catalog prod: USE_CATALOG', principal: 'grace@example.com\neve@example.com' };
  emulator.metastore.grant('catalog', 'prod', '5d1f2c1e-7a44-4f0e-9d0b-0c0ffee0cafe', ['MANAGE']);
  const seen = await run(gateOnGrants, inputs);
  expectRefused(seen, 'denied');
  expect(seen.report.error?.message).toMatch(/^2 principals lack /u);
  expect(printedStatements(seen.report)).toEqual([
    `GRANT USE CATALOG ON CATALOG \`prod\` TO \`${GRACE}\`;`,
    'GRANT USE CATALOG ON CATALOG `prod` TO `eve@example.com`;',
  ]);
});

test('a catalog that is not bound is one row, whatever cannot be seen in it', async () => {
  const { run, emulator } = await world();
  emulator.metastore.createCatalog('elsewhere', { owner: 'admin@example.com', boundWorkspaces: ['999'] });
  emulator.metastore.createSchema('elsewhere.s');
  emulator.metastore.createModel('elsewhere.s.m', { owner: 'ml-deployers' });
  const seen = await run(gateOnGrants, { model: 'elsewhere.s.m', operations: 'read, set-alias' });
  expectRefused(seen, 'denied');
  const codes = seen.report.checks.flatMap(
    ({ decision }) => decision?.findings.map(({ code }) => code) ?? [],
  );
  expect(codes).toEqual(['catalog-not-bound']);
  expect(sqlBlocks(seen)).toEqual([]);
});

describe('nobody is told to take prod over', () => {
  test.each([
    ['promote', promote, PROMOTE],
    ['set-alias', setAlias, { model: PROD, alias: 'Champion', version: '1' }],
    ['gate-on-grants', gateOnGrants, { model: PROD, operations: 'set-alias' }],
  ] as const)(
    '%s by the trainer: as whom to run it, and no change of owner',
    async (_title, action, inputs) => {
      const { run, emulator } = await world();
      // Who may read the model is told its owner.
      emulator.metastore.grant('schema', 'prod.ml_team', 'data-science', ['EXECUTE']);
      const seen = await run(action, inputs, { token: TOKENS.trainer });
      expectRefused(seen, 'denied');
      expect(printedTodo(seen)).toMatch(
        /^Run this step as the principal that is meant to promote: ml-deployers owns model/u,
      );
      for (const part of [...partsOf(seen), JSON.stringify(seen.report.todo), seen.log.join('\n')])
        expect(part).not.toMatch(/--owner|"owner"|owner[^.]*data-science/u);
    },
  );

  test('an owner that is a person is to give way to a group of those who promote', async () => {
    const { run, emulator } = await world();
    emulator.metastore.model(PROD).owner = 'ada@example.com';
    emulator.metastore.grant('function', PROD, 'ml-deployers', ['EXECUTE', 'APPLY_TAG']);
    const seen = await run(setAlias, { model: PROD, alias: 'Champion', version: '1' });
    expectRefused(seen, 'denied');
    expect(printedTodo(seen)).toContain(
      'make a group the owner that contains the principals that promote and no one who trains',
    );
    expect(printedTodo(seen)).not.toContain('--owner');
  });

  test.each([
    ['the one group of the list', 'ml-deployer'],
    ['one of several', 'ml-deployer\nml-deployers'],
  ])('a group that was found absent becomes no owner: %s', async (_title, except) => {
    const { run, emulator } = await world();
    emulator.metastore.model(PROD).owner = 'data-science';
    emulator.metastore.grant('function', PROD, 'ml-deployers', ['EXECUTE', 'MANAGE']);
    const seen = await run(gateOnGrants, { forbid: `${PROD}: OWNERSHIP`, except });
    expectRefused(seen, 'denied');
    const said = JSON.stringify([seen.report.todo, seen.report.checks, seen.outputs['requests']]);
    expect(said).toContain('Correct except: this workspace has no group ml-deployer.');
    expect(said).not.toMatch(/--owner|\\"owner\\"|one of ml-deployer,/u);
  });

  test('an owner that the caller does not belong to: who is to run it, and no group of theirs', async () => {
    const { run } = await world();
    const seen = await run(copyVersion, {
      source: PROMOTE.source,
      destination: 'prod.ml_team.fresh',
      'create-destination': 'true',
      'destination-owner': 'leads',
    });
    expectRefused(seen, 'invalid');
    expect(seen.report.error?.fix).toMatch(/^Run the step as a member of leads, .* Never name a group/u);
    expect(seen.report.error?.fix).not.toContain('change the owner');
  });
});
