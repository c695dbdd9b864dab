import { describe, expect, test } from 'vitest';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { world, type ActionRun } from '../harness.ts';
import { filesWith, GOOD_FILES, PROD, PROMOTER, STAGING } from '../../../emulator/seeds/demo-models.ts';

const COPY = { registry: 'databricks', source: `models:/${STAGING}/1`, destination: PROD };
const ORIGIN = { uc_promote_origin: `models:/${STAGING}/1`, uc_promote_run: 'acme/models/1/1/aaaaaaaa' };
/** An unfinished copy that has a file which its source has not. */
const UNLIKE_SOURCE = {
  files: { ...GOOD_FILES, 'evil.py': 'x' },
  status: 'PENDING_REGISTRATION',
  source: ORIGIN.uc_promote_origin,
  createdBy: PROMOTER,
  tags: ORIGIN,
} as const;
const FINALIZE = '/api/2.0/mlflow/unity-catalog/model-versions/finalize';

const versionsOf = (seen: ActionRun) => seen.after.models[PROD]?.versions ?? {};
const writesOf = (seen: ActionRun) =>
  seen.records.filter(({ method, template }) => method === 'PUT' && template === '/api/2.0/fs/files/{path*}');

describe('a pending copy of an earlier run', () => {
  test('is continued: finished files are not sent again, others are', async () => {
    const { emulator, run } = await world();
    const rest = filesWith(undefined);
    const damaged = Buffer.from(rest['model.pkl'] ?? '').fill(0, 0, 1);
    emulator.metastore.addVersion(PROD, {
      files: { ...rest, 'model.pkl': damaged },
      status: 'PENDING_REGISTRATION',
      source: ORIGIN.uc_promote_origin,
      createdBy: PROMOTER,
      tags: { ...ORIGIN, dataset: 'another', surplus: 'x' },
      description: 'Trained on the third quarter.',
    });
    const seen = await run(copyVersion, COPY);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
    expect(writesOf(seen).map(({ path }) => path.split('/').at(-1))).toEqual(['model.pkl', 'MLmodel']);
    expect(versionsOf(seen)['2']?.files).toEqual(seen.after.models[STAGING]?.versions['1']?.files);
    expect(Object.keys(versionsOf(seen))).toEqual(['1', '2']);
    expect(versionsOf(seen)['2']?.tags).toMatchObject({ dataset: 'transactions_q3' });
    expect(versionsOf(seen)['2']?.tags).not.toHaveProperty('surplus');
    expect(seen.summary).toContain('of them by an earlier run');
  });

  test('of somebody else is left alone', async () => {
    const { emulator, run } = await world();
    emulator.metastore.addVersion(PROD, {
      files: GOOD_FILES,
      status: 'PENDING_REGISTRATION',
      source: ORIGIN.uc_promote_origin,
      createdBy: 'ada@example.com',
      tags: ORIGIN,
    });
    const seen = await run(copyVersion, COPY);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '3' });
    expect(versionsOf(seen)['2']).toEqual(seen.before.models[PROD]?.versions['2']);
  });

  test('with a file that the source has not is left alone', async () => {
    const { emulator, run } = await world();
    emulator.metastore.addVersion(PROD, UNLIKE_SOURCE);
    const seen = await run(copyVersion, COPY);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '3' });
    expect(versionsOf(seen)['3']?.files).toEqual(seen.after.models[STAGING]?.versions['1']?.files);
  });
});

test('a version that is left alone stands in the report, although another could not be made', async () => {
  const { emulator, run } = await world();
  emulator.metastore.addVersion(PROD, UNLIKE_SOURCE);
  emulator.faults.add({
    template: /model-versions\/create$/u,
    kind: { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED' },
  });
  const seen = await run(copyVersion, COPY);
  expect(seen.outputs['outcome'], seen.report.verdict).toBe('denied');
  expect(seen.report.checks.flatMap(({ decision }) => decision?.findings ?? [])).toContainEqual(
    expect.objectContaining({ code: 'unfinished-copy-left', severity: 'warning' }),
  );
  expect(seen.summary).toContain('has files that the source does not have');
});

describe('a finished copy of an earlier run', () => {
  test('whose bytes contradict its recorded digest is put on hold, and another is made', async () => {
    const { emulator, run } = await world();
    const first = await run(copyVersion, COPY);
    const version = emulator.metastore.state.models.get(PROD)?.versions.get(2);
    const file = version?.files.get('model.pkl');
    if (file?.content.kind !== 'memory') throw new Error('The file is not in memory.');
    file.content.bytes = Uint8Array.from(file.content.bytes).fill(0);
    delete file.sha256;
    const seen = await run(copyVersion, COPY);
    expect(first.outputs).toMatchObject({ outcome: 'ok', version: '2' });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '3' });
    expect(versionsOf(seen)['2']?.tags['uc_promote_hold']).toBe('the copy does not equal its source');
  });

  test('that was on hold until it is verified is freed when it is equal', async () => {
    const { emulator, run } = await world();
    await run(copyVersion, COPY);
    const tags = emulator.metastore.state.models.get(PROD)?.versions.get(2)?.tags;
    tags?.set('uc_promote_hold', 'the copy is not verified yet');
    const seen = await run(copyVersion, COPY);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ version: '2', changed: 'true' });
    expect(versionsOf(seen)['2']?.tags['uc_promote_hold']).toBeUndefined();
  });
});

describe('reading back', () => {
  test('finds a file that arrived wrong, and the version is deleted again', async () => {
    const { emulator, run } = await world();
    emulator.faults.add({
      method: 'PUT',
      path: /2\/conda\.yaml$/u,
      kind: {
        kind: 'run',
        when: 'after',
        run: (metastore) => {
          const file = metastore.state.models.get(PROD)?.versions.get(2)?.files.get('conda.yaml');
          if (file?.content.kind !== 'memory') throw new Error('The file is not in memory.');
          file.content.bytes = Uint8Array.from(file.content.bytes).fill(0);
          delete file.sha256;
        },
      },
    });
    const seen = await run(copyVersion, COPY);
    expect(seen.outputs).toMatchObject({ outcome: 'error', changed: 'false' });
    expect(seen.report.verdict).toMatch(/the sha256 of conda\.yaml differs.*was deleted/u);
    expect(seen.after).toEqual(seen.before);
  });

  test('believes a difference only when it is there a second time', async () => {
    const { emulator, run } = await world();
    emulator.faults.add({ method: 'GET', path: /prod.*2\/conda\.yaml$/u, kind: { kind: 'corrupt-body' } });
    const seen = await run(copyVersion, COPY);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
  });

  for (const [title, isEqual] of [
    ['an equal copy is freed', true],
    ['a wrong one stays on hold', false],
  ] as const) {
    test(`where pending files are not shown it is done after READY, under a hold: ${title}`, async () => {
      const { emulator, run } = await world();
      const hidden = {
        method: 'GET',
        times: 200,
        kind: { kind: 'status', status: 400, errorCode: 'INVALID_STATE' },
      } as const;
      emulator.faults.add({
        ...hidden,
        path: /^\/api\/2\.0\/fs\/(files|directories)\/Models\/prod\/.*\/2(\/|$)/u,
      });
      const holds: (string | undefined)[] = [];
      emulator.faults.add({
        template: FINALIZE,
        kind: {
          kind: 'run',
          when: 'before',
          run: (metastore) => {
            const version = metastore.state.models.get(PROD)?.versions.get(2);
            holds.push(version?.tags.get('uc_promote_hold'));
            if (!isEqual) version?.files.delete('conda.yaml');
            emulator.faults.clear();
          },
        },
      });
      const seen = await run(copyVersion, COPY);
      expect(holds).toEqual(['the copy is not verified yet']);
      const hold = versionsOf(seen)['2']?.tags['uc_promote_hold'];
      if (isEqual) expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
      else expect(seen.outputs).toMatchObject({ outcome: 'error' });
      expect(hold).toBe(isEqual ? undefined : 'the copy does not equal its source');
    });
  }

  test('verify: size says that it was less', async () => {
    const { run } = await world();
    const seen = await run(copyVersion, { ...COPY, verify: 'size' });
    expect(seen.outputs).toMatchObject({ outcome: 'ok', verified: 'size' });
    expect(seen.summary).toContain('not every byte');
  });
});

describe('a destination with a deployment job', () => {
  for (const dryRun of ['true', 'false']) {
    test(`is told to start it, with whose credentials; dry run ${dryRun}`, async () => {
      const { emulator, run } = await world();
      const model = emulator.metastore.model(PROD);
      model.deploymentJobId = '987654321';
      const seen = await run(copyVersion, { ...COPY, 'dry-run': dryRun });
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
      const findings = seen.report.checks.flatMap(({ decision }) => decision?.findings ?? []);
      expect(findings).toContainEqual(
        expect.objectContaining({
          severity: 'warning',
          message: `A new version of ${PROD} starts the deployment job 987654321 with the credentials of its owner, ml-deployers.`,
        }),
      );
      expect(seen.summary).toContain('987654321');
      expect(versionsOf(seen)['2']?.status).toBe(dryRun === 'true' ? undefined : 'READY');
    });
  }
});

test('the file that MLflow’s download adds is left out, and said to be', async () => {
  const { emulator, run } = await world();
  const stray = { registered_model_meta: 'model_name: staging.ml_team.fraud_detection\n' };
  emulator.metastore.addVersion(STAGING, { files: { ...GOOD_FILES, ...stray } });
  const seen = await run(copyVersion, { ...COPY, source: `models:/${STAGING}/3` });
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
  expect(Object.keys(versionsOf(seen)['2']?.files ?? {}).sort()).toEqual(Object.keys(GOOD_FILES).sort());
  expect(JSON.stringify(seen.report.sections)).toContain('Not copied: the file registered_model_meta');
});
