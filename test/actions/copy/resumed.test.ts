import { describe, expect, test, vi } from 'vitest';
import type { Fault, FaultRule, Metastore } from '../../../emulator/index.ts';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { promote } from '../../../src/actions/promote.ts';
import { world, type ActionRun, type ActionBench } from '../harness.ts';
import { filesWith, GOOD_FILES, PROD, PROMOTER, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { addLargeVersion } from './large-models.ts';

vi.setConfig({ testTimeout: 60_000 });

const LEGACY = '/api/2.0/mlflow/unity-catalog/model-versions';
const DELETE = { method: 'DELETE', template: `${LEGACY}/delete` } as const;
const FINALIZE = { method: 'POST', template: `${LEGACY}/finalize` } as const;
const SET_TAG = { method: 'POST', template: `${LEGACY}/set-tag` } as const;
const FILE = '/api/2.0/fs/files/{path*}';
const COPY = { source: `models:/${STAGING}/1`, destination: PROD };
const SECOND = { environment: { GITHUB_RUN_ATTEMPT: '2' } };
const OTHER = 'acme/models/7/1/mf000000-0000000b';

const FAILURES = [
  ['refused by 503', { kind: 'status', status: 503 }],
  ['refused by 429', { kind: 'retry-after-seconds', seconds: 60 }],
  ['cut off', { kind: 'drop', when: 'before' }],
] as const satisfies readonly (readonly [string, Fault])[];

const versionOf = (metastore: Metastore, number: number) => {
  const version = metastore.model(PROD).versions.get(number);
  if (version === undefined) throw new Error(`There is no version ${number}.`);
  return version;
};

/** Another run takes version 2 up, and goes as far as to finish it and to move the alias to it. */
const TAKEN = {
  continued: (metastore: Metastore) => metastore.setTags(PROD, { uc_promote_run: OTHER }, 2),
  finished: (metastore: Metastore) => {
    metastore.setTags(PROD, { uc_promote_run: OTHER }, 2);
    versionOf(metastore, 2).status = 'READY';
    metastore.setAlias(PROD, 'Champion', 2);
  },
} as const;

const countOf = (seen: ActionRun, at: Pick<FaultRule, 'method' | 'template'>) =>
  seen.records.filter(({ method, template }) => method === at.method && template === at.template).length;

/** Strikes one request: first the world changes, then it fails. */
function strike(
  { emulator }: ActionBench,
  at: Omit<FaultRule, 'kind'>,
  run: (metastore: Metastore) => void,
  failure: Fault,
) {
  emulator.faults.add({ ...at, kind: { kind: 'run', when: 'before', run } });
  emulator.faults.add({ ...at, kind: failure });
}

describe('a run withdraws its unfinished version, and the deletion gets no response', () => {
  test('meanwhile another run finishes that version and moves the alias to it: it stays, and so does the alias', async () => {
    const started = await world();
    const { emulator, run } = started;
    const broken = { method: 'PUT', path: /2\/conda\.yaml$/u } as const;
    emulator.faults.add({ ...broken, kind: { kind: 'status', status: 400, errorCode: 'BAD_REQUEST' } });
    let second: Promise<ActionRun> | undefined;
    emulator.faults.add({
      ...DELETE,
      kind: {
        kind: 'run',
        when: 'before',
        run() {
          second = run(promote, COPY, { environment: { GITHUB_RUN_ID: '4243' } });
        },
      },
    });
    const busy = { kind: 'status', status: 503, headers: { 'retry-after': '4' } } as const;
    emulator.faults.add({ ...DELETE, kind: busy });
    const first = await run(copyVersion, COPY, { clock: 'real' });
    const other = await second;
    expect(other?.outputs, other?.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
    expect(first.report.error?.message).toContain(
      `models:/${PROD}/2 is READY and was left unchanged; this step set no alias on it.`,
    );
    expect(emulator.requests.filter(({ template }) => template === DELETE.template)).toHaveLength(1);
    const after = emulator.state().models[PROD];
    expect(after?.versions['2']).toMatchObject({ status: 'READY', tags: { uc_promote_origin: COPY.source } });
    expect(after?.aliases).toEqual({ Champion: 2 });
  });

  for (const [how, take] of Object.entries(TAKEN)) {
    test.each(FAILURES)(`(%s) meanwhile another run has ${how} it: not deleted`, async (_, failure) => {
      const started = await world();
      started.emulator.faults.add({
        method: 'PUT',
        path: /2\/conda\.yaml$/u,
        kind: { kind: 'status', status: 400, errorCode: 'BAD_REQUEST' },
      });
      strike(started, DELETE, take, failure);
      const seen = await started.run(copyVersion, COPY);
      expect(seen.after.models[PROD]?.versions['2']?.tags['uc_promote_run']).toBe(OTHER);
      expect(seen.report.error?.message).toMatch(
        /2 is (?:READY|PENDING_REGISTRATION) and was left unchanged/u,
      );
      expect(countOf(seen, DELETE)).toBe(1);
    });
  }

  test.each(FAILURES)(
    '(%s) and nobody has taken it up: it is deleted after a second look',
    async (_, failure) => {
      const started = await world();
      started.emulator.faults.add({
        method: 'PUT',
        path: /2\/conda\.yaml$/u,
        kind: { kind: 'status', status: 400, errorCode: 'BAD_REQUEST' },
      });
      started.emulator.faults.add({ ...DELETE, kind: failure });
      const seen = await started.run(copyVersion, COPY);
      expect(seen.report.error?.message).toContain('The unfinished version 2 was deleted.');
      expect([seen.after, countOf(seen, DELETE)]).toEqual([seen.before, 2]);
    },
  );

  test('which was made all the same is known as made', async () => {
    const started = await world();
    started.emulator.faults.add({
      method: 'PUT',
      path: /2\/conda\.yaml$/u,
      kind: { kind: 'status', status: 400, errorCode: 'BAD_REQUEST' },
    });
    started.emulator.faults.add({ ...DELETE, kind: { kind: 'status', status: 503, when: 'after' } });
    const seen = await started.run(copyVersion, COPY);
    expect(seen.report.error?.message).toContain('The unfinished version 2 was deleted.');
    expect([seen.after, countOf(seen, DELETE), seen.outputs['changed']]).toEqual([seen.before, 1, 'false']);
  });
});

describe('a version that an earlier run left', () => {
  const LEFT = 'acme/models/4242/1/mf000000-00000001';

  /** Two unfinished copies, versions 2 and 3: the newer is continued, the older deleted. */
  async function withLeftovers() {
    const started = await world();
    for (let count = 0; count < 2; count += 1) {
      started.emulator.metastore.addVersion(PROD, {
        files: filesWith(undefined),
        status: 'PENDING_REGISTRATION',
        source: COPY.source,
        createdBy: PROMOTER,
        tags: { uc_promote_origin: COPY.source, uc_promote_run: LEFT },
      });
    }
    return started;
  }

  for (const [how, take] of Object.entries(TAKEN)) {
    test.each(FAILURES)(
      `and whose deletion is %s is left alone when another run has ${how} it`,
      async (_, failure) => {
        const started = await withLeftovers();
        strike(started, DELETE, take, failure);
        const seen = await started.run(copyVersion, COPY, SECOND);
        expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '3' });
        expect(seen.after.models[PROD]?.versions['2']?.tags['uc_promote_run']).toBe(OTHER);
        expect(countOf(seen, DELETE)).toBe(1);
        expect(seen.report.facts).toContainEqual({
          label: 'Unfinished copy',
          value: `models:/${PROD}/2`,
          note: 'left by an earlier run; it has changed and was left unchanged',
        });
        const deletion = seen.report.changes.find(({ change }) => change.kind === 'delete-version');
        expect(deletion?.state).toBe('not-done');
      },
    );
  }

  test('and that another run takes up right before is not continued: another is made, and theirs is left alone', async () => {
    const started = await world();
    started.emulator.metastore.addVersion(PROD, {
      files: filesWith(undefined),
      status: 'PENDING_REGISTRATION',
      source: COPY.source,
      createdBy: PROMOTER,
      tags: { uc_promote_origin: COPY.source, uc_promote_run: LEFT },
    });
    // Its files are listed right before it is claimed.
    const listing = { method: 'GET', path: /directories\/Models\/prod\/.*\/2$/u } as const;
    started.emulator.faults.add({ ...listing, kind: { kind: 'run', when: 'after', run: TAKEN.continued } });
    const seen = await started.run(copyVersion, COPY);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '3' });
    expect(seen.after.models[PROD]?.versions['2']?.tags).toEqual({
      uc_promote_origin: COPY.source,
      uc_promote_run: OTHER,
    });
    expect(seen.log.join('\n')).toContain('has changed, so it is left unchanged');
  });

  test.each(FAILURES)(
    'and that another run takes up while the marker is %s is left alone too',
    async (_, failure) => {
      const started = await world();
      started.emulator.metastore.addVersion(PROD, {
        files: filesWith(undefined),
        status: 'PENDING_REGISTRATION',
        source: COPY.source,
        createdBy: PROMOTER,
        tags: { uc_promote_origin: COPY.source, uc_promote_run: LEFT },
      });
      strike(started, SET_TAG, TAKEN.continued, failure);
      const seen = await started.run(copyVersion, COPY);
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '3' });
      expect(seen.after.models[PROD]?.versions['2']?.tags['uc_promote_run']).toBe(OTHER);
    },
  );

  test('and that is finished right before it is continued is taken as it is, when it is equal', async () => {
    const started = await world();
    started.emulator.metastore.addVersion(PROD, {
      files: GOOD_FILES,
      status: 'PENDING_REGISTRATION',
      source: COPY.source,
      createdBy: PROMOTER,
      tags: { uc_promote_origin: COPY.source, uc_promote_run: LEFT },
    });
    const listing = { method: 'GET', path: /directories\/Models\/prod\/.*\/2$/u } as const;
    started.emulator.faults.add({ ...listing, kind: { kind: 'run', when: 'after', run: TAKEN.finished } });
    const seen = await started.run(copyVersion, COPY);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
    expect(seen.after.models[PROD]?.versions['2']?.tags['uc_promote_run']).toBe(OTHER);
    expect(countOf(seen, FINALIZE)).toBe(0);
  });
});

describe('another run takes the version up while this one', () => {
  test.each(FAILURES)(
    'finalizes it, which is %s: not finalized again, and not deleted',
    async (_, failure) => {
      const started = await world();
      strike(started, FINALIZE, TAKEN.continued, failure);
      const seen = await started.run(copyVersion, COPY);
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'conflict' });
      expect(seen.report.error?.message).toContain(
        '2 was taken over by another run, so this run writes nothing more to it',
      );
      expect([countOf(seen, FINALIZE), countOf(seen, DELETE)]).toEqual([1, 0]);
      expect(seen.after.models[PROD]?.versions['2']).toMatchObject({ status: 'PENDING_REGISTRATION' });
    },
  );

  test.each(FAILURES)(
    'records its digests, which is %s: not recorded on what is another run’s',
    async (_, failure) => {
      const started = await world();
      strike(started, { ...SET_TAG, times: 2 }, TAKEN.finished, failure);
      const seen = await started.run(copyVersion, COPY);
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'conflict' });
      expect(seen.after.models[PROD]?.versions['2']).toMatchObject({ status: 'READY' });
      expect(Object.keys(seen.after.models[PROD]?.versions['2']?.tags ?? {})).not.toContain(
        'uc_promote_digest',
      );
      expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 2 });
    },
  );

  test('puts a large file together, without a response: not asked for again', async () => {
    const started = await world();
    const source = addLargeVersion(started.emulator.metastore, 53);
    const complete = { method: 'POST', template: FILE, path: /weights/u, skip: 1 } as const;
    strike(started, complete, TAKEN.continued, { kind: 'status', status: 503 });
    const seen = await started.run(copyVersion, { ...COPY, source });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'conflict' });
    const asked = seen.records.filter(({ method, path }) => method === 'POST' && path.includes('weights'));
    expect(asked.map(({ status }) => status)).toEqual([200, 503]);
    // Nor is the upload taken back: the other run may go on with it.
    expect(seen.records.filter(({ template }) => template.endsWith('create-abort-upload-url'))).toEqual([]);
  });
});

describe('another run takes the version up, and nothing fails', () => {
  test('while this one waits to send a file: it records nothing and finalizes nothing', async () => {
    const started = await world();
    const file = { method: 'PUT', path: /2\/conda\.yaml$/u } as const;
    strike(started, file, TAKEN.continued, { kind: 'retry-after-seconds', seconds: 40 });
    const seen = await started.run(copyVersion, COPY);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'conflict' });
    expect([countOf(seen, SET_TAG), countOf(seen, FINALIZE), countOf(seen, DELETE)]).toEqual([0, 0, 0]);
    expect(seen.after.models[PROD]?.versions['2']?.tags['uc_promote_run']).toBe(OTHER);
  });

  test('and finishes it, where pending files are not shown: this one puts no hold on it', async () => {
    const started = await world();
    const { faults } = started.emulator;
    faults.add({
      method: 'GET',
      times: 200,
      path: /^\/api\/2\.0\/fs\/(files|directories)\/Models\/prod\/.*\/2(\/|$)/u,
      kind: { kind: 'status', status: 400, errorCode: 'INVALID_STATE' },
    });
    faults.add({ ...SET_TAG, skip: 1, kind: { kind: 'run', when: 'after', run: TAKEN.finished } });
    const seen = await started.run(copyVersion, COPY);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'conflict' });
    const after = seen.after.models[PROD];
    expect(after?.versions['2']?.tags).not.toHaveProperty('uc_promote_hold');
    expect([after?.versions['2']?.status, after?.aliases['Champion']]).toEqual(['READY', 2]);
  });
});

test('a large file that is put together in spite of a lost response is whole, and asked for once more at most', async () => {
  for (const failure of [
    { kind: 'status', status: 503 },
    { kind: 'status', status: 503, when: 'after' },
    { kind: 'drop', when: 'after' },
    { kind: 'retry-after-seconds', seconds: 3 },
  ] as const) {
    const started = await world();
    const source = addLargeVersion(started.emulator.metastore, 53);
    started.emulator.faults.add({ method: 'POST', template: FILE, path: /weights/u, skip: 1, kind: failure });
    const seen = await started.run(copyVersion, { ...COPY, source });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
    const asked = seen.records.filter(({ method, path }) => method === 'POST' && path.includes('weights'));
    expect(asked).toHaveLength(3);
  }
});

test('a hold that somebody sets while the copy is verified under one of ours is not taken away', async () => {
  const started = await world();
  const { faults } = started.emulator;
  faults.add({
    method: 'GET',
    times: 200,
    path: /^\/api\/2\.0\/fs\/(files|directories)\/Models\/prod\/.*\/2(\/|$)/u,
    kind: { kind: 'status', status: 400, errorCode: 'INVALID_STATE' },
  });
  const shown: Fault = { kind: 'run', when: 'before', run: () => faults.clear() };
  faults.add({ ...FINALIZE, kind: shown });
  const hold = (metastore: Metastore) => metastore.setTags(PROD, { uc_promote_hold: 'incident 9' }, 2);
  const reading: Fault = {
    kind: 'run',
    when: 'before',
    run: () =>
      faults.add({
        method: 'GET',
        path: /prod.*2\/conda\.yaml$/u,
        kind: { kind: 'run', when: 'after', run: hold },
      }),
  };
  faults.add({ ...FINALIZE, kind: reading });
  const seen = await started.run(copyVersion, COPY);
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'blocked' });
  expect(seen.after.models[PROD]?.versions['2']?.tags['uc_promote_hold']).toBe('incident 9');
});

describe('a model that is created', () => {
  const NEW = 'prod.ml_team.brand_new';
  const CREATED = {
    ...COPY,
    destination: NEW,
    'create-destination': 'true',
    'destination-owner': 'ml-deployers',
  };
  const OWNER = { method: 'PATCH', template: '/api/2.1/unity-catalog/models/{full_name}' } as const;
  const CREATE = {
    method: 'POST',
    template: '/api/2.0/mlflow/unity-catalog/registered-models/create',
  } as const;

  async function creating() {
    const started = await world();
    started.emulator.metastore.grant('schema', 'prod.ml_team', PROMOTER, ['EXECUTE']);
    return started;
  }

  test.each(FAILURES)('whose owner somebody changes while ours is %s keeps theirs', async (_, failure) => {
    const started = await creating();
    const take = (metastore: Metastore) => {
      metastore.model(NEW).owner = 'admin@example.com';
    };
    strike(started, OWNER, take, failure);
    const seen = await started.run(copyVersion, CREATED);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'conflict', changed: 'true' });
    expect(seen.report.error?.message).toContain('the owner was admin@example.com instead of the caller');
    expect([seen.after.models[NEW]?.owner, countOf(seen, OWNER)]).toEqual(['admin@example.com', 1]);
  });

  test.each(FAILURES)('gets its owner after a second look when the first try was %s', async (_, failure) => {
    const started = await creating();
    started.emulator.faults.add({ ...OWNER, kind: failure });
    const seen = await started.run(copyVersion, CREATED);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
    expect([seen.after.models[NEW]?.owner, countOf(seen, OWNER)]).toEqual(['ml-deployers', 2]);
  });

  test.each(FAILURES)('by somebody else while ours is %s is theirs', async (_, failure) => {
    const started = await creating();
    strike(
      started,
      CREATE,
      (metastore) => void metastore.createModel(NEW, { owner: 'admin@example.com' }),
      failure,
    );
    const seen = await started.run(copyVersion, CREATED);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'conflict' });
    expect(seen.report.error?.message).toContain('was created by someone else in the meantime');
    expect([seen.after.models[NEW]?.owner, countOf(seen, CREATE)]).toEqual(['admin@example.com', 1]);
  });

  test('by ourselves, the response lost, is ours', async () => {
    for (const when of ['before', 'after'] as const) {
      const started = await creating();
      started.emulator.faults.add({ ...CREATE, kind: { kind: 'drop', when } });
      const seen = await started.run(copyVersion, CREATED);
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
      expect([seen.after.models[NEW]?.owner, countOf(seen, CREATE)]).toEqual([
        'ml-deployers',
        when === 'before' ? 2 : 1,
      ]);
    }
  });
});
