import { describe, expect, test } from 'vitest';
import type { Emulator } from '../../../emulator/index.ts';
import { promoter } from '../../../emulator/seeds/demo.ts';
import { PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { apply } from '../../../src/actions/apply.ts';
import { promote } from '../../../src/actions/promote.ts';
import { rollback } from '../../../src/actions/rollback.ts';
import { updateServing } from '../../../src/actions/update-serving.ts';
import { formatChange } from '../../../src/plan/change.ts';
import { planDigest } from '../../../src/plan/digest.ts';
import { readPlanFile, type PlanFile } from '../../../src/plan/file.ts';
import type { ActionBench, ActionRun } from '../harness.ts';
import { recordOf } from '../move-record.ts';
import { BACK, endsAtRead, liveOf, served, servingWorld } from '../serving-world.ts';

const PUT = '/api/2.0/serving-endpoints/{name}/config';
const SECOND = { environment: { GITHUB_RUN_ATTEMPT: '2' } };
const FAILS = { state: 'UPDATE_FAILED', message: 'no space left' } as const;

interface Way {
  /** What the endpoint serves when the plan is made, and then. */
  readonly from: number;
  readonly to: number;
  readonly kinds: readonly string[];
  readonly plan: (bench: ActionBench, more?: Readonly<Record<string, string>>) => Promise<ActionRun>;
}

/** Every way to a plan that updates an endpoint. */
const WAYS: Readonly<Record<string, Way>> = {
  promote: {
    from: 1,
    to: 4,
    kinds: ['record', 'alias', 'serving'],
    plan: ({ run }, more = {}) =>
      run(promote, {
        source: `models:/${STAGING}/1`,
        destination: PROD,
        until: 'validate',
        endpoints: 'fraud-rt',
        ...more,
      }),
  },
  'promote, a dry run of a copy that is there': {
    from: 1,
    to: 4,
    kinds: ['record', 'alias', 'serving'],
    async plan({ run }, more = {}) {
      const inputs = { source: `models:/${STAGING}/1`, destination: PROD };
      await run(promote, { ...inputs, until: 'copy' });
      return run(promote, { ...inputs, endpoints: 'fraud-rt', 'dry-run': 'true', ...more });
    },
  },
  rollback: {
    from: 2,
    to: 1,
    kinds: ['record', 'alias', 'hold', 'serving'],
    plan: ({ run }, more = {}) => run(rollback, { ...BACK, 'dry-run': 'true', ...more }),
  },
  'update-serving': {
    from: 1,
    to: 2,
    kinds: ['serving'],
    plan: ({ run }, more = {}) =>
      run(updateServing, {
        model: PROD,
        alias: 'Champion',
        endpoints: 'fraud-rt',
        'dry-run': 'true',
        ...more,
      }),
  },
};
const NAMES = Object.keys(WAYS);
const aliasOf = (seen: ActionRun) => seen.after.models[PROD]?.aliases['Champion'];

async function planned(name: string, more: Readonly<Record<string, string>> = {}) {
  const way = WAYS[name];
  if (way === undefined) throw new Error(`No way ${name}.`);
  const bench = await servingWorld({}, [served(way.from)]);
  const seen = await way.plan(bench, more);
  const text = seen.outputs['plan'] ?? '';
  const read = readPlanFile(text);
  if ('fault' in read) throw new Error(`No plan (${read.fault}): ${seen.verdict}`);
  return { ...bench, way, seen, text, plan: read.plan, digest: read.digest };
}

/** The endpoint as the workspace keeps it. */
function endpointOf({ metastore }: Emulator) {
  const endpoint = metastore.state.workspace.endpoints.get('fraud-rt');
  if (endpoint?.config === undefined) throw new Error('There is no endpoint.');
  return { ...endpoint, config: endpoint.config, own: endpoint };
}

const stateOf = (emulator: Emulator) => JSON.stringify([emulator.state(), liveOf(emulator)]);
const putsOf = ({ records }: ActionRun) => records.filter(({ template }) => template === PUT);

/** What somebody else does to the endpoint. */
const CHANGES: readonly (readonly [what: string, change: (emulator: Emulator) => void])[] = [
  [
    'a variable',
    (emulator) => {
      const [entity] = endpointOf(emulator).config.served;
      if (entity !== undefined) entity.fields = { ...entity.fields, environment_vars: { MODE: 'slow' } };
    },
  ],
  [
    'another version',
    (emulator) => {
      const [entity] = endpointOf(emulator).config.served;
      if (entity !== undefined) entity.fields = { ...entity.fields, entity_version: '3' };
    },
  ],
  [
    'an update to another version that runs',
    (emulator) => {
      const { config, own } = endpointOf(emulator);
      const coming = structuredClone(config);
      for (const entity of coming.served) entity.fields = { ...entity.fields, entity_version: '3' };
      const startedAt = emulator.metastore.now();
      own.pending = {
        config: coming,
        startedAt,
        endsAt: startedAt + 1e9,
        failure: undefined,
        isOver: false,
      };
    },
  ],
  ['that it is gone', (emulator) => void emulator.metastore.state.workspace.endpoints.delete('fraud-rt')],
];

describe.each(NAMES)('a plan of %s', (name) => {
  test('holds the update with what it rests on, and shows it', async () => {
    const { plan, seen, way, emulator } = await planned(name);
    expect(plan.changes.map(({ kind }) => kind)).toEqual(way.kinds);
    expect(plan.changes.at(-1)).toMatchObject({
      endpoint: 'fraud-rt',
      version: way.to,
      alias: 'Champion',
      from: [{ version: way.from, percent: 100 }],
      to: [{ version: way.to, percent: 100 }],
      rules: { whenUpdating: 'wait', timeoutMs: 3_600_000, putsBack: 'nothing' },
    });
    expect(plan.basis.map(({ kind }) => kind)).toContain('endpoint');
    expect(seen.summary).toContain('Configuration of the endpoint fraud-rt');
    expect(liveOf(emulator)).toEqual([[`fraud_detection-${way.from}`, way.from, 100]]);
    expect(putsOf(seen)).toEqual([]);
  });

  test('applied, it makes exactly its changes; again, nothing', async () => {
    const { run, emulator, text, plan, digest, way } = await planned(name);
    const dry = await run(apply, { plan: text, 'dry-run': 'true' });
    expect([dry.outputs['outcome'], putsOf(dry).length], dry.verdict).toEqual(['ok', 0]);
    const first = await run(apply, { plan: text, 'expected-digest': digest });
    expect([first.outputs['outcome'], first.outputs['version']], first.verdict).toEqual([
      'ok',
      String(way.to),
    ]);
    expect(first.verdict).toContain('endpoint fraud-rt');
    expect(first.report.changes.map(({ change, state }) => [formatChange(change), state])).toEqual(
      plan.changes.map((change) => [formatChange(change), 'done']),
    );
    expect(liveOf(emulator)).toEqual([[`fraud_detection-${way.to}`, way.to, 100]]);
    expect([aliasOf(first), putsOf(first).length]).toEqual([way.to, 1]);
    const again = await run(apply, { plan: text }, SECOND);
    expect([again.outputs['outcome'], putsOf(again).length], again.verdict).toEqual(['noop', 0]);
  });

  test('is a conflict where the endpoint was changed since, and writes nothing', async () => {
    const { run, emulator, text } = await planned(name);
    const standing = structuredClone(endpointOf(emulator).own);
    for (const [what, change] of CHANGES) {
      emulator.metastore.state.workspace.endpoints.set('fraud-rt', structuredClone(standing));
      change(emulator);
      const before = stateOf(emulator);
      const seen = await run(apply, { plan: text });
      expect([seen.outputs['outcome'], seen.outputs['changed']], what).toEqual(['conflict', 'false']);
      expect(JSON.parse(seen.outputs['differences'] ?? '')).toMatchObject([
        { fact: 'Configuration of the endpoint fraud-rt' },
      ]);
      expect([stateOf(emulator), putsOf(seen)], what).toEqual([before, []]);
    }
  });

  test('that ends before the endpoint is carried on by the next attempt', async () => {
    const { run, emulator, text, way } = await planned(name);
    emulator.faults.add({
      template: PUT,
      times: Number.POSITIVE_INFINITY,
      kind: { kind: 'status', status: 503 },
    });
    const first = await run(apply, { plan: text });
    expect(first.outputs['outcome'], first.verdict).toBe('unavailable');
    expect(aliasOf(first)).toBe(way.to);
    expect(first.report.changes.at(-1)).toMatchObject({ state: 'unknown', change: { kind: 'serving' } });
    if (way.kinds.length > 1) expect(first.verdict).toContain('The rest of the plan was not carried out');
    emulator.faults.clear();
    const again = await run(apply, { plan: text }, SECOND);
    expect(again.outputs['outcome'], again.verdict).toBe('ok');
    expect(liveOf(emulator)).toEqual([[`fraud_detection-${way.to}`, way.to, 100]]);
    expect(again.report.changes.map(({ change }) => change.kind)).toEqual(['serving']);
  });

  test('whose update is under way from an earlier attempt waits for it', async () => {
    const { run, emulator, text, way } = await planned(name, { 'serving-timeout': '5m' });
    emulator.metastore.workspace.setServingTimes({ build: 1e9, route: 1e9 });
    const first = await run(apply, { plan: text });
    expect(first.outputs['outcome'], first.verdict).toBe('unavailable');
    endsAtRead(emulator, 3);
    const again = await run(apply, { plan: text }, SECOND);
    expect([again.outputs['outcome'], putsOf(again)], again.verdict).toEqual(['ok', []]);
    expect(liveOf(emulator)).toEqual([[`fraud_detection-${way.to}`, way.to, 100]]);
  });
});

describe('an update that fails', () => {
  test('of a promotion puts the alias back where the plan says so, and the plan can be applied again', async () => {
    const { run, emulator, text, plan } = await planned('promote', { 'on-serving-failure': 'restore' });
    expect(plan.changes.at(-1)).toMatchObject({ rules: { putsBack: 'alias-and-endpoints' } });
    emulator.metastore.workspace.endUpdates('fraud-rt', FAILS);
    const seen = await run(apply, { plan: text });
    expect(seen.outputs['outcome'], seen.verdict).toBe('blocked');
    expect(seen.verdict).toMatch(/no space left.*The alias was put back/u);
    expect(aliasOf(seen)).toBe(2);
    expect(liveOf(emulator)).toEqual([['fraud_detection-1', 1, 100]]);
    expect(recordOf(seen.after.models[PROD])[0]).toMatchObject({ from: 4, to: 2 });
    const again = await run(apply, { plan: text }, SECOND);
    expect(again.outputs['outcome'], again.verdict).toBe('ok');
    expect([aliasOf(again), liveOf(emulator)]).toEqual([4, [['fraud_detection-4', 4, 100]]]);
  });

  test('in another attempt puts back the move of the first one', async () => {
    const { run, emulator, text } = await planned('promote', {
      'on-serving-failure': 'restore',
      'serving-timeout': '5m',
    });
    emulator.metastore.workspace.setServingTimes({ build: 1e9, route: 1e9 });
    await run(apply, { plan: text });
    endsAtRead(emulator, 3, FAILS);
    const seen = await run(apply, { plan: text }, SECOND);
    expect(seen.outputs['outcome'], seen.verdict).toBe('blocked');
    expect([aliasOf(seen), liveOf(emulator)]).toEqual([2, [['fraud_detection-1', 1, 100]]]);
  });

  test('of a rollback never takes the alias back to the bad version', async () => {
    const { run, emulator, text, plan } = await planned('rollback', { 'on-serving-failure': 'restore' });
    expect(plan.changes.at(-1)).toMatchObject({ rules: { putsBack: 'endpoints' } });
    emulator.metastore.workspace.endUpdates('fraud-rt', FAILS);
    const seen = await run(apply, { plan: text });
    expect([seen.outputs['outcome'], aliasOf(seen)], seen.verdict).toEqual(['blocked', 1]);
    expect(seen.verdict).toContain('Champion 2 → 1: done');
  });

  test('leaves what was done where nothing is to be put back, and says it', async () => {
    const { run, emulator, text } = await planned('promote');
    emulator.metastore.workspace.endUpdates('fraud-rt', FAILS);
    const seen = await run(apply, { plan: text });
    expect([seen.outputs['outcome'], aliasOf(seen)], seen.verdict).toEqual(['blocked', 4]);
    expect(seen.verdict).toMatch(/Champion 2 → 4: done\..*still serves 1/u);
  });

  test('of one of two endpoints takes the other one back', async () => {
    const bench = await servingWorld();
    bench.emulator.metastore.workspace.addEndpoint('fraud-eu', { creator: promoter, served: [served(1)] });
    const more = { endpoints: 'fraud-rt\nfraud-eu', 'on-serving-failure': 'restore' };
    const left = await WAYS['update-serving']?.plan(bench, more);
    bench.emulator.metastore.workspace.endUpdates('fraud-rt', FAILS);
    const seen = await bench.run(apply, { plan: left?.outputs['plan'] ?? '' });
    expect(seen.outputs['outcome'], seen.verdict).toBe('blocked');
    expect(seen.verdict).toContain('The other endpoints were put back');
    expect(liveOf(bench.emulator, 'fraud-eu')).toEqual([['fraud_detection-1', 1, 100]]);
  });
});

describe('an update that fails beside another endpoint', () => {
  const RESTORE = { endpoints: 'fraud-rt\nfraud-eu', 'on-serving-failure': 'restore' };
  const STAYS = 'The endpoint fraud-eu was set to the version before this run, and stays';

  async function plannedForTwo(name: 'promote' | 'update-serving', versionOfOther = 1) {
    const bench = await servingWorld();
    const { workspace } = bench.emulator.metastore;
    if (name === 'promote')
      await bench.run(promote, { source: `models:/${STAGING}/1`, destination: PROD, until: 'copy' });
    for (const endpoint of ['fraud-eu', 'fraud-us'])
      workspace.addEndpoint(endpoint, { creator: promoter, served: [served(versionOfOther)] });
    const left = await WAYS[name]?.plan(bench, RESTORE);
    return { ...bench, workspace, text: left?.outputs['plan'] ?? '' };
  }

  test('leaves one that somebody else set to the version before the first attempt, and says so', async () => {
    const { run, emulator, workspace, text } = await plannedForTwo('update-serving');
    for (const entity of emulator.metastore.state.workspace.endpoints.get('fraud-eu')?.config?.served ?? [])
      entity.fields = { ...entity.fields, entity_version: '2' };
    workspace.endUpdates('fraud-rt', FAILS);
    const seen = await run(apply, { plan: text });
    expect([seen.outputs['outcome'], aliasOf(seen)], seen.verdict).toEqual(['blocked', 2]);
    expect(seen.verdict).toContain(STAYS);
    expect(liveOf(emulator, 'fraud-eu')).toEqual([['fraud_detection-1', 2, 100]]);
    expect(putsOf(seen)).toHaveLength(1);
  });

  test('takes back one that an earlier attempt set', async () => {
    const { run, emulator, workspace, text } = await plannedForTwo('promote');
    const kind = { kind: 'status', status: 503 } as const;
    emulator.faults.add({ template: PUT, path: /fraud-rt/u, times: Number.POSITIVE_INFINITY, kind });
    const first = await run(apply, { plan: text });
    expect(first.outputs['outcome'], first.verdict).toBe('unavailable');
    expect(liveOf(emulator, 'fraud-eu')).toEqual([['fraud_detection-4', 4, 100]]);
    emulator.faults.clear();
    workspace.endUpdates('fraud-rt', FAILS);
    const seen = await run(apply, { plan: text }, SECOND);
    expect(seen.verdict).toContain('The alias and the other endpoints were put back');
    expect([aliasOf(seen), liveOf(emulator, 'fraud-eu')]).toEqual([2, [['fraud_detection-1', 1, 100]]]);
  });

  test('says which ones had the version before the plan was made, asked for or not', async () => {
    const { run, emulator, workspace, text } = await plannedForTwo('promote', 4);
    workspace.endUpdates('fraud-rt', FAILS);
    const seen = await run(apply, { plan: text });
    expect([seen.outputs['outcome'], aliasOf(seen)], seen.verdict).toEqual(['blocked', 2]);
    for (const stays of [STAYS, STAYS.replace('fraud-eu', 'fraud-us')]) expect(seen.verdict).toContain(stays);
    expect(liveOf(emulator, 'fraud-eu')).toEqual([['fraud_detection-4', 4, 100]]);
  });
});

test('a caller who may not update the endpoint is denied before the alias moves', async () => {
  const bench = await servingWorld();
  const { state, workspace } = bench.emulator.metastore;
  workspace.addEndpoint('theirs', { creator: 'ada@example.com', served: [served(1)] });
  workspace.allow(
    'serving-endpoints',
    state.workspace.endpoints.get('theirs')?.id ?? '',
    promoter,
    'CAN_VIEW',
  );
  const left = await WAYS['promote']?.plan(bench, { endpoints: 'theirs' });
  const seen = await bench.run(apply, { plan: left?.outputs['plan'] ?? '' });
  expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['denied', 'false']);
  expect([aliasOf(seen), putsOf(seen)]).toEqual([2, []]);
});

test('an alias that was moved since is a conflict for a plan of endpoints alone', async () => {
  const { run, emulator, text } = await planned('update-serving');
  emulator.metastore.setAlias(PROD, 'Champion', 3);
  const seen = await run(apply, { plan: text });
  expect([seen.outputs['outcome'], putsOf(seen)], seen.verdict).toEqual(['conflict', []]);
});

test('a plan is bound to its update: another version, share, endpoint or way to fail has another digest', async () => {
  const { run, plan, digest, way } = await planned('update-serving');
  for (const edit of [
    { version: 3 },
    { to: [{ version: way.to, percent: 99 }] },
    { endpoint: 'other' },
    { config: '0'.repeat(64) },
    { rules: { whenUpdating: 'wait', timeoutMs: 1, putsBack: 'endpoints' } },
  ] as const) {
    const changes = plan.changes.map((each) => (each.kind === 'serving' ? { ...each, ...edit } : each));
    expect(planDigest({ ...plan, changes })).not.toBe(digest);
    const given = { plan: JSON.stringify({ ...plan, changes }), 'expected-digest': digest };
    const seen = await run(apply, given);
    expect([seen.outputs['outcome'], putsOf(seen)], seen.verdict).toEqual(['blocked', []]);
  }
});

describe('without an expected digest, a plan whose updates were edited is refused, and nothing is written', () => {
  const edits: readonly (readonly [
    what: string,
    way: string,
    edit: (plan: PlanFile) => Partial<PlanFile>,
  ])[] = [
    [
      'a version and an alias beside the move',
      'promote',
      ({ changes }) => ({
        changes: changes.map((each) =>
          each.kind === 'serving'
            ? { ...each, version: 3, alias: 'old', to: [{ version: 3, percent: 100 }] }
            : each,
        ),
      }),
    ],
    [
      'a second endpoint that gets another version',
      'update-serving',
      ({ changes }) => ({
        changes: changes.flatMap((each): PlanFile['changes'] =>
          each.kind === 'serving'
            ? [each, { ...each, endpoint: 'fraud-eu', version: 3, to: [{ version: 3, percent: 100 }] }]
            : [each],
        ),
      }),
    ],
    [
      'a basis without the holds',
      'rollback',
      ({ basis }) => ({ basis: basis.filter(({ kind }) => kind !== 'holds') }),
    ],
  ];
  test.each(edits)('%s', async (_what, name, edit) => {
    const { run, emulator, plan } = await planned(name);
    emulator.metastore.setAlias(PROD, 'old', 3);
    emulator.metastore.workspace.addEndpoint('fraud-eu', { creator: promoter, served: [served(1)] });
    const before = stateOf(emulator);
    const seen = await run(apply, { plan: JSON.stringify({ ...plan, ...edit(plan) }) });
    expect([seen.outputs['outcome'], putsOf(seen)], seen.verdict).toEqual(['blocked', []]);
    expect(seen.verdict).toContain('contradicts itself');
    expect(stateOf(emulator)).toEqual(before);
  });
});

test('a plan that has an endpoint serve something else before, which a return would serve, is a conflict', async () => {
  const { run, plan } = await planned('update-serving', { 'on-serving-failure': 'restore' });
  const changes = plan.changes.map((each) =>
    each.kind === 'serving' ? { ...each, from: [{ version: 3, percent: 100 }] } : each,
  );
  const seen = await run(apply, { plan: JSON.stringify({ ...plan, changes }) });
  expect([seen.outputs['outcome'], putsOf(seen)], seen.verdict).toEqual(['conflict', []]);
});

test('two endpoints of one plan are no changes of others to each other', async () => {
  const bench = await servingWorld();
  bench.emulator.metastore.workspace.addEndpoint('fraud-eu', { creator: promoter, served: [served(3)] });
  const left = await WAYS['promote']?.plan(bench, { endpoints: 'fraud-rt\nfraud-eu' });
  // The first try of each finds the other one updated, or about to be.
  bench.emulator.faults.add({ template: PUT, times: 2, kind: { kind: 'status', status: 503 } });
  const seen = await bench.run(apply, { plan: left?.outputs['plan'] ?? '' });
  expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
  for (const name of ['fraud-rt', 'fraud-eu'])
    expect(liveOf(bench.emulator, name)).toEqual([['fraud_detection-4', 4, 100]]);
});

test('a plan of endpoints is made where the alias names the copy already', async () => {
  const { run, emulator, text } = await planned('promote');
  emulator.metastore.workspace.endUpdates('fraud-rt', FAILS);
  await run(apply, { plan: text });
  const way = WAYS['promote, a dry run of a copy that is there'];
  const left = await way?.plan({ run, emulator });
  const plan = readPlanFile(left?.outputs['plan'] ?? '');
  expect('plan' in plan ? plan.plan.changes.map(({ kind }) => kind) : plan.fault).toEqual(['serving']);
});

test('an alias that is moved while the endpoint is updated is said', async () => {
  const { run, emulator, text } = await planned('update-serving');
  emulator.faults.add({
    template: PUT,
    times: 1,
    kind: { kind: 'run', when: 'after', run: () => emulator.metastore.setAlias(PROD, 'Champion', 3) },
  });
  const seen = await run(apply, { plan: text });
  expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
  expect(seen.summary).toContain('was moved while the endpoint fraud-rt was updated&#58; it names 3');
});
