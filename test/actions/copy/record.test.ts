import { describe, expect, test } from 'vitest';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { promote } from '../../../src/actions/promote.ts';
import { world, type ActionRun, type ActionBench } from '../harness.ts';
import { PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';

const COPY = { source: `models:/${STAGING}/1`, destination: PROD };
const DIGEST = 'uc_promote_digest';
const LISTING = 'uc_promote_listing';
const HOLD = 'uc_promote_hold';
const MISMATCH = 'the copy does not equal its source';

function copyIn({ emulator }: ActionBench, number = 2) {
  const version = emulator.metastore.state.models.get(PROD)?.versions.get(number);
  if (version === undefined) throw new Error(`There is no version ${number}.`);
  return version;
}

function damage(started: ActionBench): void {
  const file = copyIn(started).files.get('model.pkl');
  if (file?.content.kind !== 'memory') throw new Error('The file is not in memory.');
  file.content.bytes = Uint8Array.from(file.content.bytes).fill(0);
  delete file.sha256;
}

/** A world with a finished copy, and what it was recorded as. */
async function copied(): Promise<ActionBench & { readonly tags: Readonly<Record<string, string>> }> {
  const started = await world();
  const first = await started.run(copyVersion, COPY);
  expect(first.outputs, first.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
  return { ...started, tags: tagsOf(first) };
}

const tagsOf = (seen: ActionRun, version = '2') => seen.after.models[PROD]?.versions[version]?.tags ?? {};

describe('an equal copy whose record a death left unfinished', () => {
  for (const [title, lost, more] of [
    ['without any digest', [DIGEST, LISTING], undefined],
    ['without the digest of its content', [DIGEST], undefined],
    ['without the digest of its listing', [LISTING], undefined],
    ['without digests, and on hold until it is verified', [DIGEST, LISTING], 'the copy is not verified yet'],
  ] as const) {
    test(`${title}: it is taken, and gets what its record lacks`, async () => {
      const started = await copied();
      const { tags } = copyIn(started);
      for (const key of lost) tags.delete(key);
      if (more !== undefined) tags.set(HOLD, more);
      const seen = await started.run(promote, COPY);
      expect(seen.outputs, seen.report.verdict).toMatchObject({
        outcome: 'ok',
        version: '2',
        changed: 'true',
      });
      expect(tagsOf(seen)).toMatchObject(started.tags);
      expect(tagsOf(seen)).not.toHaveProperty(HOLD);
      expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 2 });
      expect(seen.report.changes).toContainEqual(
        expect.objectContaining({
          change: expect.objectContaining({ kind: 'tag', key: lost[0], from: null }) as unknown,
          state: 'done',
        }),
      );
      expect((await started.run(promote, COPY)).outputs).toMatchObject({ outcome: 'noop', changed: 'false' });
    });

    test(`${title}: damage after that is known by its record`, async () => {
      const started = await copied();
      for (const key of lost) copyIn(started).tags.delete(key);
      await started.run(copyVersion, COPY);
      damage(started);
      const seen = await started.run(copyVersion, COPY);
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '3' });
      expect(tagsOf(seen)[HOLD]).toBe(MISMATCH);
    });
  }

  test('damaged before the next run: it is put on hold, since nobody ever verified it', async () => {
    const started = await copied();
    for (const key of [DIGEST, LISTING]) copyIn(started).tags.delete(key);
    damage(started);
    const seen = await started.run(copyVersion, COPY);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '3' });
    expect(tagsOf(seen)[HOLD]).toBe(MISMATCH);
  });

  test('damaged, and marked by a run of another repository: it is not taken, and left as it is', async () => {
    const started = await copied();
    for (const key of [DIGEST, LISTING]) copyIn(started).tags.delete(key);
    copyIn(started).tags.set('uc_promote_run', 'acme/others/1/1/mf000000-00000001');
    damage(started);
    const seen = await started.run(copyVersion, COPY);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '3' });
    expect(tagsOf(seen)).not.toHaveProperty(HOLD);
  });

  test('in a dry run: what its record lacks is planned', async () => {
    const started = await copied();
    copyIn(started).tags.delete(DIGEST);
    const seen = await started.run(copyVersion, { ...COPY, 'dry-run': 'true' });
    expect(seen.outputs).toMatchObject({ changed: 'false', 'would-change': 'true' });
    expect(seen.after).toEqual(seen.before);
  });

  test.each([
    ['the caller may not write it', 403, 'PERMISSION_DENIED'],
    ['the version has no room for it', 400, 'RESOURCE_EXHAUSTED'],
  ])('where %s: it is not taken, and another copy is made', async (_why, status, errorCode) => {
    const started = await copied();
    for (const key of [DIGEST, LISTING]) copyIn(started).tags.delete(key);
    started.emulator.faults.add({
      template: /model-versions\/set-tag$/u,
      times: 2,
      kind: { kind: 'status', status, errorCode },
    });
    const seen = await started.run(promote, COPY);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '3' });
    expect(tagsOf(seen, '3')).toMatchObject({ [DIGEST]: started.tags[DIGEST] });
    expect(tagsOf(seen)).not.toHaveProperty(DIGEST);
    expect(seen.log.join('\n')).toContain('record of models:/prod.ml_team.fraud_detection/2 is incomplete');
    expect(seen.report.checks.flatMap(({ decision }) => decision?.findings ?? [])).toContainEqual(
      expect.objectContaining({ code: 'copy-record-incomplete', severity: 'warning' }),
    );
  });
});

test('a copy that equals its source and not its own record is put on hold: both were changed', async () => {
  const started = await copied();
  const source = started.emulator.metastore.state.models.get(STAGING)?.versions.get(1);
  damage(started);
  const damaged = copyIn(started).files.get('model.pkl');
  if (source === undefined || damaged === undefined) throw new Error('There is no file.');
  source.files.set('model.pkl', damaged);
  const seen = await started.run(copyVersion, COPY);
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '3' });
  expect(tagsOf(seen)[HOLD]).toBe(MISMATCH);
  expect(tagsOf(seen, '3')[DIGEST]).not.toBe(started.tags[DIGEST]);
});
