import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Emulator } from '../../emulator/index.ts';
import { formatFullName } from '../../src/domain/full-name.ts';
import { catalogSecurable, METASTORE, modelSecurable, schemaSecurable } from '../../src/domain/privilege.ts';
import type { Registry } from '../../src/registry/port.ts';
import { PROD, registryBench } from '../registry/registry-bench.ts';
import { ROOT } from '../imports.ts';
import { scratchEmulator } from './scratch-emulator.ts';
import { runAgainst } from './run-suite.ts';

/** Words of paths that the suite does not call when it is run as here, and why. */
const REASONS: Readonly<Record<string, string>> = {
  'credentials-for-download': 'the suite logs no model',
  'credentials-for-read': 'the suite makes no run',
  'get-signed-download-uri': 'the suite leaves the registry of the workspace alone',
  'list-artifacts': 'the suite leaves the registry of the workspace alone',
  'create-upload-part-urls': 'with --large only',
  'create-resumable-upload-url': 'with --large only, where uploads are resumable',
  'model-versions': 'a prefix of paths',
  'octet-stream': 'a type of content',
};

/**
 * The suite starts no job and updates no endpoint: that costs compute, and acts as the identity of the job. Metrics are read by
 * calls that it makes. It makes no run and logs no model, so that it reads no artifacts.
 */
type OfWorkspace =
  | 'jobs'
  | 'metrics'
  | 'runJob'
  | 'runScript'
  | 'cancelRun'
  | 'serving'
  | 'setServing'
  | 'tracking'
  | 'workspaceFiles'
  | 'workspaceFolders';

type Method = Exclude<
  keyof Registry,
  'capabilities' | 'commands' | 'requestsBegun' | 'uploadLimits' | OfWorkspace
>;

const WAREHOUSE = '0123456789abcdef';

async function all(rows: AsyncIterable<unknown>): Promise<void> {
  for await (const row of rows) expect(row).toBeDefined();
}

async function* none(): AsyncGenerator<string> {}

const tagged = { kind: 'version', name: PROD, version: 1 } as const;
const model = { kind: 'model', name: PROD } as const;
const fresh = { ...PROD, model: 'fresh' };

/** A call of each method of a registry, in an order in which they work: a new method needs an entry. */
const CALLS: Readonly<Record<Method, (registry: Registry) => Promise<unknown>>> = {
  getCaller: (registry) => registry.getCaller(),
  tryAccess: async (registry) => registry.tryAccess?.(),
  getRegisteredModel: (registry) => registry.getRegisteredModel(PROD),
  getModelVersion: (registry) => registry.getModelVersion(PROD, 1),
  getModelExtras: (registry) => registry.getModelExtras(PROD),
  getAlias: (registry) => registry.getAlias(PROD, 'champion'),
  listModelVersions: (registry) => all(registry.listModelVersions(PROD)),
  async listRegisteredModels(registry) {
    await all(registry.listRegisteredModels({ catalog: 'prod' }));
    await all(registry.listRegisteredModels({ catalog: 'prod', schema: 'ml_team' }));
  },
  setAlias: (registry) => registry.setAlias(PROD, 'seen', 1),
  deleteAlias: (registry) => registry.deleteAlias(PROD, 'seen'),
  async setTag(registry) {
    for (const target of [tagged, model]) await registry.setTag(target, 'seen', 'yes');
  },
  async deleteTag(registry) {
    for (const target of [tagged, model]) await registry.deleteTag(target, 'seen');
  },
  async setDescription(registry) {
    for (const target of [tagged, model]) await registry.setDescription(target, 'seen');
  },
  createRegisteredModel: (registry) => registry.createRegisteredModel(fresh),
  async setOwner(registry) {
    await registry.setOwner(fresh, (await registry.getCaller()).principal);
  },
  createModelVersion: (registry) => registry.createModelVersion({ name: fresh, source: 'dbfs:/x', tags: [] }),
  openSink: (registry) =>
    registry.openSink(fresh, 1).write({ path: 'MLmodel', size: 1 }, async () => new Uint8Array(1)),
  finalizeModelVersion: (registry) => registry.finalizeModelVersion(fresh, 1),
  openSource: async (registry) => registry.openSource(fresh, 1).list(),
  deleteModelVersion: (registry) => registry.deleteModelVersion(fresh, 1),
  renameModel: (registry) => registry.renameModel(fresh, { ...fresh, model: 'renamed' }, 'short'),
  deleteModel: (registry) => registry.deleteModel({ ...fresh, model: 'renamed' }),
  getParent: (registry) => registry.getParent(schemaSecurable(PROD)),
  async listNames(registry) {
    for (const above of [METASTORE, catalogSecurable(PROD)]) await all(registry.listNames?.(above) ?? none());
  },
  getEffectiveGrants: (registry) => registry.getEffectiveGrants(modelSecurable(PROD)),
  getMetastore: async (registry) => registry.getMetastore?.(),
  listPolicies: async (registry) => registry.listPolicies?.(schemaSecurable(PROD)),
  async directory({ directory }) {
    await directory?.findPerson('a@b.example');
    await directory?.findPerson('7d0c52a4-7e5f-4b1f-9c93-fe91c2d1a001');
    const group = await directory?.findGroup('data-science');
    await directory?.getGroup(group?.id ?? '0');
  },
  getTrainingRun: async (registry) => registry.getTrainingRun?.('0'.repeat(32)),
  findMoves: async (registry) =>
    registry.findMoves?.({ warehouse: WAREHOUSE, names: [PROD], since: 0, until: Date.now() }),
  hasLoggedModel: async (registry) => registry.hasLoggedModel?.(`m-${'0'.repeat(32)}`),
};

function callsTo({ requests }: Pick<Emulator, 'requests'>): string[] {
  return [...new Set(requests.map(({ method, template }) => `${method} ${template}`))].sort();
}

/** Last segments of several words of the paths that our client's routes of bytes write: `create-upload-part-urls`. */
function wordsOfRoutes(): string[] {
  const folder = join(ROOT, 'src/registry/databricks/files');
  const files = readdirSync(folder);
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8'));
  const found = texts.flatMap((text) => [...text.matchAll(/\/([a-z]+(?:-[a-z]+)+)[`']/gu)]);
  return [...new Set(found.map((match) => match[1] ?? ''))].sort();
}

test('the suite calls every endpoint that our client calls, or it is said why not', async () => {
  const { registry, emulator: demo } = await registryBench({}, 'emulator-admin');
  demo.metastore.grant('function', formatFullName(PROD), 'admin@example.com', ['MANAGE', 'APPLY_TAG']);
  demo.metastore.enableAuditLog({ readers: ['admin@example.com'] });
  demo.metastore.workspace.addWarehouse(WAREHOUSE);
  for (const [method, call] of Object.entries(CALLS))
    await call(registry).catch((error: unknown) => {
      throw new Error(`${method}: ${String(error)}`);
    });
  const scratch = await scratchEmulator();
  await runAgainst(scratch.url);
  const asked = callsTo(scratch);
  const ours = callsTo(demo);
  expect(ours.length).toBeGreaterThan(25);
  expect(ours.filter((call) => !asked.includes(call))).toEqual([]);
  const words = wordsOfRoutes();
  expect(words.length).toBeGreaterThan(5);
  const missing = words.filter((word) => !asked.some((call) => call.endsWith(`/${word}`))).sort();
  expect(missing).toEqual(Object.keys(REASONS).sort());
});
