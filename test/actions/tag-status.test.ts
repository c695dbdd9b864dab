import { describe, expect, test } from 'vitest';
import { tagStatus } from '../../src/actions/tag-status.ts';
import { expectRefused, outputsOf } from './expectations.ts';
import { world } from './harness.ts';
import { moreVersions, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';

const V1 = { model: PROD, version: '1' };
const SET = 'POST mlflow/model-versions/set-tag !';
const RIGHTS = [
  'GET scim/Me',
  'GET uc/catalogs/{name}',
  'GET uc/effective-permissions/{securable_type}/{full_name}',
  'GET uc/effective-permissions/{securable_type}/{full_name}',
  'GET uc/effective-permissions/{securable_type}/{full_name}',
  'GET uc/models/{full_name}',
  'GET uc/schemas/{full_name}',
];

describe('a version', () => {
  test('is approved: status set, signature looked at, undo printed', async () => {
    const { run } = await world();
    const seen = await run(tagStatus, { ...V1, status: 'approved' });
    expect(outputsOf(seen)).toEqual({
      status: 'approved',
      'previous-status': '',
      tags: '{"validation_status":"approved"}',
      allowed: 'true',
      version: '1',
      uri: `models:/${PROD}/1`,
      outcome: 'ok',
      changed: 'true',
      'would-change': 'true',
    });
    expect(seen.verdict).toBe(`✅ OK: models:/${PROD}/1: validation_status (none) → approved`);
    expect(seen.requests).toEqual([
      'GET fs/files/{path*}',
      'GET mlflow/model-versions/get',
      'GET mlflow/registered-models/get',
      ...RIGHTS,
      SET,
      'GET mlflow/model-versions/get',
    ]);
    expect(seen.after.models[PROD]?.versions['1']?.tags).toEqual({ validation_status: 'approved' });
    expect(JSON.stringify(seen.report.undo)).toContain('remove-tags: validation_status');
  });

  test('a status that approves nothing asks for no signature', async () => {
    const { run, emulator } = await world();
    moreVersions(emulator.metastore);
    const seen = await run(tagStatus, { model: PROD, version: '3', status: 'rejected' });
    expect(seen.outputs).toMatchObject({ outcome: 'ok', status: 'rejected' });
    expect(seen.requests.join()).not.toContain('fs/files');
  });

  test('status, tags, removals and description in one step, each read back', async () => {
    const { run, emulator } = await world();
    emulator.metastore.setTags(PROD, { old: '1', kept: 'x', validation_status: 'pending' }, 1);
    const seen = await run(tagStatus, {
      ...V1,
      status: 'approved',
      tags: 'a=1\nb=two words\nempty=',
      'remove-tags': 'old',
      description: 'Checked by hand.',
      'expected-status': 'pending',
    });
    expect(seen.outputs).toMatchObject({ outcome: 'ok', 'previous-status': 'pending', status: 'approved' });
    const { tags, description } = seen.after.models[PROD]?.versions['1'] ?? {};
    expect([tags, description]).toEqual([
      { a: '1', b: 'two words', empty: '', kept: 'x', validation_status: 'approved' },
      'Checked by hand.',
    ]);
    expect(JSON.parse(seen.outputs['tags'] ?? '')).toEqual(tags);
    expect(seen.report.changes.map(({ state }) => state)).toEqual(Array(6).fill('done'));
    expect(JSON.stringify(seen.report.undo)).toContain('status: pending');
  });

  test('by alias, and a status of another key', async () => {
    const { run } = await world();
    const seen = await run(tagStatus, {
      model: PROD,
      alias: 'Champion',
      status: 'green',
      'status-key': 'release.gate',
    });
    expect(seen.outputs).toMatchObject({ outcome: 'ok', version: '1', status: 'green' });
    expect(seen.after.models[PROD]?.versions['1']?.tags).toEqual({ 'release.gate': 'green' });
    expect(seen.annotations.map(({ level }) => level)).toEqual(['notice', 'warning']);
  });

  test('another word that approves', async () => {
    const { run, emulator } = await world();
    moreVersions(emulator.metastore);
    const inputs = { model: PROD, version: '3', status: 'green', 'approving-statuses': 'green\nblue' };
    expectRefused(await run(tagStatus, inputs), 'blocked');
  });

  test('noop: it already is so', async () => {
    const { run, emulator } = await world();
    emulator.metastore.setTags(PROD, { validation_status: 'approved', a: '1' }, 1);
    const seen = await run(tagStatus, {
      ...V1,
      status: 'approved',
      tags: 'a=1',
      'remove-tags': 'never-there',
    });
    expect(seen.outputs).toMatchObject({ outcome: 'noop', changed: 'false', status: 'approved' });
    expect([seen.exitCode, seen.after]).toEqual([0, seen.before]);
    expect(seen.records.filter((record) => record.write)).toEqual([]);
  });

  test('a description is emptied; one that is empty is left alone', async () => {
    const { run } = await world();
    const described = await run(tagStatus, { ...V1, description: 'Checked.' });
    expect(described.after.models[PROD]?.versions['1']?.description).toBe('Checked.');
    const emptied = await run(tagStatus, { ...V1, 'remove-description': 'true' });
    expect([emptied.outputs['outcome'], emptied.after.models[PROD]?.versions['1']?.description]).toEqual([
      'ok',
      '',
    ]);
    const again = await run(tagStatus, { ...V1, 'remove-description': 'true' });
    expect([again.outputs['outcome'], again.records.filter(({ write }) => write)]).toEqual(['noop', []]);
  });

  test('dry run: nothing is sent that could write; outputs are what is', async () => {
    const { run } = await world();
    const seen = await run(tagStatus, { ...V1, status: 'approved', description: 'x', 'dry-run': 'true' });
    expect(seen.outputs).toMatchObject({
      outcome: 'ok',
      changed: 'false',
      'would-change': 'true',
      status: '',
    });
    expect(seen.records.filter((record) => record.write)).toEqual([]);
    expect(seen.after).toEqual(seen.before);
    expect(seen.verdict).toContain('Dry run: nothing was written');
  });
});

describe('the model itself', () => {
  test('its tags and description are set; the version outputs are empty', async () => {
    const { run } = await world();
    const seen = await run(tagStatus, { model: PROD, status: 'reviewed', description: 'New words.' });
    expect(seen.outputs).toMatchObject({ outcome: 'ok', version: '', uri: '', status: 'reviewed' });
    expect([seen.after.models[PROD]?.tags, seen.after.models[PROD]?.description]).toEqual([
      { validation_status: 'reviewed' },
      'New words.',
    ]);
    expect(seen.after.models[PROD]?.versions).toEqual(seen.before.models[PROD]?.versions);
  });
});

describe('require: a gate', () => {
  test('opens when every tag has its value, writes nothing, and is ok', async () => {
    const { run } = await world();
    const seen = await run(tagStatus, {
      model: STAGING,
      version: '1',
      require: 'validation_status=approved\ndataset=transactions_q3',
    });
    expect(seen.outputs).toMatchObject({
      outcome: 'ok',
      changed: 'false',
      allowed: 'true',
      status: 'approved',
    });
    expect(seen.after).toEqual(seen.before);
  });

  for (const [title, require, message] of [
    [
      'another value',
      'validation_status=blessed',
      'must have the tag validation_status=blessed but has validation_status=approved.',
    ],
    [
      'another case of the value',
      'validation_status=Approved',
      'must have the tag validation_status=Approved but has validation_status=approved, which differs only in case.',
    ],
    ['a missing tag', 'owner=ada', 'must have the tag owner=ada but does not have it.'],
  ] as const) {
    test(`stays shut on ${title}, before anything is set`, async () => {
      const { run } = await world();
      const seen = await run(tagStatus, { model: STAGING, version: '1', require }, {});
      expectRefused(seen, 'blocked');
      expect(seen.report.error?.message).toContain(message);
      expect(seen.outputs['allowed']).toBe('false');
    });
  }

  test('what is set by the same step does not open its own gate', async () => {
    const { run } = await world();
    expectRefused(await run(tagStatus, { ...V1, tags: 'a=1', require: 'a=1' }), 'blocked');
  });
});

describe('a race', () => {
  test('somebody else sets the status in between: conflict, and theirs stays', async () => {
    const { run, emulator } = await world();
    const permissions = /effective-permissions/u;
    emulator.faults.add({ template: permissions, kind: { kind: 'delay', ms: 80 } });
    emulator.faults.add({ template: permissions, kind: { kind: 'status', status: 503 } });
    emulator.faults.add({
      template: permissions,
      skip: 3,
      kind: {
        kind: 'run',
        when: 'before',
        run: (metastore) => metastore.setTags(PROD, { validation_status: 'rejected' }, 1),
      },
    });
    const seen = await run(tagStatus, { ...V1, status: 'approved' });
    expect(seen.outputs).toMatchObject({ outcome: 'conflict', changed: 'false' });
    expect(seen.after.models[PROD]?.versions['1']?.tags).toEqual({ validation_status: 'rejected' });
  });

  for (const when of ['before', 'during', 'after'] as const) {
    test(`an answer lost ${when}: set once, known to be set`, async () => {
      const { run, emulator } = await world();
      emulator.metastore.setTags(PROD, { old: 'x' }, 1);
      for (const template of [/set-tag$/u, /delete-tag$/u, /update$/u]) {
        emulator.faults.add({ template, kind: { kind: 'drop', when } });
      }
      const seen = await run(tagStatus, {
        ...V1,
        status: 'approved',
        'remove-tags': 'old',
        description: 'd',
      });
      expect(seen.outputs).toMatchObject({ outcome: 'ok', changed: 'true' });
      expect(seen.after.models[PROD]?.versions['1']).toMatchObject({
        tags: { validation_status: 'approved' },
        description: 'd',
      });
    });
  }
});
