import { describe, expect, test } from 'vitest';
import { GOOD_FILES, PROD, PROMOTER, STAGING } from '../../emulator/seeds/demo-models.ts';
import { ownerIn } from '../../scripts/owner.ts';
import { ROOT } from '../imports.ts';
import { COPIER, endings, staged } from './staged.ts';

const OURS = `${ownerIn(ROOT)}/uc-promote`;
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
