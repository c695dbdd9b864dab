import { switchTable, type SwitchName } from '../../../emulator/index.ts';
import { L, N, at, folder, model, verdict } from '../request-bench.ts';
import {
  denied,
  does,
  fill,
  finalize,
  invalid,
  list,
  ok,
  pending,
  setAlias,
  show,
  versions,
  type Case,
} from './cases.ts';

/** Switches of the metastore's rules. */
export const ruleCases = {
  manageMovesAliases: { see: does('manager', ...setAlias('x')), shows: { true: ok, false: denied } },
  manageUpdatesDescriptions: {
    see: does('manager', 'PATCH', `${N}/models/${model}`, { json: { comment: 'x' } }),
    shows: { true: ok, false: denied },
  },
  manageCreatesVersions: {
    see: does('manager', 'POST', `${L}/model-versions/create`, { json: { name: model, source: 's' } }),
    shows: { true: ok, false: denied },
  },
  manageSeesMetadata: {
    see: does('manager', 'GET', `${N}/models/${model}`),
    shows: { true: ok, false: denied },
  },
  aliasCaseReturned: {
    see: show('owner', 'GET', `${N}/models/${model}`, (seen) => at(seen.json, 'aliases', 0, 'alias_name'), {
      query: { include_aliases: 'true' },
    }),
    shows: { 'as-set': 'Champion', lower: 'champion' },
  },
  aliasLimit: {
    see: async (world) => [
      await fill(world, 10, (index) => 1 + (index % 2)),
      await fill(world, 21, (index) => 1 + (index % 2)),
    ],
    shows: {
      'per-model': ['400 RESOURCE_EXHAUSTED', '400 RESOURCE_EXHAUSTED'],
      'per-version': [ok, '400 RESOURCE_EXHAUSTED'],
      none: [ok, ok],
    },
  },
  limitRefusal: {
    see: async (world) => {
      world.emulator.metastore.state.quotas = { modelsOfSchema: 1, versionsOfModel: 1 };
      const source = { name: model, source: 'models:/x/1' };
      return [
        await fill(world, 11, () => 1),
        await does('owner', 'POST', `${L}/model-versions/create`, { json: source })(world),
        await does('schemaOwner', 'POST', `${L}/registered-models/create`, {
          json: { name: `${model}_two` },
        })(world),
      ];
    },
    shows: Object.fromEntries(
      switchTable.limitRefusal.values.map((response) => [response, [response, response, response]]),
    ),
  },
  aliasCharacters: { see: does('owner', ...setAlias('a b')), shows: { word: invalid, any: ok } },
  deleteMissingAlias: {
    see: does('owner', 'DELETE', `${N}/models/${model}/aliases/gone`),
    shows: { error: '404 RESOURCE_DOES_NOT_EXIST', ok },
  },
  aliasUpdatesModel: {
    see: async (world) => {
      const changes = [
        does('owner', ...setAlias('x')),
        does('owner', 'DELETE', `${N}/models/${model}/aliases/x`),
      ];
      const stored = world.emulator.metastore.model(model);
      const seen: boolean[] = [];
      for (const change of changes) {
        stored.updatedAt = 1;
        await change(world);
        seen.push(stored.updatedAt > 1);
      }
      return seen;
    },
    shows: { true: [true, true], false: [false, false] },
  },
  searchHitsAliases: {
    see: show('owner', ...versions, (seen) => list(seen).some((item) => at(item, 'aliases') !== undefined)),
    shows: { true: true, false: false },
  },
  missingObject: {
    see: async ({ call }) => [
      verdict(await call('user', 'GET', `${N}/models/prod.ml.absent`)),
      verdict(await call('schemaReader', 'GET', `${N}/models/prod.ml.absent`)),
    ],
    shows: {
      '404': ['404 RESOURCE_DOES_NOT_EXIST', '404 RESOURCE_DOES_NOT_EXIST'],
      '403': [denied, '404 RESOURCE_DOES_NOT_EXIST'],
    },
  },
  hiddenObject: {
    see: does('user', 'GET', `${N}/models/${model}`),
    shows: { '403': denied, '404': '404 RESOURCE_DOES_NOT_EXIST' },
  },
  existsStatus: {
    see: does('schemaOwner', 'POST', `${L}/registered-models/create`, { json: { name: model } }),
    shows: { 400: '400 RESOURCE_ALREADY_EXISTS', 409: '409 RESOURCE_ALREADY_EXISTS' },
  },
  statusOfCodes: {
    see: async ({ call }) => [
      verdict(
        await call('owner', 'GET', `${L}/registered-models/get`, { query: { name: 'prod.ml.absent' } }),
      ),
      verdict(await call('owner', 'GET', `${N}/models/prod.ml.absent`)),
    ],
    shows: {
      usual: ['404 RESOURCE_DOES_NOT_EXIST', '404 RESOURCE_DOES_NOT_EXIST'],
      'all-400': ['400 RESOURCE_DOES_NOT_EXIST', '404 RESOURCE_DOES_NOT_EXIST'],
    },
  },
  badTokenStatus: {
    see: async (world) => {
      world.emulator.metastore.expireToken('token-owner');
      return await does('owner', 'GET', `${N}/models/${model}`)(world);
    },
    shows: { 401: '401 UNAUTHENTICATED', 403: denied },
  },
  pendingReadable: {
    see: async (world) => {
      const version = await pending(world);
      return await does('reader', 'GET', `/api/2.0/fs/files/Models/prod/ml/fraud/${version}/MLmodel`)(world);
    },
    shows: { true: ok, false: '400 INVALID_STATE' },
  },
  pendingReadableByWriters: {
    see: async (world) => {
      const version = await pending(world);
      return await does('owner', 'GET', `/api/2.0/fs/files/Models/prod/ml/fraud/${version}/MLmodel`)(world);
    },
    shows: { true: ok, false: '400 INVALID_STATE' },
  },
  writesAfterFinalize: {
    see: does('owner', 'PUT', `/api/2.0/fs/files${folder}/MLmodel`, {
      raw: 'x',
      query: { overwrite: 'true' },
    }),
    shows: { refused: denied, accepted: '204' },
  },
  secondFinalize: { see: does('owner', ...finalize('1')), shows: { ok, error: '400 INVALID_STATE' } },
  finalizeDelay: {
    see: async ({ call, emulator }) => {
      const version = await pending({ call, emulator });
      const statuses = [at((await call('owner', ...finalize(version))).json, 'model_version', 'status')];
      for (let read = 0; read < 2; read += 1) {
        statuses.push(
          (await call('owner', 'GET', `${N}/models/${model}/versions/${version}`)).json['status'],
        );
      }
      return statuses;
    },
    shows: {
      none: ['READY', 'READY', 'READY'],
      'two-reads': ['PENDING_REGISTRATION', 'PENDING_REGISTRATION', 'READY'],
    },
  },
  signatureCheckedAtFinalize: {
    see: async (world) => verdict(await world.call('owner', ...finalize(await pending(world)))),
    shows: { true: invalid, false: ok },
  },
  versionModelId: {
    see: async (world) => {
      const plain = await pending(world);
      const made = await world.call('owner', 'POST', `${L}/model-versions/create`, {
        json: { name: model, source: 's', model_id: 'm-1' },
      });
      const read = await world.call('owner', 'GET', `${L}/model-versions/get`, {
        query: { name: model, version: plain },
      });
      const listed = list(await world.call('owner', ...versions));
      const ids = [read.json['model_version'], ...listed].map((each) => at(each, 'model_id') !== undefined);
      return [at(made.json, 'model_version', 'model_id'), ids];
    },
    shows: {
      given: ['m-1', [false, false, false, false, true]],
      always: ['m-1', [true, true, true, true, true]],
    },
  },
  deleteOfPending: {
    see: async (world) =>
      await does('owner', 'DELETE', `${N}/models/${model}/versions/${await pending(world)}`)(world),
    shows: { ok, refused: '400 INVALID_STATE' },
  },
  deploymentJobFiresAt: {
    see: async (world) => {
      world.emulator.metastore.model(model).deploymentJobId = '77';
      const version = await pending(world);
      const run = async (): Promise<boolean> => {
        const seen = await world.call('owner', 'GET', `${L}/model-versions/get`, {
          query: { name: model, version },
        });
        return at(seen.json, 'model_version', 'deployment_job_state') !== undefined;
      };
      const before = await run();
      await world.call('owner', ...finalize(version));
      return [before, await run()];
    },
    shows: { create: [true, true], finalize: [false, true] },
  },
  nativeEnriched: {
    see: does('owner', 'PATCH', `${N}/securable-tags/FUNCTION/${model}`, {
      json: { changes: { add_tags: [{ key: 'k', value: 'v' }] } },
    }),
    shows: { true: ok, false: '404 ENDPOINT_NOT_FOUND' },
  },
  renameTo: {
    see: async ({ call }) => [
      verdict(
        await call('schemaOwner', 'PATCH', `${N}/models/${model}`, { json: { new_name: 'prod.ml.b' } }),
      ),
      verdict(await call('schemaOwner', 'PATCH', `${N}/models/prod.ml.b`, { json: { new_name: 'c' } })),
    ],
    shows: { either: [ok, ok], short: [invalid, '404 RESOURCE_DOES_NOT_EXIST'], full: [ok, invalid] },
  },
  tagKeyRule: {
    see: does('owner', 'POST', `${L}/registered-models/set-tag`, {
      json: { name: model, key: 'a.b', value: 'v' },
    }),
    shows: { enforced: invalid, off: ok },
  },
  tagLimit: {
    see: async ({ call, emulator }) => {
      const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`t${index}`, 'v']));
      emulator.metastore.setTags(model, many);
      const set = { json: { name: model, key: 'more', value: 'v' } };
      return verdict(await call('owner', 'POST', `${L}/registered-models/set-tag`, set));
    },
    shows: { 50: ok, 20: invalid },
  },
} satisfies Partial<Record<SwitchName, Case>>;
