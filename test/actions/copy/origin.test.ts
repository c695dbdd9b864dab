import { describe, expect, test } from 'vitest';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { lineageHeader } from '../../../src/registry/databricks/runs.ts';
import { mayBeOrigin, originMark } from '../../../src/policy/origin.ts';
import { world } from '../harness.ts';
import { GOOD_FILES, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';

const decoded = (headers: Readonly<Record<string, string>>): unknown =>
  JSON.parse(Buffer.from(headers['x-databricks-lineage-identifier'] ?? '', 'base64').toString('utf8'));

describe('the lineage header', () => {
  test('of a notebook', () => {
    expect(decoded(lineageHeader({ notebookId: '555' }))).toEqual({
      entities: [{ notebook: { id: '555' } }],
      lineages: [{}],
    });
  });

  test('of a job', () => {
    expect(decoded(lineageHeader({ jobId: '7', jobRunId: '9' }))).toEqual({
      entities: [{ job: { id: '7', job_run_id: '9' } }],
      lineages: [{}],
    });
  });

  test('is absent where the run tells of neither', () => {
    expect(lineageHeader({ workspaceId: '1' })).toEqual({});
    expect(lineageHeader(undefined)).toEqual({});
  });
});

describe('where a version was trained', () => {
  const copyWith = async (isKnown: boolean, fault?: number) => {
    const { emulator, run } = await world();
    const { metastore } = emulator;
    if (isKnown) {
      metastore.addRun({ runId: 'run1', tags: { 'mlflow.databricks.notebookID': '555' } });
      metastore.addLoggedModel({ modelId: 'm-1', sourceRunId: 'run1' });
    }
    metastore.addVersion(STAGING, { files: GOOD_FILES, runId: 'run1', modelId: 'm-1' });
    if (fault !== undefined) {
      const kind = { kind: 'status', status: fault } as const;
      emulator.faults.add({ template: /runs\/get|logged-models/u, times: 100, kind });
    }
    return run(copyVersion, { registry: 'databricks', source: `models:/${STAGING}/3`, destination: PROD });
  };

  test('travels where the workspace knows it', async () => {
    const seen = await copyWith(true);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
    expect(seen.after.models[PROD]?.versions['2']).toMatchObject({ runId: 'run1', modelId: 'm-1' });
    expect(seen.summary).toContain('the lineage to its notebook or job');
  });

  test('does not where it does not, which is said', async () => {
    const seen = await copyWith(false);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
    expect(seen.after.models[PROD]?.versions['2']?.modelId).not.toBe('m-1');
    expect(seen.summary).toContain(
      'Not copied&#58; the link to the logged model &#40;unknown in this workspace',
    );
  });

  for (const status of [403, 500]) {
    test(`a tracking server that answers ${status} stops no copy`, async () => {
      const seen = await copyWith(true, status);
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
      expect(seen.summary).toContain('Not copied&#58; the lineage of the run');
      expect(seen.slept).toEqual([]);
    });
  }
});

describe('the mark of an earlier copy', () => {
  const version = { name: { catalog: 'a', schema: 'b', model: 'c' }, version: 1 };
  const plain = 'models:/a.b.c/1';
  const [inX, inY, unseen] = ['metastore x', 'metastore y', 'another workspace'].map(
    (place) => `${plain} in ${place}`,
  );

  test.each([
    ['one-workspace', 'x', [plain, inX, unseen]],
    ['one-workspace', undefined, [plain, inX, inY, unseen]],
    ['one-metastore', 'x', [plain, inX, unseen]],
    ['two-metastores', 'x', [inX, unseen]],
    ['unknown', 'x', [plain, inX, unseen]],
    ['unknown', undefined, [plain, inX, inY, unseen]],
  ] as const)('may stand for a source, %s, of metastore %s: %j', (relation, metastoreId, may) => {
    const mark = originMark(version, { relation, metastoreId, naming: 'three-level' });
    const marks = [plain, inX, inY, unseen].filter((each) => each !== undefined);
    expect(marks.filter((each) => mayBeOrigin(each, mark))).toEqual(may);
    const others = marks.flatMap((each) => [each.replace('/1', '/2'), each.replace('.c/', '.d/')]);
    expect(others.filter((each) => mayBeOrigin(each, mark))).toEqual([]);
    const loud = marks.map((each) => each.replace('a.b.c', 'A.b.C'));
    expect(loud.filter((each) => mayBeOrigin(each, mark))).toHaveLength(may.length);
    expect(loud.filter((each) => mayBeOrigin(each, { ...mark, naming: 'any' }))).toEqual([]);
  });
});
