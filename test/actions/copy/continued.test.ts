import { describe, expect, test, vi } from 'vitest';
import type { Metastore } from '../../../emulator/index.ts';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { world, type ActionRun, type ActionBench } from '../harness.ts';
import { filesWith, GOOD_FILES, PROD, PROMOTER, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { addLargeVersion, bigFile } from './large-models.ts';

vi.setConfig({ testTimeout: 60_000 });

const COPY = { source: `models:/${STAGING}/1`, destination: PROD };
const ALWAYS = Number.POSITIVE_INFINITY;
const SET_TAG = /set-tag$|entity-tag-assignments/u;
const FILE = '/api/2.0/fs/files/{path*}';

/** Version 2 of the destination: begun by an earlier run, with some files. */
function begin(
  metastore: Metastore,
  files: NonNullable<Parameters<Metastore['addVersion']>[1]>['files'],
  more = {},
) {
  metastore.addVersion(PROD, {
    ...(files === undefined ? {} : { files }),
    status: 'PENDING_REGISTRATION',
    source: COPY.source,
    createdBy: PROMOTER,
    tags: { uc_promote_origin: COPY.source, uc_promote_run: 'acme/models/1/1/aaaaaaaa' },
    ...more,
  });
}

const versionsOf = (seen: ActionRun) => seen.after.models[PROD]?.versions ?? {};

/** Strikes the demo's world, then copies. */
async function copyIn(
  prepare: (started: ActionBench) => void,
  inputs: Readonly<Record<string, string>> = COPY,
) {
  const started = await world();
  prepare(started);
  return started.run(copyVersion, inputs);
}

describe('a pending version that is continued', () => {
  test('with a file of the same size and other bytes gets the right ones, under verify: size too', async () => {
    const weights = bigFile(2, 1);
    const seen = await copyIn(
      ({ emulator: { metastore } }) => {
        metastore.addVersion(STAGING, { files: { ...GOOD_FILES, 'weights.bin': weights } });
        begin(
          metastore,
          { ...filesWith(undefined), 'weights.bin': bigFile(2, 9) },
          {
            source: `models:/${STAGING}/3`,
            tags: { uc_promote_origin: `models:/${STAGING}/3`, uc_promote_run: 'acme/models/1/1/aaaaaaaa' },
          },
        );
      },
      { ...COPY, source: `models:/${STAGING}/3`, verify: 'size' },
    );
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
    expect(versionsOf(seen)['2']?.files).toEqual(seen.after.models[STAGING]?.versions['3']?.files);
  });

  test('where its labels cannot be written: said as that, and nothing is taken over', async () => {
    const seen = await copyIn(({ emulator }) => {
      begin(emulator.metastore, filesWith(undefined), { tags: undefined });
      const version = emulator.metastore.state.models.get(PROD)?.versions.get(2);
      for (const [key, value] of Object.entries({
        uc_promote_origin: COPY.source,
        uc_promote_run: 'acme/models/1/1/aaaaaaaa',
      }))
        version?.tags.set(key, value);
      emulator.faults.add({
        template: SET_TAG,
        times: ALWAYS,
        kind: { kind: 'status', status: 403 },
      });
    });
    expect(seen.outputs['outcome']).not.toBe('ok');
    expect(seen.report.error?.code).toBe('permission-denied');
    expect(seen.log.join('\n')).not.toContain('cannot be listed');
    expect(seen.report.error?.message).toContain(`models:/${PROD}/2 is PENDING_REGISTRATION and was left`);
  });

  test('whose files are not shown gets the labels of this run all the same', async () => {
    const seen = await copyIn(({ emulator }) => {
      begin(
        emulator.metastore,
        {},
        {
          tags: {
            uc_promote_origin: COPY.source,
            uc_promote_run: 'acme/models/1/1/aaaaaaaa',
            surplus: 'x',
            dataset: 'another',
          },
          description: 'stale',
        },
      );
      emulator.faults.add({
        method: 'GET',
        path: /^\/api\/2\.0\/fs\/directories\/Models\/prod\/.*\/2(\/|$)/u,
        kind: { kind: 'status', status: 403 },
      });
    });
    const copy = versionsOf(seen)['2'];
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
    expect(copy?.tags).toMatchObject({ dataset: 'transactions_q3' });
    expect(copy?.tags).not.toHaveProperty('surplus');
    expect(copy?.tags['uc_promote_run']).toContain('acme/models/4242/1/');
    expect(copy?.description).toBe(seen.after.models[STAGING]?.versions['1']?.description);
  });

  test('and fails again says what is left, and is not deleted', async () => {
    const seen = await copyIn(({ emulator }) => {
      begin(emulator.metastore, filesWith(undefined));
      emulator.faults.add({ path: /2\/MLmodel$/u, times: ALWAYS, kind: { kind: 'status', status: 503 } });
    });
    expect(seen.outputs['outcome']).toBe('unavailable');
    expect(seen.report.error?.message).toMatch(
      /2 is PENDING_REGISTRATION and was left.*next run resumes it/u,
    );
    expect(versionsOf(seen)['2']?.status).toBe('PENDING_REGISTRATION');
  });

  test('loses the hold that an earlier run put on it, once its files are shown', async () => {
    const seen = await copyIn(({ emulator }) => {
      begin(emulator.metastore, GOOD_FILES, {
        tags: {
          uc_promote_origin: COPY.source,
          uc_promote_run: 'acme/models/1/1/aaaaaaaa',
          uc_promote_hold: 'the copy is not verified yet',
        },
      });
    });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
    expect(versionsOf(seen)['2']?.tags).not.toHaveProperty('uc_promote_hold');
  });

  test('says how many bytes are sent again, and by which way the others were read', async () => {
    const started = await world();
    const source = addLargeVersion(started.emulator.metastore, 51, 52);
    begin(
      started.emulator.metastore,
      { ...filesWith(undefined), 'weights/0.bin': bigFile(51, 1) },
      {
        source,
        tags: { uc_promote_origin: source, uc_promote_run: 'acme/models/1/1/aaaaaaaa' },
      },
    );
    const seen = await started.run(copyVersion, { ...COPY, source });
    const reported = JSON.stringify(seen.report.sections);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
    expect(seen.log.join('\n')).toMatch(/files exist and are equal; sending 2 files, 52\.0 MiB/u);
    expect(reported).toMatch(/2 files, 52\.0 MiB, were missing or incomplete and were sent by this run/u);
    expect(reported).toMatch(/earlier run \(reused, read by signed URL: /u);
    expect(reported).toMatch(/earlier run \(reused, read by workspace: /u);
  });
});

describe('the mark of the source', () => {
  test('of another metastore keeps a version of the same name apart', async () => {
    const seen = await copyIn(({ emulator: { metastore } }) => {
      begin(metastore, GOOD_FILES, {
        tags: {
          uc_promote_origin: `${COPY.source} in metastore another`,
          uc_promote_run: 'acme/models/1/1/aaaaaaaa',
        },
      });
    });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '3' });
    expect(versionsOf(seen)['2']).toEqual(seen.before.models[PROD]?.versions['2']);
  });
});

describe('a copy that ends after it was finalized', () => {
  test('and is not READY in time stays, and the next run takes it', async () => {
    const { run, emulator } = await world();
    emulator.faults.add({
      template: /model-versions\/get$/u,
      // The source and the version that is there are read at once, in any order.
      skip: 2,
      times: ALWAYS,
      kind: { kind: 'set-field', field: 'status', value: 'PENDING_REGISTRATION' },
    });
    const seen = await run(copyVersion, { ...COPY, 'wait-timeout': '20s' });
    expect(seen.outputs['outcome']).toBe('unavailable');
    expect(seen.report.error?.message).toMatch(/2 is PENDING_REGISTRATION and was left unchanged/u);
    expect(versionsOf(seen)['2']?.status).toBe('READY');
    emulator.faults.clear();
    expect((await run(copyVersion, COPY)).outputs).toMatchObject({ outcome: 'noop', version: '2' });
  });

  test('that an earlier run finalized, and that refuses a second one, is waited for', async () => {
    const { run, emulator } = await world({ switches: { secondFinalize: 'error' } });
    begin(emulator.metastore, GOOD_FILES);
    const version = emulator.metastore.state.models.get(PROD)?.versions.get(2);
    if (version !== undefined) version.finalizing = 12;
    emulator.faults.add({
      template: /model-versions\/finalize$/u,
      kind: { kind: 'status', status: 400, errorCode: 'INVALID_STATE' },
    });
    const seen = await run(copyVersion, COPY);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
  });

  test('refused by the only request, the version of this run is deleted again', async () => {
    const seen = await copyIn(({ emulator }) =>
      emulator.faults.add({
        template: /model-versions\/finalize$/u,
        kind: { kind: 'status', status: 400, errorCode: 'INVALID_PARAMETER_VALUE' },
      }),
    );
    expect(seen.report.error?.message).toContain('was deleted');
    expect(versionsOf(seen)['2']).toBeUndefined();
  });
});

test('a cancelled copy leaves its version, names it, and the next run continues it', async () => {
  const { run, emulator } = await world();
  emulator.faults.add({
    method: 'PUT',
    template: FILE,
    skip: 2,
    kind: { kind: 'run', when: 'before', run: () => void process.emit('SIGINT') },
  });
  const seen = await run(copyVersion, COPY);
  expect(seen.outputs['outcome']).toBe('error');
  expect(versionsOf(seen)['2']?.status).toBe('PENDING_REGISTRATION');
  expect(seen.report.error?.message).toMatch(/unfinished version 2 was not deleted.*next run resumes it/u);
  const next = await run(copyVersion, COPY);
  expect(next.outputs, next.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
  expect(next.summary).toContain('resumed from an earlier run');
});

test('a creation whose answer is lost twice is looked for twice', async () => {
  const seen = await copyIn(({ emulator }) => {
    const at = { template: /model-versions\/create$/u } as const;
    emulator.faults.add({ ...at, kind: { kind: 'drop', when: 'before' } });
    emulator.faults.add({ ...at, skip: 1, kind: { kind: 'drop', when: 'after' } });
  });
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
  expect(Object.keys(versionsOf(seen))).toEqual(['1', '2']);
});

test('a copy that is there already warns of no deployment job', async () => {
  const { run, emulator } = await world();
  await run(copyVersion, COPY);
  emulator.metastore.model(PROD).deploymentJobId = '987654321';
  const seen = await run(copyVersion, COPY);
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'noop' });
  expect(JSON.stringify(seen.report.checks)).not.toContain('987654321');
});
