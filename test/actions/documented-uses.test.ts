import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GOOD_FILES, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { ownerIn } from '../../scripts/owner.ts';
import { ROOT } from '../imports.ts';
import { COPIER, endings, staged } from './staged.ts';
import { approvesInGroup, workflowIn, workflowTexts } from './workflow-file.ts';
import { runWorkflow } from './workflow.ts';

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
