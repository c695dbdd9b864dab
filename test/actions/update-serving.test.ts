import { describe, expect, test } from 'vitest';
import type { EmulatorOptions } from '../../emulator/index.ts';
import { promoter } from '../../emulator/seeds/demo.ts';
import { PROD } from '../../emulator/seeds/demo-models.ts';
import { updateServing } from '../../src/actions/update-serving.ts';
import type { ActionBench, ActionRun } from './harness.ts';
import { endsAtRead, liveOf, served, servingWorld } from './serving-world.ts';

const UPDATE = { model: PROD, alias: 'Champion', endpoints: 'fraud-rt' };
const PUT = '/api/2.0/serving-endpoints/{name}/config';

const putsOf = ({ records }: ActionRun) => records.filter(({ method }) => method === 'PUT');
const update = async ({ run }: ActionBench, more: Record<string, string> = {}, options = {}) =>
  run(updateServing, { ...UPDATE, ...more }, options);

describe('an endpoint', () => {
  test('gets the version of the alias, is waited for, and is left as it is by another run', async () => {
    const bench = await servingWorld();
    const planned = await update(bench, { 'dry-run': 'true' });
    expect([planned.verdict, putsOf(planned).length]).toEqual([
      `📝 Planned: endpoint fraud-rt of ${PROD}: 1 → 2 · Dry run: nothing was written`,
      0,
    ]);
    bench.emulator.metastore.workspace.setServingTimes({ build: 1e9, route: 1e9 });
    // Read by the plan, right before the update, while it runs, and when it has ended.
    endsAtRead(bench.emulator, 4);
    const seen = await update(bench);
    expect(seen.outputs).toMatchObject({ outcome: 'ok', version: '2', changed: 'true' });
    expect(JSON.parse(seen.outputs['updates'] ?? '')).toEqual([
      { endpoint: 'fraud-rt', from: [{ version: 1, percent: 100 }], to: [{ version: 2, percent: 100 }] },
    ]);
    expect(liveOf(bench.emulator)).toEqual([['fraud_detection-2', 2, 100]]);
    expect(putsOf(seen)).toHaveLength(1);
    expect(seen.log.some((line) => line.includes('is updating after'))).toBe(true);
    expect(seen.report.changes.map(({ state }) => state)).toEqual(['done']);
    const again = await update(bench);
    expect([again.outputs['outcome'], putsOf(again).length]).toEqual(['noop', 0]);
  });

  test('keeps everything else: variables, sizes, other entities, shares, inference tables, and a name that was chosen', async () => {
    const other = { entity_name: 'prod.ml_team.features', name: 'features' };
    const bench = await servingWorld({}, [
      served(1, {
        name: 'current',
        percent: 70,
        environment_vars: { MODE: 'fast', KEY: '{{secrets/s/k}}' },
        instance_profile_arn: 'arn:aws:iam::1:instance-profile/x',
      }),
      { ...other, percent: 30 },
    ]);
    const { workspace } = bench.emulator.metastore;
    workspace.addFeatureSpec(other.entity_name);
    const endpoint = bench.emulator.metastore.state.workspace.endpoints.get('fraud-rt');
    if (endpoint?.config === undefined) throw new Error('there is no endpoint');
    endpoint.config.autoCapture = { catalog_name: 'prod', schema_name: 's', table_name_prefix: 'p' };
    const before = structuredClone(endpoint.config.served);
    const seen = await update(bench);
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(liveOf(bench.emulator)).toEqual([
      ['current', 2, 70],
      ['features', NaN, 30],
    ]);
    const fields = endpoint.config.served.map((each) => each.fields);
    expect(fields[0]).toEqual({ ...before[0]?.fields, entity_version: '2' });
    expect(endpoint.config.autoCapture).toMatchObject({ catalog_name: 'prod', table_name_prefix: 'p' });
    // Variables are nowhere but in the request.
    expect([...seen.log, seen.summary].join('\n')).not.toContain('fast');
  });

  test.each([{}, { 'keep-previous': 'true' }])(
    'settings of the routing that this release does not know are sent back as they were read, %o',
    async (more) => {
      const bench = await servingWorld();
      const configOf = () =>
        bench.emulator.metastore.state.workspace.endpoints.get('fraud-rt')?.config ?? { routes: [] };
      const before = configOf();
      Object.assign(before, { routing: { sticky_sessions: true } });
      for (const route of before.routes) Object.assign(route, { more: { mirrored_percentage: 5 } });
      const seen = await update(bench, more);
      expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
      const { routes, ...config } = configOf();
      expect(config).toMatchObject({ version: 2, routing: { sticky_sessions: true } });
      expect(routes.map((route) => route.more)).toEqual(routes.map(() => ({ mirrored_percentage: 5 })));
    },
  );

  test('keeps the former version at 0 % where asked, and going back then only moves the requests', async () => {
    const bench = await servingWorld();
    const first = await update(bench, { 'keep-previous': 'true' });
    expect(first.verdict).toContain('1 → 2 at 100 %, 1 at 0 %');
    expect(liveOf(bench.emulator)).toEqual([
      ['fraud_detection-1', 1, 0],
      ['fraud_detection-2', 2, 100],
    ]);
    bench.emulator.metastore.setAlias(PROD, 'Champion', 1);
    bench.emulator.metastore.workspace.setServingTimes({ build: 1e9, route: 5 });
    const back = await update(bench, { 'keep-previous': 'true' });
    expect(back.outputs['outcome'], back.verdict).toBe('ok');
    expect(liveOf(bench.emulator)).toEqual([
      ['fraud_detection-1', 1, 100],
      ['fraud_detection-2', 2, 0],
    ]);
  });

  test.each([
    ['that does not exist', 'absent', 'blocked', 'endpoint-missing'],
    ['of another model', 'other', 'blocked', 'endpoint-other-model'],
    ['of another provider', 'gpt', 'blocked', 'endpoint-external'],
    ['with two live versions', 'split', 'blocked', 'endpoint-split'],
    ['with a setting that no read returns', 'units', 'blocked', 'endpoint-unread'],
  ])('%s is refused, and nothing is sent', async (_what, name, outcome, code) => {
    const bench = await servingWorld();
    const { workspace } = bench.emulator.metastore;
    const openai_config = { openai_api_key_plaintext: 'sk-very-secret' };
    const add = (endpoint: string, entities: Parameters<typeof workspace.addEndpoint>[1]['served']) =>
      workspace.addEndpoint(endpoint, { creator: promoter, served: entities });
    add('other', [{ entity_name: 'prod.ml_team.features', name: 'features' }]);
    add('gpt', [
      { name: 'gpt', external_model: { provider: 'openai', name: 'g', task: 't', openai_config } },
    ]);
    add('split', [served(1, { percent: 60 }), served(3, { percent: 40 })]);
    add('units', [{ entity_name: PROD, entity_version: '1', provisioned_model_units: 50 }]);
    const seen = await update(bench, { endpoints: name });
    expect(seen.outputs['outcome'], seen.verdict).toBe(outcome);
    const findings = seen.report.checks.flatMap(({ decision }) => decision?.findings ?? []);
    expect(findings.map((each) => each.code)).toContain(code);
    expect(putsOf(seen)).toEqual([]);
    expect([...seen.log, seen.summary].join('\n')).not.toContain('sk-very-secret');
  });

  test('that the caller may not manage: denied, with the right that is missing', async () => {
    const bench = await servingWorld();
    const { workspace } = bench.emulator.metastore;
    workspace.addEndpoint('theirs', { creator: 'ada@example.com', served: [served(1)] });
    const id = bench.emulator.metastore.state.workspace.endpoints.get('theirs')?.id ?? '';
    workspace.allow('serving-endpoints', id, promoter, 'CAN_VIEW');
    const seen = await update(bench, { endpoints: 'theirs' });
    expect(seen.outputs['outcome'], seen.verdict).toBe('denied');
    expect(seen.summary).toContain('CAN&#95;MANAGE');
    // It is seen before anything is sent; who only leaves a plan needs no such right.
    expect(putsOf(seen)).toEqual([]);
    const plan = await update(bench, { endpoints: 'theirs', 'dry-run': 'true' });
    expect(plan.outputs['outcome'], plan.verdict).toBe('ok');
  });
});

describe('an update that fails', () => {
  const failing = async (options: EmulatorOptions = {}) => {
    const bench = await servingWorld(options);
    const message = 'pip could not install lightgbm';
    bench.emulator.metastore.workspace.endUpdates('fraud-rt', { state: 'UPDATE_FAILED', message });
    return bench;
  };

  test.each([true, false])('says why, and leaves what was served (%s)', async (servingFailedKeepsPending) => {
    const bench = await failing({ switches: { servingFailedKeepsPending } });
    const seen = await update(bench);
    expect(seen.outputs['outcome'], seen.verdict).toBe('blocked');
    if (servingFailedKeepsPending) expect(seen.verdict).toContain('lightgbm');
    expect(seen.verdict).toContain('It still serves 1');
    expect(seen.summary).toContain('Nothing was changed.');
    expect(liveOf(bench.emulator)).toEqual([['fraud_detection-1', 1, 100]]);
    expect(seen.report.changes.map(({ state }) => state)).toEqual(['not-done']);
    // One that failed before is no reason to fail again.
    const again = await update(bench);
    expect(again.outputs['outcome'], again.verdict).toBe('ok');
    expect(liveOf(bench.emulator)).toEqual([['fraud_detection-2', 2, 100]]);
  });

  test('and is over at once is not waited for: none had failed before', async () => {
    const bench = await failing();
    bench.emulator.metastore.workspace.setServingTimes({ build: 0, route: 0 });
    const seen = await update(bench);
    expect([seen.outputs['outcome'], seen.slept], seen.verdict).toEqual(['blocked', []]);
  });

  test('puts the other endpoints back where asked', async () => {
    const bench = await failing();
    bench.emulator.metastore.workspace.addEndpoint('fraud-eu', { creator: promoter, served: [served(1)] });
    const seen = await update(bench, {
      endpoints: 'fraud-eu\nfraud-rt',
      'keep-previous': 'true',
      'on-serving-failure': 'restore',
    });
    expect(seen.outputs['outcome'], seen.verdict).toBe('blocked');
    expect(seen.verdict).toContain('The other endpoints were put back');
    expect(liveOf(bench.emulator, 'fraud-eu')).toEqual([['fraud_detection-1', 1, 100]]);
  });

  test('by whoever cancelled it in the workspace: conflict', async () => {
    const bench = await servingWorld();
    const message = 'cancelled in the UI';
    bench.emulator.metastore.workspace.endUpdates('fraud-rt', { state: 'UPDATE_CANCELED', message });
    const seen = await update(bench);
    expect([seen.outputs['outcome'], seen.verdict.includes('was cancelled')]).toEqual(['conflict', true]);
  });

  test('to end in time: unavailable; the next run waits for the same update', async () => {
    const bench = await servingWorld();
    bench.emulator.metastore.workspace.setServingTimes({ build: 1e9, route: 1e9 });
    const seen = await update(bench, { 'serving-timeout': '5m' });
    expect(seen.outputs['outcome'], seen.verdict).toBe('unavailable');
    expect(seen.report.changes.map(({ state }) => state)).toEqual(['unknown']);
    expect(seen.summary).toContain(', not confirmed');
    expect(seen.summary).not.toContain('not updated');
    const pending = bench.emulator.metastore.state.workspace.endpoints.get('fraud-rt')?.pending;
    if (pending === undefined) throw new Error('no update is under way');
    pending.endsAt = bench.emulator.metastore.now() + 150;
    const again = await update(bench, { 'serving-timeout': '24h' });
    expect(again.outputs['outcome'], again.verdict).toBe('ok');
    expect(putsOf(again)).toEqual([]);
    expect(liveOf(bench.emulator)).toEqual([['fraud_detection-2', 2, 100]]);
  });
});

describe('while another update runs', () => {
  const busy = async (options: EmulatorOptions = {}) => {
    const bench = await servingWorld(options);
    const body = {
      served_entities: [served(3)],
      traffic_config: { routes: [{ served_entity_name: 'fraud_detection-3', traffic_percentage: 100 }] },
    };
    const response = await fetch(`${bench.emulator.url}${PUT.replace('{name}', 'fraud-rt')}`, {
      method: 'PUT',
      headers: { authorization: 'Bearer emulator-promoter', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
    return bench;
  };

  test('it is waited for, and what it brought is replaced', async () => {
    const bench = await busy();
    const seen = await update(bench);
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(JSON.parse(seen.outputs['updates'] ?? '')).toMatchObject([{ from: [{ version: 3 }] }]);
    expect(liveOf(bench.emulator)).toEqual([['fraud_detection-2', 2, 100]]);
  });

  test('it is refused where asked', async () => {
    const bench = await busy();
    bench.emulator.metastore.state.workspace.endpoints.forEach(({ pending }) => {
      if (pending !== undefined) pending.endsAt += 1e9;
    });
    const seen = await update(bench, { 'when-updating': 'refuse' });
    expect(seen.outputs['outcome'], seen.verdict).toBe('blocked');
    expect(putsOf(seen)).toEqual([]);
  });

  test.each([
    ['409-resource-conflict', 'wait', 'its configuration was changed'],
    ['400-invalid-state', 'wait', 'its configuration was changed'],
    ['409-resource-conflict', 'refuse', 'another update of it is running'],
    ['400-invalid-state', 'refuse', 'another update of it is running'],
  ] as const)(
    'which no look has seen (%s, %s): conflict, nothing is overwritten',
    async (servingConflict, when, why) => {
      const bench = await busy({ switches: { servingConflict } });
      const endpoint = bench.emulator.metastore.state.workspace.endpoints.get('fraud-rt');
      if (endpoint?.pending === undefined) throw new Error('no update is under way');
      // The reads of the plan and right before the write still show what was there before.
      endpoint.staleReads = 2;
      endpoint.pending.endsAt += 500;
      const seen = await update(bench, { 'when-updating': when, 'serving-timeout': '24h' });
      expect(seen.outputs['outcome'], seen.verdict).toBe('conflict');
      expect(seen.verdict).toContain(why);
      expect(seen.report.changes.map(({ state }) => state)).toEqual(['not-done']);
      expect(endpoint.pending?.config.served ?? endpoint.config?.served).toMatchObject([
        { fields: { entity_version: '3' } },
      ]);
    },
  );

  test('once more, where a conflict had passed when it was looked at again', async () => {
    const bench = await servingWorld();
    bench.emulator.faults.add({
      template: PUT,
      times: 1,
      kind: { kind: 'status', status: 409, errorCode: 'RESOURCE_CONFLICT' },
    });
    const seen = await update(bench);
    expect([seen.outputs['outcome'], putsOf(seen).length]).toEqual(['ok', 2]);
  });
});

describe('whatever a response shows', () => {
  test.each([
    [{ servingReadBackLag: 1 }],
    [{ servingSizeEcho: 'size-and-concurrency' }],
    [{ servingReadOnlyFields: 'refused' }],
    [{ servingNoChange: 'new-config-version' }],
    [{ servingAutoCaptureOmitted: 'removed' }],
    [{ servingHidden: '404' }],
    [{ numbersAsStrings: true }],
    [{ shuffledLists: true }],
  ] as const)('%j', async (switches) => {
    const bench = await servingWorld({ switches });
    const seen = await update(bench);
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(liveOf(bench.emulator)).toEqual([['fraud_detection-2', 2, 100]]);
    expect(putsOf(seen)).toHaveLength(1);
  });

  test('a lost response of the update is found, and nothing is sent twice', async () => {
    const bench = await servingWorld();
    bench.emulator.faults.add({ template: PUT, times: 1, kind: { kind: 'drop', when: 'after' } });
    const seen = await update(bench);
    expect([seen.outputs['outcome'], putsOf(seen).length]).toEqual(['ok', 1]);
    expect(liveOf(bench.emulator)).toEqual([['fraud_detection-2', 2, 100]]);
  });

  test.each([
    ['the first', 0],
    ['another', 1],
  ])(
    'a change by somebody while %s try reads what it rests on is a conflict, and stays',
    async (_try, tries) => {
      const bench = await servingWorld();
      const { faults, metastore } = bench.emulator;
      const endpoint = metastore.state.workspace.endpoints.get('fraud-rt');
      const run = () => {
        for (const entity of endpoint?.config?.served ?? [])
          entity.fields = { ...entity.fields, environment_vars: { MODE: 'slow' } };
      };
      faults.add({ template: PUT, times: tries, kind: { kind: 'status', status: 503 } });
      // The plan has read the alias once.
      const template = '/api/2.1/unity-catalog/models/{full_name}/aliases/{alias}';
      faults.add({ method: 'GET', template, skip: 1 + tries, kind: { kind: 'run', when: 'after', run } });
      const seen = await update(bench);
      expect([seen.outputs['outcome'], putsOf(seen).length], seen.verdict).toEqual(['conflict', tries]);
      expect(seen.verdict).toContain('its configuration was changed');
      expect(liveOf(bench.emulator)).toEqual([['fraud_detection-1', 1, 100]]);
      expect(endpoint?.config?.served).toMatchObject([{ fields: { environment_vars: { MODE: 'slow' } } }]);
    },
  );

  test.each([
    ['of the whole', { autoCapture: undefined }, 'auto_capture_config'],
    ['of an entity', undefined, 'environment_vars'],
  ] as const)('a setting %s that the workspace did not keep is no update', async (_what, lost, said) => {
    const bench = await servingWorld({}, []);
    const { metastore, faults } = bench.emulator;
    metastore.workspace.addEndpoint('fraud-rt', {
      creator: promoter,
      served: [served(1, { environment_vars: { MODE: 'fast' } })],
      autoCapture: { catalog_name: 'prod', schema_name: 'logs', table_name_prefix: 'f', enabled: true },
    });
    const lose = () => {
      const config = metastore.state.workspace.endpoints.get('fraud-rt')?.pending?.config;
      if (lost !== undefined) Object.assign(config ?? {}, lost);
      else for (const each of config?.served ?? []) each.fields = { ...each.fields, environment_vars: {} };
    };
    faults.add({ template: PUT, kind: { kind: 'run', when: 'after', run: lose } });
    const seen = await update(bench);
    expect(seen.outputs['outcome'], seen.verdict).toBe('conflict');
    expect(seen.verdict).toContain(said);
  });

  test('an alias that is moved before the write is a conflict', async () => {
    const bench = await servingWorld();
    const { metastore } = bench.emulator;
    const endpoint = metastore.state.workspace.endpoints.get('fraud-rt');
    if (endpoint?.config === undefined) throw new Error('there is no endpoint');
    // An update of somebody else, during which the alias moves.
    endpoint.pending = {
      config: structuredClone(endpoint.config),
      startedAt: metastore.now(),
      endsAt: metastore.now() + 400,
      failure: undefined,
      isOver: false,
    };
    const running = update(bench, { 'serving-timeout': '24h' });
    setTimeout(() => metastore.setAlias(PROD, 'Champion', 3), 250);
    const seen = await running;
    expect(seen.outputs['outcome'], seen.verdict).toBe('conflict');
    expect([seen.verdict.includes('now names 3'), putsOf(seen).length]).toEqual([true, 0]);
  });
});
