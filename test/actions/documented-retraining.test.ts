import { expect, test } from 'vitest';
import { GOOD_FILES, PROD } from '../../emulator/seeds/demo-models.ts';
import { endings, staged, TRAINING_JOB } from './staged.ts';

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
