import { describe, expect, test } from 'vitest';
import type { EmulatorOptions, Metastore } from '../../emulator/index.ts';
import { promoter } from '../../emulator/seeds/demo.ts';
import { GOOD_FILES, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { copyVersion } from '../../src/actions/copy-version.ts';
import { promote } from '../../src/actions/promote.ts';
import { rollback } from '../../src/actions/rollback.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { world, type ActionRun } from './harness.ts';

const MOVE = { model: PROD, alias: 'Champion', version: '2' };
const LISTS = ['/api/2.0/serving-endpoints', '/api/2.2/jobs/list'];

function endpoint({ workspace }: Metastore, name: string, versions: readonly number[], creator = promoter) {
  const served = versions.map((version) => ({ entity_name: PROD, entity_version: String(version) }));
  workspace.addEndpoint(name, { creator, served });
}

function triggered({ workspace }: Metastore, name: string, model: object, more: object = {}): string {
  const id = workspace.addJob({ name, trigger: { model, ...more } }, { owner: 'admin@example.com' });
  workspace.allow('jobs', id, promoter, 'CAN_VIEW');
  return id;
}

/** A world with a second version, and what `prepare` adds. */
async function moving(prepare: (metastore: Metastore) => void, options: EmulatorOptions = {}) {
  const bench = await world(options);
  const { metastore } = bench.emulator;
  metastore.addVersion(PROD, { files: { ...GOOD_FILES, 'model.pkl': 'better' } });
  prepare(metastore);
  return bench;
}

const endpointsOf = ({ report }: ActionRun) =>
  (report.effects ?? []).flatMap((each) =>
    each.kind === 'endpoint' ? [[each.endpoint, each.versions, each.state]] : [],
  );
const jobsOf = ({ report }: ActionRun) =>
  (report.effects ?? []).flatMap((each) => (each.kind === 'triggered-job' ? [[each.name, each.event]] : []));
const factOf = ({ report }: ActionRun, label: string) => report.facts.find((fact) => fact.label === label);

describe('endpoints that serve the model', () => {
  test('are listed with how they stand to the move, by one request; the page says what goes on serving the former version', async () => {
    const { run } = await moving((metastore) => {
      endpoint(metastore, 'fraud-rt', [1]);
      endpoint(metastore, 'fraud-eu', [1, 2]);
      metastore.workspace.addFeatureSpec('prod.ml_team.other');
      metastore.workspace.addEndpoint('other', {
        creator: promoter,
        served: [{ entity_name: 'prod.ml_team.other', name: 'other' }],
      });
    });
    const planned = await run(setAlias, { ...MOVE, 'dry-run': 'true' });
    const seen = await run(setAlias, MOVE);
    for (const each of [planned, seen]) {
      expect(endpointsOf(each)).toEqual([
        ['fraud-rt', [1], 'former'],
        ['fraud-eu', [1, 2], 'named'],
      ]);
      expect(each.records.filter(({ path }) => path === LISTS[0])).toHaveLength(1);
      expect(factOf(each, 'Endpoints')?.value).toBe(
        'fraud-rt serves version 1; fraud-eu serves versions 1 and 2',
      );
    }
    expect(planned.summary).toContain('keeps serving version 1');
    expect(planned.summary).not.toContain('[!');
    expect(seen.summary).toContain('[!IMPORTANT]');
    expect(seen.summary).toContain('still serves version 1');
    expect(seen.summary).not.toContain('keeps serving');
  });

  const kept = ({ workspace }: Metastore, live: number) =>
    workspace.addEndpoint('fraud-rt', {
      creator: promoter,
      served: [1, 2].map((version) => ({
        entity_name: PROD,
        entity_version: String(version),
        percent: version === live ? 100 : 0,
      })),
    });

  test.each([
    [1, 'former', 'still serves version 1'],
    [2, 'named', undefined],
  ] as const)(
    'that keep the other version deployed without requests count by what they serve: %i',
    async (live, state, said) => {
      const { run } = await moving((metastore) => kept(metastore, live));
      const seen = await run(setAlias, MOVE);
      expect(endpointsOf(seen)).toEqual([['fraud-rt', [live], state]]);
      expect(factOf(seen, 'Endpoints')?.value).toBe(`fraud-rt serves version ${live}`);
      if (said === undefined) expect(seen.summary).not.toContain('[!IMPORTANT]');
      else expect(seen.summary).toContain(said);
      expect(seen.records.filter(({ path }) => path === `${LISTS[0]}/fraud-rt`)).toHaveLength(1);
    },
  );

  test('whose shares cannot be read stay as they are listed, and stop nothing', async () => {
    const { run, emulator } = await moving((metastore) => kept(metastore, 1));
    const template = '/api/2.0/serving-endpoints/{name}';
    emulator.faults.add({ template, times: Infinity, kind: { kind: 'status', status: 503 } });
    const seen = await run(setAlias, MOVE);
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(endpointsOf(seen)).toEqual([['fraud-rt', [1, 2], 'named']]);
    expect(seen.records.filter(({ path }) => path === `${LISTS[0]}/fraud-rt`)).toHaveLength(1);
  });

  test.each([null, 'latest'])('that state no version may serve the former one: %s', async (value) => {
    const { run, emulator } = await moving((metastore) => endpoint(metastore, 'fraud-rt', [1]));
    for (const field of ['entity_version', 'model_version'])
      emulator.faults.add({
        template: LISTS[0] ?? '',
        times: Infinity,
        kind: { kind: 'set-field', field, value },
      });
    const planned = await run(setAlias, { ...MOVE, 'dry-run': 'true' });
    expect(planned.summary).toContain('keeps serving a version that it does not state');
    const seen = await run(setAlias, MOVE);
    expect(endpointsOf(seen)).toEqual([['fraud-rt', [], 'former']]);
    expect(seen.summary).toContain('serves a version that it does not state, perhaps the former one.');
  });

  test('that the caller may not view are not counted: none is visible, never none', async () => {
    const { run } = await moving((metastore) => endpoint(metastore, 'theirs', [1], 'ada@example.com'));
    const seen = await run(setAlias, MOVE);
    expect(endpointsOf(seen)).toEqual([]);
    expect(factOf(seen, 'Endpoints')).toMatchObject({
      value: 'none visible',
      note: expect.stringContaining('as far as the caller can see') as string,
    });
  });

  test('after a rollback are not over yet', async () => {
    const { run } = await moving((metastore) => {
      metastore.setAlias(PROD, 'Champion', 2);
      endpoint(metastore, 'fraud-rt', [2]);
    });
    const seen = await run(rollback, {
      model: PROD,
      alias: 'Champion',
      'from-version': '2',
      'to-version': '1',
      reason: 'incident 7',
    });
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(seen.summary).toContain('[!WARNING]');
    expect(seen.summary).toContain('Not over yet');
  });

  test('are in the plan of a promotion and in that which it leaves', async () => {
    const { run } = await moving((metastore) => endpoint(metastore, 'fraud-rt', [1]));
    const source = `models:/${STAGING}/1`;
    const seen = await run(promote, { source, destination: PROD, until: 'validate' });
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(endpointsOf(seen)).toEqual([['fraud-rt', [1], 'former']]);
    expect(JSON.parse(seen.outputs['plan'] ?? '{}')).toMatchObject({
      effects: [{ kind: 'endpoint', endpoint: 'fraud-rt', versions: [1], state: 'former' }],
    });
    expect(seen.summary).toContain('keeps serving version 1');
  });

  test.each([
    [403, 'PERMISSION_DENIED', /not allowed|PERMISSION_DENIED|permission/iu],
    [503, 'TEMPORARILY_UNAVAILABLE', /503|unavailable/iu],
    [429, 'REQUEST_LIMIT_EXCEEDED', /429|limit/iu],
  ])('whose list ends with %i stop nothing, and it says why', async (status, errorCode, why) => {
    const { run, emulator } = await moving(() => {});
    for (const template of LISTS)
      emulator.faults.add({ template, times: Infinity, kind: { kind: 'status', status, errorCode } });
    const seen = await run(setAlias, MOVE);
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    for (const label of ['Endpoints', 'Triggered jobs']) {
      expect(factOf(seen, label)?.value).toBe('not listed');
      expect(factOf(seen, label)?.note).toMatch(why);
    }
    expect(seen.records.filter(({ path }) => LISTS.includes(path))).toHaveLength(2);
  });
});

test('a run that is refused before it needs the lists ends like any other, whatever becomes of them', async () => {
  const { run, emulator } = await moving(() => {});
  for (const template of LISTS)
    emulator.faults.add({ template, times: Infinity, kind: { kind: 'status', status: 500 } });
  const refused = await run(setAlias, { ...MOVE, version: '77' });
  expect(refused.outputs['outcome']).toBe('invalid');
  const denied = await run(setAlias, MOVE, { token: 'emulator-reader' });
  expect(denied.outputs['outcome']).toBe('denied');
});

describe('jobs that a move sets off', () => {
  const schema = PROD.split('.').slice(0, 2).join('.');

  test.each([
    ['of the model and the alias', { securable_name: PROD, aliases: ['champion'] }, true],
    ['of the schema and any alias', { securable_name: schema.toUpperCase() }, true],
    ['of the whole metastore', {}, true],
    ['of another alias', { securable_name: PROD, aliases: ['Challenger'] }, false],
    ['of another model', { securable_name: `${schema}.other` }, false],
  ])('%s', async (_what, trigger, starts) => {
    const { run } = await moving((metastore) =>
      triggered(metastore, 'refresh-features', { condition: 'MODEL_ALIAS_SET', ...trigger }),
    );
    const seen = await run(setAlias, MOVE);
    expect(jobsOf(seen)).toEqual(starts ? [['refresh-features', 'alias-set']] : []);
    expect(seen.summary.includes('starts by itself when the alias is set')).toBe(starts);
  });

  test('but not a paused one, not by a deletion, and not where the alias stays', async () => {
    const { run } = await moving((metastore) => {
      triggered(metastore, 'paused', { condition: 'MODEL_ALIAS_SET' }, { pause_status: 'PAUSED' });
    });
    expect(jobsOf(await run(setAlias, MOVE))).toEqual([]);
    const other = await moving((metastore) => triggered(metastore, 'job', { condition: 'MODEL_ALIAS_SET' }));
    expect(jobsOf(await other.run(setAlias, { ...MOVE, version: '1' }))).toEqual([]);
    expect(jobsOf(await other.run(setAlias, { model: PROD, alias: 'Champion', delete: 'true' }))).toEqual([]);
  });

  test('those of a new version start with its copy, also among several triggers of a job', async () => {
    const { run, emulator } = await moving(({ workspace }) => {
      const triggers = [
        { model: { condition: 'MODEL_ALIAS_SET', aliases: ['x'] } },
        { model: { condition: 'MODEL_VERSION_READY', securable_name: PROD } },
      ];
      const id = workspace.addJob({ name: 'scan', triggers }, { owner: 'admin@example.com' });
      workspace.allow('jobs', id, promoter, 'CAN_VIEW');
    });
    const copy = { source: `models:/${STAGING}/1`, destination: PROD };
    const first = await run(copyVersion, copy);
    expect(jobsOf(first)).toEqual([['scan', 'version-ready']]);
    // An equal copy is there: none is made, and nothing starts.
    expect(jobsOf(await run(copyVersion, copy))).toEqual([]);
    expect(emulator.violations).toEqual([]);
  });

  test('jobs that the caller may not view are not counted, and only the first 300 are looked through', async () => {
    const { run } = await moving(({ workspace }) => {
      const trigger = { model: { condition: 'MODEL_ALIAS_SET' } };
      workspace.addJob({ name: 'hidden', trigger }, { owner: 'admin@example.com' });
      for (let job = 0; job < 301; job += 1) {
        const id = workspace.addJob({ name: `job ${job}` }, { owner: 'admin@example.com' });
        workspace.allow('jobs', id, promoter, 'CAN_VIEW');
      }
    });
    const seen = await run(setAlias, { ...MOVE, 'dry-run': 'true' });
    expect(seen.records.filter(({ path }) => path === LISTS[1])).toHaveLength(3);
    expect(factOf(seen, 'Triggered jobs')).toMatchObject({
      value: 'none visible',
      note: 'started by model triggers, of the first 300 jobs, as far as the caller can see',
    });
  });
});
