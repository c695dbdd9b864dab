import { describe, expect, test } from 'vitest';
import type { Metastore } from '../../emulator/index.ts';
import { PROD, PROMOTER } from '../../emulator/seeds/demo-models.ts';
import { apply } from '../../src/actions/apply.ts';
import { cleanUp } from '../../src/actions/clean-up.ts';
import { TOKENS, world, type ActionBench, type ActionRun } from '../actions/harness.ts';
import { CLEAN_UP, cleanUpWorld, DAY, moveOf, recordMoves, recordTag, VERSIONS } from './clean-up-world.ts';

async function cleaningWorld(prepare?: (metastore: Metastore) => void): Promise<ActionBench> {
  const bench = await world();
  cleanUpWorld(bench.emulator.metastore);
  prepare?.(bench.emulator.metastore);
  return bench;
}

const versionsAfter = (seen: ActionRun) => Object.keys(seen.after.models[PROD]?.versions ?? {}).map(Number);
const parsed = (text: string | undefined): { version: number; why: string }[] =>
  JSON.parse(text ?? '') as { version: number; why: string }[];
const goingOf = ({ outputs }: ActionRun) =>
  Object.fromEntries(parsed(outputs['deletions']).map(({ version, why }) => [version, why]));
const whyKept = ({ outputs }: ActionRun, version: number) =>
  parsed(outputs['kept']).find((each) => each.version === version)?.why;
const deletesOf = ({ records }: ActionRun) => records.filter(({ write }) => write);

const { rejected, pending, failed, abandoned, old } = VERSIONS;
const GOING = {
  [rejected]: 'rejected',
  [pending]: 'pending',
  [failed]: 'failed',
  [abandoned]: 'abandoned',
  [old]: 'old',
};

test('deletes what a rule lets go and nothing protects; everything else stays, with why', async () => {
  const { run } = await cleaningWorld();
  const seen = await run(cleanUp, CLEAN_UP);
  expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
  expect(goingOf(seen)).toEqual(GOING);
  expect(versionsAfter(seen)).toEqual([1, 7, 8, 9, 10, 11, 12, 13, 14]);
  expect(Object.fromEntries(parsed(seen.outputs['kept']).map(({ version, why }) => [version, why]))).toEqual({
    [VERSIONS.champion]: 'alias',
    [VERSIONS.ofOthers]: 'others',
    [VERSIONS.held]: 'on-hold',
    [VERSIONS.served]: 'served',
    [VERSIONS.rollback]: 'rollback',
    [VERSIONS.named]: 'named',
    [VERSIONS.blueBefore]: 'rollback',
    [VERSIONS.blue]: 'alias',
    [VERSIONS.newest]: 'newest',
  });
  expect(Number(seen.outputs['bytes'])).toBeGreaterThan(0);
  expect(seen.outputs['unseen-sizes']).toBe('0');
  const again = await run(cleanUp, CLEAN_UP);
  expect([again.outputs['outcome'], again.outputs['changed']]).toEqual(['noop', 'false']);
});

test('a dry run deletes nothing, and leaves a plan of exactly these deletions, which apply carries out', async () => {
  const { run } = await cleaningWorld();
  const dry = await run(cleanUp, { ...CLEAN_UP, 'dry-run': 'true' });
  expect([dry.outputs['outcome'], dry.outputs['would-change']]).toEqual(['ok', 'true']);
  expect([dry.after, deletesOf(dry)]).toEqual([dry.before, []]);
  const given = { plan: dry.outputs['plan'] ?? '', 'expected-digest': dry.outputs['plan-digest'] ?? '' };
  const dryApplied = await run(apply, { ...given, 'dry-run': 'true' });
  expect(dryApplied.after).toEqual(dryApplied.before);
  const seen = await run(apply, given);
  expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
  expect(seen.verdict).toContain('version 2 is deleted');
  expect(versionsAfter(seen)).toEqual([1, 7, 8, 9, 10, 11, 12, 13, 14]);
  const again = await run(apply, given, { environment: { GITHUB_RUN_ATTEMPT: '2' } });
  expect([again.outputs['outcome'], again.outputs['changed']]).toEqual(['noop', 'false']);
});

test('more than max-deletions: blocked, and nothing is deleted', async () => {
  const { run } = await cleaningWorld();
  for (const dryRun of ['true', 'false']) {
    const seen = await run(cleanUp, { ...CLEAN_UP, 'max-deletions': '4', 'dry-run': dryRun });
    expect([seen.outputs['outcome'], seen.outputs['plan-digest'] ?? '']).toEqual(['blocked', '']);
    expect(seen.verdict).toContain('5 versions may go, and max-deletions allows 4');
    expect(parsed(seen.outputs['deletions']).map(({ version }) => version)).toEqual([2, 3, 4, 5, 6]);
    expect(seen.records.filter(({ path }) => path.includes('/fs/directories/'))).toEqual([]);
    expect([seen.after, deletesOf(seen)]).toEqual([seen.before, []]);
  }
});

describe('what is asked for', () => {
  test('include-held and include-others let those go too', async () => {
    const { run } = await cleaningWorld();
    const inputs = { ...CLEAN_UP, 'include-held': 'true', 'include-others': 'true', 'dry-run': 'true' };
    expect(goingOf(await run(cleanUp, inputs))).toEqual({
      ...GOING,
      [VERSIONS.ofOthers]: 'rejected',
      [VERSIONS.held]: 'rejected',
    });
  });

  test('keep-days: 0 lets a version go that an alias named before, and not what a rollback would choose', async () => {
    const { run } = await cleaningWorld();
    const seen = await run(cleanUp, { ...CLEAN_UP, 'keep-days': '0', 'dry-run': 'true' });
    expect(goingOf(seen)).toEqual({ ...GOING, [VERSIONS.named]: 'rejected' });
  });

  test('keep is 100 at most: each version that it keeps is compared before every deletion', async () => {
    const { run } = await cleaningWorld();
    const seen = await run(cleanUp, { model: PROD, keep: '101', 'dry-run': 'true' });
    expect([seen.outputs['outcome'], seen.records]).toEqual(['invalid', []]);
    expect(seen.log.join('\n')).toMatch(/Input `keep`.*100/u);
  });

  test('keep counts READY versions, and without older-than-days nothing goes for its age', async () => {
    const { run } = await cleaningWorld();
    const seen = await run(cleanUp, { model: PROD, keep: '11', 'dry-run': 'true' });
    expect(goingOf(seen)).toEqual({ [pending]: 'pending', [failed]: 'failed', [abandoned]: 'abandoned' });
    expect([whyKept(seen, old), whyKept(seen, rejected)]).toEqual(['newest', 'newest']);
    const fewer = await run(cleanUp, { model: PROD, keep: '1', 'dry-run': 'true' });
    expect(whyKept(fewer, old)).toBe('no-rule');
  });

  test('another status, or another key of it, says that a version was rejected', async () => {
    const { run } = await cleaningWorld();
    const other = await run(cleanUp, { ...CLEAN_UP, 'reject-status': 'refused', 'dry-run': 'true' });
    expect([whyKept(other, rejected), goingOf(other)[old]]).toEqual(['no-rule', 'old']);
    const key = await run(cleanUp, { ...CLEAN_UP, 'status-key': 'review', 'dry-run': 'true' });
    expect(whyKept(key, rejected)).toBe('no-rule');
  });
});

test('a READY version with the hold of a copy, whose marker is gone, is abandoned, not pending; apply takes it', async () => {
  const { run } = await cleaningWorld((metastore) =>
    tag(metastore, rejected, 'uc_promote_hold', 'the copy is not verified yet'),
  );
  const dry = await run(cleanUp, { ...CLEAN_UP, 'dry-run': 'true' });
  expect(goingOf(dry)[rejected]).toBe('abandoned');
  const seen = await run(apply, { plan: dry.outputs['plan'] ?? '' });
  expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
});

describe('what is not known protects', () => {
  const cases: [string, (metastore: Metastore) => void, number, string][] = [
    [
      'an alias without a record',
      (metastore) => metastore.setAlias(PROD, 'Shadow', VERSIONS.newest),
      rejected,
      'past-unknown',
    ],
    [
      'an alias that somebody moved after its record',
      (metastore) => metastore.setAlias(PROD, 'Champion', VERSIONS.newest),
      rejected,
      'past-unknown',
    ],
    [
      'a record that begins within keep-days',
      (metastore) => recordMoves(metastore, [moveOf('Green', 3, 14, 10)]),
      old,
      'past-unknown',
    ],
    [
      'a record that lost older moves',
      (metastore) => {
        const { tags } = metastore.model(PROD);
        tags.set(recordTag('Gone'), JSON.stringify([moveOf('Gone', null, 6, 3), { dropped: 4 }]));
      },
      rejected,
      'past-unknown',
    ],
    [
      'a record that cannot be read',
      (metastore) => void metastore.model(PROD).tags.set('uc_promote_moves_0123456789ab', '[{]'),
      pending,
      'past-unknown',
    ],
    [
      'a record whose times run backwards',
      (metastore) => recordMoves(metastore, [moveOf('Odd', 14, 13, 45), moveOf('Odd', null, 14, 40)]),
      failed,
      'past-unknown',
    ],
    [
      'a hold of the model that says nothing',
      (metastore) => void metastore.model(PROD).tags.set('uc_promote_hold_0123456789ab', 'incident 8'),
      rejected,
      'on-hold',
    ],
    ['a pending version of today', (metastore) => ageOf(metastore, pending, 1), pending, 'unfinished'],
    ['a failed version of yesterday', (metastore) => ageOf(metastore, failed, 1), failed, 'unfinished'],
    [
      'a copy of which a run of today has taken care',
      (metastore) =>
        tag(metastore, abandoned, 'uc_promote_run', `acme/models/18/1/${Date.now().toString(36)}-x`),
      abandoned,
      'unfinished',
    ],
    [
      'an alias that an earlier release recorded on the version',
      (metastore) =>
        tag(
          metastore,
          old,
          'uc_promote_moves',
          JSON.stringify([{ alias: 'Champion', from: 1, run: 'a/b/1/1' }]),
        ),
      old,
      'named',
    ],
  ];

  test.each(cases)('%s', async (_title, prepare, version, why) => {
    const { run } = await cleaningWorld(prepare);
    const seen = await run(cleanUp, { ...CLEAN_UP, 'dry-run': 'true' });
    expect(seen.outputs['outcome'], seen.verdict).toMatch(/^(?:ok|noop)$/u);
    expect(whyKept(seen, version)).toBe(why);
  });

  test('an alias without a record keeps every version, and the page says so; keep-days: 0 asks for no past', async () => {
    const { run } = await cleaningWorld((metastore) => metastore.setAlias(PROD, 'Shadow', VERSIONS.newest));
    const seen = await run(cleanUp, { ...CLEAN_UP, 'dry-run': 'true' });
    expect(goingOf(seen)).toEqual({});
    expect(seen.summary).toContain('No record says what');
    const without = await run(cleanUp, { ...CLEAN_UP, 'keep-days': '0', 'dry-run': 'true' });
    expect(goingOf(without)).toMatchObject(GOING);
  });

  test('a list that lacks the version which an alias names is a conflict, and nothing goes', async () => {
    const { run, emulator } = await cleaningWorld();
    const list = '/api/2.1/unity-catalog/models/{full_name}/versions';
    const empty = { kind: 'set-field', field: 'model_versions', value: [] } as const;
    emulator.faults.add({ method: 'GET', template: list, kind: empty });
    const seen = await run(cleanUp, CLEAN_UP);
    expect([seen.outputs['outcome'], seen.after], seen.verdict).toEqual(['conflict', seen.before]);
    expect(seen.report.verdict).toMatch(/which is not in its list of versions/u);
  });

  test('a status that is no status keeps a version, and the outcome is partial', async () => {
    const { run, emulator } = await cleaningWorld();
    const kind = { kind: 'set-field', field: 'status', value: 'ARCHIVED' } as const;
    emulator.faults.add({ times: Number.POSITIVE_INFINITY, kind });
    const seen = await run(cleanUp, CLEAN_UP);
    expect([seen.outputs['outcome'], seen.after], seen.verdict).toEqual(['partial', seen.before]);
    expect(whyKept(seen, rejected)).toBe('status-unknown');
  });

  test('an endpoint that is about to serve a version', async () => {
    const { run, emulator } = await cleaningWorld();
    const { workspace } = emulator.metastore;
    workspace.addEndpoint('coming', {
      creator: PROMOTER,
      served: [{ entity_name: PROD, entity_version: '1' }],
    });
    workspace.setServingTimes({ build: 3_600_000, route: 0 });
    emulator.metastore.setAlias(PROD, 'Champion', VERSIONS.champion);
    await fetch(`${emulator.url}/api/2.0/serving-endpoints/coming/config`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${TOKENS.promoter}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        served_entities: [
          {
            name: 'new',
            entity_name: PROD,
            entity_version: String(old),
            workload_size: 'Small',
            scale_to_zero_enabled: true,
          },
        ],
        traffic_config: { routes: [{ served_model_name: 'new', traffic_percentage: 100 }] },
      }),
    });
    const seen = await run(cleanUp, { ...CLEAN_UP, 'dry-run': 'true' });
    expect(whyKept(seen, old)).toBe('served');
  });

  test.each([
    ['403', 'PERMISSION_DENIED', 'denied'],
    ['500', 'INTERNAL_ERROR', 'unavailable'],
  ] as const)(
    'endpoints that cannot be listed, with %s: nothing goes',
    async (status, errorCode, outcome) => {
      const { run, emulator } = await cleaningWorld();
      emulator.faults.add({
        method: 'GET',
        template: '/api/2.0/serving-endpoints',
        times: Number.POSITIVE_INFINITY,
        kind: { kind: 'status', status: Number(status), errorCode },
      });
      const seen = await run(cleanUp, CLEAN_UP);
      expect(seen.outputs['outcome'], seen.verdict).toBe(outcome);
      expect([seen.after, deletesOf(seen)]).toEqual([seen.before, []]);
    },
  );
});

test('that no endpoint is visible is no proof that there is none: clean-up and apply warn, and say how many were seen', async () => {
  const { run, emulator } = await world();
  const { metastore } = emulator;
  metastore.addVersion(PROD, { createdBy: PROMOTER, createdAt: Date.now() - 400 * DAY });
  metastore.addVersion(PROD, { createdBy: PROMOTER });
  metastore.model(PROD).aliases.clear();
  const dry = await run(cleanUp, { ...CLEAN_UP, 'include-others': 'true', 'dry-run': 'true' });
  const seen = await run(apply, { plan: dry.outputs['plan'] ?? '' });
  for (const each of [dry, seen]) {
    expect(each.outputs['outcome'], each.verdict).toBe('ok');
    expect(each.summary).toContain('The caller can see no serving endpoint');
    const check = each.report.checks.find(({ name }) => name === 'Serving endpoints');
    expect(JSON.stringify(check)).toContain('no-endpoint-visible');
  }
  const other = await cleaningWorld();
  const withOne = await other.run(cleanUp, { ...CLEAN_UP, 'dry-run': 'true' });
  const applied = await other.run(apply, { plan: withOne.outputs['plan'] ?? '' });
  for (const each of [withOne, applied]) {
    expect(JSON.stringify(each.report)).not.toContain('no-endpoint-visible');
    expect(JSON.stringify(each.report.facts)).toContain('those that the caller can see');
  }
});

/** What somebody else does between the decision and the deletion of version 2. */
const MEDDLING: readonly [string, (metastore: Metastore) => void][] = [
  ['sets an alias to it', (metastore) => metastore.setAlias(PROD, 'Late', rejected)],
  ['puts it on hold', (metastore) => tag(metastore, rejected, 'uc_promote_hold', 'incident 8')],
  [
    'puts it on hold on the model',
    (metastore) =>
      void metastore
        .model(PROD)
        .tags.set(
          'uc_promote_hold_d4735e3a265e',
          JSON.stringify({ version: rejected, reason: 'incident 8' }),
        ),
  ],
  ['approves it', (metastore) => tag(metastore, rejected, 'validation_status', 'approved')],
  [
    'serves it',
    ({ workspace }) =>
      void workspace.addEndpoint('late', {
        creator: PROMOTER,
        served: [{ entity_name: PROD, entity_version: String(rejected) }],
      }),
  ],
  [
    'records a move from it',
    (metastore) => recordMoves(metastore, [moveOf('Late', rejected, VERSIONS.newest, 0)]),
  ],
  [
    'makes another version of its number',
    (metastore) => {
      const version = metastore.model(PROD).versions.get(rejected);
      if (version !== undefined) version.createdAt += 1;
    },
  ],
  [
    'deletes the newest one, which was kept',
    (metastore) => void metastore.model(PROD).versions.delete(VERSIONS.newest),
  ],
];

describe.each(MEDDLING)('somebody %s between plan and deletion: nothing is deleted', (_title, meddle) => {
  test('in one step', async () => {
    const { run, emulator } = await cleaningWorld();
    const { metastore } = emulator;
    let isDone = false;
    // Sizes are read once everything is decided.
    emulator.faults.add({
      method: 'GET',
      template: /fs\/directories/u,
      kind: {
        kind: 'run',
        when: 'before',
        run: () => {
          if (!isDone) meddle(metastore);
          isDone = true;
        },
      },
    });
    const seen = await run(cleanUp, CLEAN_UP);
    expect(isDone).toBe(true);
    expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['conflict', 'false']);
    expect(deletesOf(seen)).toEqual([]);
  });

  test('before apply', async () => {
    const { run, emulator } = await cleaningWorld();
    const dry = await run(cleanUp, { ...CLEAN_UP, 'dry-run': 'true' });
    meddle(emulator.metastore);
    const seen = await run(apply, { plan: dry.outputs['plan'] ?? '' });
    expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['conflict', 'false']);
    expect([seen.after, deletesOf(seen)]).toEqual([seen.before, []]);
  });

  test('before another try', async () => {
    const { run, emulator } = await cleaningWorld();
    const { metastore } = emulator;
    const template = '/api/2.0/mlflow/unity-catalog/model-versions/delete';
    emulator.faults.add({
      method: 'DELETE',
      template,
      kind: { kind: 'run', when: 'before', run: () => meddle(metastore) },
    });
    emulator.faults.add({ method: 'DELETE', template, kind: { kind: 'retry-after-seconds' } });
    const seen = await run(cleanUp, CLEAN_UP);
    expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['conflict', 'false']);
    expect(versionsAfter(seen)).toContain(rejected);
  });
});

test('what stops one deletion stops those after it, and the verdict says what was deleted', async () => {
  const { run, emulator } = await cleaningWorld();
  let deletions = 0;
  emulator.faults.add({
    method: 'DELETE',
    template: '/api/2.0/mlflow/unity-catalog/model-versions/delete',
    times: 2,
    kind: {
      kind: 'run',
      when: 'after',
      run: () => {
        deletions += 1;
        if (deletions === 2) emulator.metastore.setAlias(PROD, 'Late', old);
      },
    },
  });
  const seen = await run(cleanUp, CLEAN_UP);
  expect([seen.outputs['outcome'], seen.outputs['changed']]).toEqual(['conflict', 'true']);
  expect(seen.report.verdict).toContain('2 of 5 versions of prod.ml_team.fraud_detection deleted (2 and 3)');
  expect(versionsAfter(seen)).toEqual(expect.arrayContaining([failed, abandoned, old]));
});

function tag(metastore: Metastore, version: number, key: string, value: string): void {
  metastore.model(PROD).versions.get(version)?.tags.set(key, value);
}

function ageOf(metastore: Metastore, version: number, days: number): void {
  const found = metastore.model(PROD).versions.get(version);
  if (found !== undefined) found.createdAt = Date.now() - days * DAY;
}
