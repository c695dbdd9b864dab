import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GOOD_FILES, PROD, PROMOTER, STAGING } from '../../emulator/seeds/demo-models.ts';
import { ownerIn } from '../../scripts/owner.ts';
import { ROOT } from '../imports.ts';
import { COPIER, endings, staged, TRAINING_JOB } from './staged.ts';
import { approvesInGroup, runWorkflow, workflowIn, workflowTexts } from './workflow.ts';

const OURS = `${ownerIn(ROOT)}/uc-promote`;

test("the README's flow, the release gate and the audit, one after the other as written, end green", async () => {
  const { play, champion, emulator } = await staged();

  const flow = await play('README.md', '1', { version: '1' }, { approver: 'grace' });
  expect(endings(flow), flow.at(-1)?.seen.verdict).toEqual([
    [`${OURS}@v1`, 0, 'ok'],
    [`${OURS}/apply@v1`, 0, 'ok'],
  ]);
  const [plan, apply] = flow;
  // The first job, whose principal owns nothing in prod, copies; the second moves the alias to that copy, and does nothing else.
  expect(plan?.seen.after.models[PROD]?.aliases['Champion']).toBe(2);
  expect(plan?.seen.outputs).toMatchObject({ version: '3', 'previous-version': '2', changed: 'true' });
  expect(apply?.seen.outputs).toMatchObject({ version: '3', 'previous-version': '2', changed: 'true' });
  expect(apply?.seen.before.models[PROD]?.versions).toEqual(apply?.seen.after.models[PROD]?.versions);
  expect(champion()).toBe(3);

  const gate = await play(
    '.github/workflows/example-release-gate.yml',
    '2',
    { source: `models:/${STAGING}/3` },
    { approver: 'grace' },
  );
  expect(endings(gate), gate.at(-1)?.seen.verdict).toEqual([
    ['./', 0, 'ok'],
    ['./gate-on-grants', 0, 'ok'],
    ['./apply', 0, 'ok'],
  ]);
  expect(champion()).toBe(4);

  const audit = await play('.github/workflows/example-alias-audit.yml', '3');
  expect(endings(audit), audit[0]?.seen.summary).toEqual([['./audit-aliases', 0, 'ok']]);
  expect(audit[0]?.seen.outputs).toMatchObject({ count: '0', 'models-seen': '1', allowed: 'true' });
  expect(audit[0]?.seen.annotations).toEqual([]);

  // What each of them says of the copies is true: an approved status stands behind it.
  for (const version of ['3', '4'])
    expect(emulator.state().models[PROD]?.versions[version]?.tags['validation_status']).toBe('approved');
  for (const { seen } of [...flow, ...gate]) expect(seen.verdict).not.toContain('without validation');
});

test("the README's second job moves nothing that the reviewer of the first did not see", async () => {
  const { play, emulator, champion } = await staged();
  const { metastore } = emulator;
  const flow = await play(
    'README.md',
    '1',
    { version: '1' },
    {
      approver: 'grace',
      betweenJobs: () => metastore.setAlias(PROD, 'Champion', 1),
    },
  );
  expect(flow.map(({ seen }) => seen.outputs['outcome'])).toEqual(['ok', 'conflict']);
  expect(champion()).toBe(1);
});

test("the README's second job does not run where there is nothing to apply", async () => {
  const { play } = await staged();
  await play('README.md', '1', { version: '1' }, { approver: 'grace' });
  const again = await play('README.md', '2', { version: '1' }, { approver: 'grace' });
  expect(again.map(({ seen }) => [seen.outputs['outcome'], seen.outputs['plan-digest'] ?? ''])).toEqual([
    ['noop', ''],
  ]);
});

const RETRAIN = 'docs/retrain-in-prod.md';

/** The training job in prod has registered a version of its own; it is no copy. */
async function retrained(files: Readonly<Record<string, string | Uint8Array>> = GOOD_FILES) {
  const bench = await staged();
  const { metastore } = bench.emulator;
  metastore.addVersion(PROD, { files, createdBy: TRAINING_JOB });
  return { ...bench, metastore };
}

test('a model that was retrained in prod goes live without a copy, and the audit is content', async () => {
  const { play, champion, emulator } = await retrained();
  const release = await play(RETRAIN, '1', { version: '3' }, { approver: 'grace' });
  expect(
    release.map(({ seen }) => [seen.exitCode, seen.outputs['outcome']]),
    release.at(-1)?.seen.verdict,
  ).toEqual([
    [0, 'ok'],
    [0, 'ok'],
    [0, 'ok'],
    [0, 'ok'],
    [0, 'ok'],
  ]);
  expect(champion()).toBe(3);
  expect(Object.keys(emulator.state().models[PROD]?.versions ?? {})).toEqual(['1', '2', '3']);
  // The reviewer saw the move, and the job that showed it changed nothing.
  const [, shown] = release;
  expect(shown?.seen.summary).toContain('Champion 2 → 3');
  expect(shown?.seen.after).toEqual(shown?.seen.before);

  const audit = await play('.github/workflows/example-alias-audit.yml', '3');
  expect(endings(audit), audit[0]?.seen.summary).toEqual([['./audit-aliases', 0, 'ok']]);
});

test('a retrained model that breaks the callers of Champion reaches no reviewer', async () => {
  const mlmodel = Buffer.from(GOOD_FILES['MLmodel'] ?? '').toString('utf8');
  const { play, champion } = await retrained({
    ...GOOD_FILES,
    MLmodel: mlmodel.replace('"amount"', '"amount_in_cents"'),
  });
  const release = await play(RETRAIN, '1', { version: '3' }, { approver: 'grace' });
  expect(release.map(({ seen }) => seen.outputs['outcome'])).toEqual(['blocked']);
  expect(release[0]?.seen.outputs['compatible']).toBe('false');
  expect(champion()).toBe(2);
});

test('a retrained model does not go live while the training job itself could move the alias', async () => {
  const { play, champion, metastore } = await retrained();
  metastore.grant('function', PROD, TRAINING_JOB, ['MANAGE']);
  const release = await play(RETRAIN, '1', { version: '3' }, { approver: 'grace' });
  expect(release.map(({ seen }) => seen.outputs['outcome'])).toEqual(['ok', 'ok', 'denied']);
  expect(champion()).toBe(2);
});

test('a retrained model does not go live where somebody moved Champion while the reviewer was reading', async () => {
  const { play, champion, metastore } = await retrained();
  const release = await play(
    RETRAIN,
    '1',
    { version: '3' },
    {
      approver: 'grace',
      betweenJobs: () => metastore.setAlias(PROD, 'Champion', 1),
    },
  );
  expect(release.at(-1)?.seen.outputs['outcome']).toBe('conflict');
  expect(champion()).toBe(1);
});

const FLOWS = 'docs/release-flows.md';

test('the flow through qa: what arrives in prod is what was validated, whatever dev has by then', async () => {
  const { play, champion, emulator, bench } = await staged();
  const { metastore } = bench.emulator;
  const dev = 'dev.ml_team.fraud_detection';
  for (const name of ['dev', 'qa']) {
    metastore.createCatalog(name);
    metastore.createSchema(`${name}.ml_team`);
    metastore.createModel(`${name}.ml_team.fraud_detection`, { owner: COPIER });
    for (const principal of [COPIER, PROMOTER]) {
      metastore.grant('catalog', name, principal, ['USE_CATALOG']);
      metastore.grant('schema', `${name}.ml_team`, principal, ['USE_SCHEMA']);
      metastore.grant('function', `${name}.ml_team.fraud_detection`, principal, ['EXECUTE']);
    }
  }
  metastore.addVersion(dev, { files: { ...GOOD_FILES, 'notes.txt': 'from dev' } });
  const name = 'Promote through qa';
  const betweenJobs = () => void metastore.addVersion(dev, { files: GOOD_FILES });
  const ran = await play(
    FLOWS,
    '1',
    { version: '1' },
    {
      name,
      approver: 'grace',
      betweenJobs,
      runCommand: async () => ({ exitCode: 0, timedOut: false, durationMs: 1000 }),
      checkCommand: async () => undefined,
    },
  );
  expect(endings(ran), ran.at(-1)?.seen.verdict).toEqual([
    [`${OURS}@v1`, 0, 'ok'],
    [`${OURS}@v1`, 0, 'ok'],
    [`${OURS}/apply@v1`, 0, 'ok'],
  ]);
  const [qa, plan] = ran.map(({ seen }) => seen.outputs);
  expect([qa?.['digest'], plan?.['verified']]).toEqual([plan?.['digest'], 'full']);
  expect(emulator.state().models[PROD]?.versions[String(champion())]?.source).toContain('qa.ml_team');
});

const MANY = { name: 'Promote all models', approver: 'grace' };

/** Two models with a candidate each; the second has no version in prod yet. */
async function many() {
  const bench = await staged();
  const { metastore } = bench.emulator;
  const [churn, staging] = ['prod.ml_team.churn', 'staging.ml_team.churn'];
  metastore.createModel(churn, { owner: 'ml-deployers' });
  metastore.createModel(staging, { owner: COPIER });
  metastore.grant('function', churn, COPIER, ['EXECUTE', 'CREATE_MODEL_VERSION', 'APPLY_TAG']);
  metastore.addVersion(staging, { files: GOOD_FILES, tags: { validation_status: 'approved' } });
  metastore.setAlias(staging, 'Candidate', 1);
  metastore.setAlias(STAGING, 'Candidate', 3);
  const names = () => [PROD, churn].map((name) => metastore.model(name).aliases.get('champion')?.version);
  return { ...bench, names };
}

test('many models by a matrix: one review lets all of them go', async () => {
  const { play, names } = await many();
  const ran = await play(FLOWS, '1', {}, MANY);
  expect(endings(ran), ran.at(-1)?.seen.verdict).toEqual([
    [`${OURS}@v1`, 0, 'ok'],
    [`${OURS}@v1`, 0, 'ok'],
    [`${OURS}/apply@v1`, 0, 'ok'],
    [`${OURS}/apply@v1`, 0, 'ok'],
  ]);
  expect(names()).toEqual([3, 1]);
});

test('many models by a matrix: where one has moved meanwhile, the other is applied', async () => {
  const { play, names, metastore } = await many();
  const ran = await play(
    FLOWS,
    '1',
    {},
    { ...MANY, betweenJobs: () => metastore.setAlias(PROD, 'Champion', 1) },
  );
  expect(ran.map(({ seen }) => seen.outputs['outcome'])).toEqual(['ok', 'ok', 'conflict', 'ok']);
  expect(names()).toEqual([1, 1]);
});

describe('two principals', () => {
  const name = 'Promote with two principals';
  const vars = { PLANNER_CLIENT_ID: COPIER };

  test('the planner moves nothing, the applier what was planned', async () => {
    const { play, champion } = await staged();
    const ran = await play(FLOWS, '1', { version: '1' }, { name, vars, approver: 'grace' });
    expect(endings(ran), ran.at(-1)?.seen.verdict).toEqual([
      [`${OURS}/set-alias@v1`, 0, 'ok'],
      [`${OURS}/gate-on-grants@v1`, 0, 'ok'],
      [`${OURS}/apply@v1`, 0, 'ok'],
    ]);
    expect(ran.map(({ seen }) => seen.outputs['changed'])).toEqual(['false', 'false', 'true']);
    expect(champion()).toBe(1);
  });

  test('the planner as applier is denied, and so is what an owner beside the deployers could move', async () => {
    const { play, champion, metastore } = await staged();
    const same = { PLANNER_CLIENT_ID: COPIER, APPLIER_CLIENT_ID: COPIER };
    const denied = await play(
      FLOWS,
      '1',
      { version: '1' },
      { name, vars: same, applier: COPIER, approver: 'grace' },
    );
    expect(endings(denied).at(-1)).toEqual([`${OURS}/apply@v1`, 1, 'denied']);
    metastore.model(PROD).owner = COPIER;
    const owned = await play(FLOWS, '2', { version: '1' }, { name, vars, approver: 'grace' });
    expect(endings(owned).at(-1)).toEqual([`${OURS}/gate-on-grants@v1`, 1, 'denied']);
    expect(champion()).toBe(2);
  });
});

test.each([
  ['somebody who may write', 'write', 'ok', 3],
  ['somebody who may only read', 'read', 'blocked', 2],
])('approval by review: a pull request that %s approved', async (_title, permission, outcome, named) => {
  const { play, champion, github, metastore } = await staged();
  metastore.model(PROD).owner = COPIER;
  const [head, sha] = ['a'.repeat(40), '0123456789abcdef0123456789abcdef01234567'];
  const reviews = [{ login: 'grace' }];
  github.addPull('acme/models', { number: 12, author: 'ada', head, mergeCommit: sha, reviews });
  github.addCommit('acme/models', head, { author: 'ada', committer: 'web-flow' });
  github.permit('acme/models', 'grace', permission);
  const checkedOut = { 'release/fraud_detection.txt': '3\n' };
  const ran = await play(FLOWS, '1', {}, { name: 'Promote what was merged', checkedOut });
  expect(
    ran.map(({ seen }) => seen.outputs['outcome']),
    ran.at(-1)?.seen.verdict,
  ).toEqual(['ok', outcome]);
  expect(champion()).toBe(named);
});

test('the example of apply runs as it stands', async () => {
  const { play, champion, emulator } = await staged();
  for (let number = 3; number <= 8; number += 1) emulator.metastore.addVersion(PROD, { files: GOOD_FILES });
  const ran = await play('apply/README.md', '1', {}, { approver: 'grace' });
  expect(endings(ran), ran.at(-1)?.seen.verdict).toEqual([
    [`${OURS}/set-alias@v1`, 0, 'ok'],
    [`${OURS}/apply@v1`, 0, 'ok'],
  ]);
  expect(champion()).toBe(8);
});

test("without `id-token: write` the README's flow signs in nowhere, and reads nothing", async () => {
  const { bench } = await staged();
  const { jobs, ...rest } = workflowIn('README.md');
  const [job] = Object.values(jobs);
  if (job === undefined) throw new Error('The README has no job.');
  const vars = { DATABRICKS_HOST: bench.emulator.url, DATABRICKS_CLIENT_ID: COPIER };
  const ran = await runWorkflow({ ...rest, jobs: { plan: { ...job, permissions: {} } } }, bench, {
    vars,
    inputs: { version: '1' },
  });
  expect(ran.map(({ seen }) => seen.outputs['outcome'])).toEqual(['invalid']);
  expect(ran[0]?.seen.records).toEqual([]);
});

test('the audit alone sees who moved the alias to a version that nobody approved', async () => {
  const { play, emulator } = await staged();
  emulator.metastore.addVersion(PROD, { files: GOOD_FILES });
  emulator.metastore.setAlias(PROD, 'Champion', 3);
  const audit = await play('.github/workflows/example-alias-audit.yml', '3');
  expect(endings(audit)).toEqual([['./audit-aliases', 1, 'blocked']]);
});

test.each([
  ['the requester, who is the trainer too, approves', 'ada'],
  ['nobody approved', undefined],
])('the release gate stops where %s, with Champion where it was', async (_title, approver) => {
  const { play, champion } = await staged();
  const gate = await play(
    '.github/workflows/example-release-gate.yml',
    '2',
    { source: `models:/${STAGING}/3` },
    approver === undefined ? {} : { approver },
  );
  expect(endings(gate)).toEqual([
    ['./', 0, 'ok'],
    ['./gate-on-grants', 1, 'blocked'],
  ]);
  expect(champion()).toBe(2);
});

describe('no workflow that is to be copied waits for an approval in a group', () => {
  const namesIn = (folder: string, pattern: RegExp) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => pattern.test(name))
      .map((name) => join(folder, name));
  const paths = [
    ...namesIn('.', /\.md$/u),
    ...namesIn('docs', /\.md$/u),
    ...namesIn('.github/workflows', /^(?:example-|promote|rollback|hold|audit)/u),
  ];

  test.each(paths.filter((path) => workflowTexts(path).length > 0))('%s', (path) => {
    expect(workflowTexts(path).filter(approvesInGroup)).toEqual([]);
  });

  test.each([
    ['of the run', 'concurrency: { group: g }\njobs: { release: { environment: production } }', true],
    ['of the job', 'jobs: { release: { environment: production, concurrency: g } }', true],
    [
      'of a job that waits for nobody',
      'jobs: { copy: { concurrency: g }, release: { environment: p } }',
      false,
    ],
  ])('which a group %s would be', (_title, text, expected) => {
    expect(approvesInGroup(text)).toBe(expected);
  });
});
