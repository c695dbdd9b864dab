import { describe, expect, test } from 'vitest';
import { GOOD_FILES, PROD } from '../../../emulator/seeds/demo-models.ts';
import { expectRefused } from '../expectations.ts';
import { recordKeyOf, recordOf } from '../move-record.ts';
import { championOf, copyOf, folder, pins, pinsOf, scene, type Scene } from './scene.ts';

const BEFORE = folder(pins({ Champion: 1 }));
const TO_COPY = folder(pins({ Champion: copyOf(1) }));
const TO_VERSION = folder(pins({ Champion: 2 }));
const ABSENT = folder(pins({ Champion: 'none' }));

const attempt = (number: number) => ({ environment: { GITHUB_RUN_ATTEMPT: String(number) } });

/** Every try to write a record of a model is refused. */
function refuseRecords({ emulator }: Scene): void {
  emulator.faults.add({
    template: '/api/2.0/mlflow/unity-catalog/registered-models/set-tag',
    times: Number.POSITIVE_INFINITY,
    kind: { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED', message: 'No.' },
  });
}

describe('a pin that an earlier attempt of the run carried out without the record of its move', () => {
  test.each([
    ['to a copy', TO_COPY, 2],
    ['to a version of the model', TO_VERSION, 2],
    ['to nothing', ABSENT, undefined],
  ])('%s: the next attempt writes the record, and moves nothing', async (_title, after, now) => {
    const made = await scene();
    const { merge, metastore, emulator } = made;
    if (after === TO_VERSION) metastore.addVersion(PROD, { files: GOOD_FILES });
    // A copy's move began where the newest record ends.
    if (after === TO_COPY)
      metastore.setTags(PROD, {
        [recordKeyOf('Champion')]: JSON.stringify([{ from: null, to: 1, at: '2026-01-01' }]),
      });
    refuseRecords(made);
    const first = await merge(BEFORE, after, {}, {}, attempt(1));
    expect(first.outputs, first.verdict).toMatchObject({ outcome: 'ok', count: '1' });
    expect(championOf(first)).toBe(now);
    emulator.faults.clear();
    const dry = await merge(BEFORE, after, {}, { 'dry-run': 'true' }, attempt(2));
    expect(dry.outputs, dry.verdict).toMatchObject({
      outcome: 'ok',
      changed: 'false',
      'would-change': 'true',
    });
    const again = await merge(BEFORE, after, {}, {}, attempt(2));
    expect(again.outputs, again.verdict).toMatchObject({ outcome: 'ok', changed: 'true', count: '0' });
    expect(again.verdict).toContain('without writing the record, which is written now');
    expect(pinsOf(again)).toMatchObject([{ state: 'done' }]);
    expect(again.records.filter(({ write }) => write)).toHaveLength(1);
    expect(championOf(again)).toBe(now);
    expect(recordOf(again.after.models[PROD])[0]).toMatchObject({ from: 1, to: now ?? null, attempt: '2' });
    const third = await merge(BEFORE, after, {}, {}, attempt(3));
    expect(third.outputs, third.verdict).toMatchObject({ outcome: 'noop', changed: 'false' });
  });

  test('the record is not made up: by the first attempt, or where nobody approved', async () => {
    const { merge, metastore } = await scene();
    metastore.addVersion(PROD, { files: GOOD_FILES });
    // The run was refused, and then somebody moved the alias by hand.
    expectRefused(await merge(BEFORE, TO_VERSION, { reviews: [] }, {}, attempt(1)), 'blocked');
    metastore.setAlias(PROD, 'Champion', 2);
    const unapproved = await merge(BEFORE, TO_VERSION, { reviews: [] }, {}, attempt(2));
    expectRefused(unapproved, 'blocked');
    expect(recordOf(unapproved.after.models[PROD])).toEqual([]);
    const first = await merge(BEFORE, TO_VERSION, {}, {}, attempt(1));
    expect(first.outputs, first.verdict).toMatchObject({ outcome: 'noop', changed: 'false' });
  });

  test('nothing is written for an open pull request, which moved nothing', async () => {
    const { open, metastore } = await scene();
    metastore.addVersion(PROD, { files: GOOD_FILES });
    metastore.setAlias(PROD, 'Champion', 2);
    const seen = await open(BEFORE, TO_VERSION, {}, { 'dry-run': 'false' }, attempt(2));
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'noop', 'would-change': 'false' });
  });
});
