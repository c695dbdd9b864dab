import { describe, expect, test } from 'vitest';
import type { EmulatorOptions } from '../../../emulator/index.ts';
import { promoter } from '../../../emulator/seeds/demo.ts';
import { hasCode } from '../../../src/domain/errors.ts';
import type { WantedServing } from '../../../src/domain/serving.ts';
import type { ServingReader } from '../../../src/registry/workspace-port.ts';
import { serve } from '../../http/client-bench.ts';
import { registryAt, registryBench } from '../registry-bench.ts';

const MODEL = 'prod.ml_team.fraud_detection';

const entity = (version: number, more: object = {}) => ({
  entity_name: MODEL,
  entity_version: String(version),
  workload_type: 'CPU',
  workload_size: 'Small',
  scale_to_zero_enabled: false,
  ...more,
});

async function servingBench(options: EmulatorOptions = {}, token?: string) {
  const { registry, emulator } = await registryBench(options, token);
  const { serving } = registry;
  if (serving === undefined) throw new Error('there is no serving');
  const setServing = async (name: string, wanted: WantedServing) => registry.setServing?.(name, wanted);
  return { serving, setServing, emulator, workspace: emulator.metastore.workspace };
}

async function readFrom(response: unknown): Promise<ServingReader> {
  const url = await serve((_request, answer) => {
    answer.setHeader('content-type', 'application/json');
    answer.end(JSON.stringify(response));
  });
  const { serving } = await registryAt(url);
  if (serving === undefined) throw new Error('there is no serving');
  return serving;
}

describe('the list of endpoints', () => {
  test('says which version each serves, by one request', async () => {
    const { serving, emulator, workspace } = await servingBench();
    workspace.addEndpoint('fraud-rt', { creator: promoter, served: [entity(1)] });
    workspace.addEndpoint('both', {
      creator: promoter,
      served: [entity(1, { percent: 90 }), entity(2, { percent: 10 })],
    });
    const before = emulator.requests.length;
    const listed = await serving.listEndpoints();
    expect(emulator.requests.length - before).toBe(1);
    expect(listed).toEqual([
      {
        name: 'fraud-rt',
        served: [{ entity: 'fraud_detection-1', model: MODEL, version: 1 }],
        isUpdating: false,
      },
      {
        name: 'both',
        served: [
          { entity: 'fraud_detection-1', model: MODEL, version: 1 },
          { entity: 'fraud_detection-2', model: MODEL, version: 2 },
        ],
        isUpdating: false,
      },
    ]);
  });

  test('lacks those that the caller may not view, without an error', async () => {
    const { serving, workspace } = await servingBench();
    workspace.addEndpoint('theirs', { creator: 'ada@example.com', served: [entity(1)] });
    expect(await serving.listEndpoints()).toEqual([]);
  });

  test('is read to its end where it has pages, and in the older spelling alone', async () => {
    const old = (name: string, version: string) => ({
      name,
      state: { ready: 'READY', config_update: 'IN_PROGRESS' },
      config: { served_models: [{ name: 'm', model_name: MODEL, model_version: version }] },
    });
    const url = await serve((request, answer) => {
      const isFirst = !(request.url ?? '').includes('page_token');
      answer.setHeader('content-type', 'application/json');
      answer.end(
        JSON.stringify(
          isFirst
            ? { endpoints: [old('a', '1')], next_page_token: 'x' }
            : { endpoints: [old('b', 'latest')] },
        ),
      );
    });
    const { serving } = await registryAt(url);
    expect(await serving?.listEndpoints()).toEqual([
      { name: 'a', served: [{ entity: 'm', model: MODEL, version: 1 }], isUpdating: true },
      // A version that is no number may be any.
      { name: 'b', served: [{ entity: 'm', model: MODEL }], isUpdating: true },
    ]);
  });
});

describe('one endpoint', () => {
  test('has everything that a write sends back, and what an update is about to bring', async () => {
    const { serving, setServing, emulator, workspace } = await servingBench({
      switches: { servingSizeEcho: 'size-and-concurrency' },
    });
    emulator.metastore.addVersion(MODEL, { files: { MLmodel: 'signature:\n' } });
    workspace.addEndpoint('fraud-rt', {
      creator: promoter,
      served: [entity(1, { environment_vars: { MODE: 'fast', KEY: '{{secrets/s/k}}' } })],
      autoCapture: { catalog_name: 'prod', schema_name: 'logs', table_name_prefix: 'f', enabled: true },
    });
    const before = await serving.getEndpoint('fraud-rt');
    expect(before).toMatchObject({ isReady: true, update: 'none', config: { version: 1 } });
    expect(before?.pending).toBeUndefined();
    const [served] = before?.config?.entities ?? [];
    expect(served).toEqual({
      name: 'fraud_detection-1',
      model: MODEL,
      version: 1,
      isExternal: false,
      settings: {
        workload_type: 'CPU',
        min_provisioned_concurrency: 4,
        max_provisioned_concurrency: 4,
        scale_to_zero_enabled: false,
        environment_vars: { MODE: 'fast', KEY: '{{secrets/s/k}}' },
      },
      unread: [],
      isReady: true,
      message: '',
    });
    if (before?.config === undefined || served === undefined) throw new Error('it serves nothing');
    await setServing('fraud-rt', {
      ...before.config,
      entities: [{ ...served, name: 'new', version: 2 }],
      routes: [{ entity: 'new', percent: 100, settings: {} }],
    });
    const during = await serving.getEndpoint('fraud-rt');
    expect(during).toMatchObject({
      update: 'running',
      config: { version: 1, entities: [{ version: 1 }] },
      pending: {
        version: 2,
        entities: [{ name: 'new', version: 2, settings: served.settings, isReady: false }],
        routes: [{ entity: 'new', percent: 100 }],
        settings: before.config.settings,
      },
    });
    const error: unknown = await setServing('fraud-rt', before.config).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ details: { code: 'conflict' } });
    expect(emulator.violations).toEqual([]);
  });

  test.each([
    ['model units whose burst scaling no read returns', {}, ['burst_scaling_enabled']],
    ['model units whose burst scaling a read returns', { servingBurstEchoed: true }, []],
  ])('of %s', async (_what, switches, unread) => {
    const { serving, setServing, emulator, workspace } = await servingBench({ switches });
    workspace.addFoundationModel(MODEL);
    workspace.addEndpoint('units', {
      creator: promoter,
      served: [
        {
          entity_name: MODEL,
          entity_version: '1',
          provisioned_model_units: 50,
          burst_scaling_enabled: false,
        },
      ],
    });
    const { config } = (await serving.getEndpoint('units')) ?? {};
    expect(config?.entities[0]?.unread).toEqual(unread);
    if (config === undefined) throw new Error('it serves nothing');
    await setServing('units', config);
    expect(emulator.requests.at(-1)?.template).toBe('/api/2.0/serving-endpoints/pt/{name}/config');
  });

  test('that does not exist is none; one that is hidden, or not ours to change, names the right', async () => {
    const { serving, setServing, workspace } = await servingBench();
    expect(await serving.getEndpoint('absent')).toBeUndefined();
    workspace.addEndpoint('theirs', { creator: 'ada@example.com', served: [entity(1)] });
    const fixOf = async (call: Promise<unknown>) =>
      call.catch((error: unknown) => (hasCode(error, 'permission-denied') ? error.details.fix : error));
    expect(await fixOf(serving.getEndpoint('theirs'))).toContain('CAN_VIEW on the endpoint');
    const empty = { entities: [], routes: [], routing: {}, settings: {} };
    expect(await fixOf(setServing('theirs', empty))).toContain('CAN_MANAGE on the endpoint');
  });

  test('of a response about another one is no response', async () => {
    const serving = await readFrom({ name: 'other' });
    await expect(serving.getEndpoint('mine')).rejects.toMatchObject({ details: { code: 'protocol' } });
  });

  test('whose state is a word that nobody knows is neither updating nor at rest', async () => {
    const serving = await readFrom({ name: 'mine', state: { ready: 'READY', config_update: 'PAUSED' } });
    expect(await serving.getEndpoint('mine')).toEqual({ name: 'mine', isReady: true, update: 'unknown' });
  });

  test('is updated by one request, which no failure repeats', async () => {
    const { setServing, emulator, workspace } = await servingBench();
    workspace.addEndpoint('fraud-rt', { creator: promoter, served: [entity(1)] });
    const write = { entities: [], routes: [], routing: {}, settings: {} };
    emulator.faults.add({
      template: '/api/2.0/serving-endpoints/{name}/config',
      times: Infinity,
      kind: { kind: 'status', status: 503 },
    });
    await expect(setServing('fraud-rt', write)).rejects.toMatchObject({ details: { code: 'unavailable' } });
    expect(emulator.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });

  test('has build logs', async () => {
    const { serving, workspace } = await servingBench();
    workspace.addEndpoint('fraud-rt', { creator: promoter, served: [entity(1)] });
    expect(await serving.getBuildLogs('fraud-rt', 'fraud_detection-1')).toContain('is served');
  });
});
