import type { SwitchName } from '../../../emulator/index.ts';
import { L, N, at, folder, model, verdict } from '../request-bench.ts';
import { denied, does, invalid, list, ok, pending, show, versions, type Case } from './cases.ts';

const nowhere = '404 ENDPOINT_NOT_FOUND';
const off = '404 FEATURE_DISABLED';

/** Switches of identity, grants, files and of how answers are written. */
export const wireCases = {
  groupsComplete: {
    see: show('groupOwner', 'GET', '/api/2.0/preview/scim/v2/Me', (seen) =>
      (seen.json['groups'] as unknown[]).map(
        (group) => `${String(at(group, 'display'))} ${String(at(group, 'type'))}`,
      ),
    ),
    shows: { true: ['inner direct', 'owners indirect'], false: ['inner direct'] },
  },
  servicePrincipalUserName: {
    see: async ({ emulator }) => {
      const headers = { authorization: 'Bearer token-app' };
      const response = await fetch(`${emulator.url}/api/2.0/preview/scim/v2/Me`, { headers });
      return at(await response.json(), 'userName');
    },
    shows: { applicationId: 'app-1', displayName: 'ci' },
  },
  permissionPathCase: {
    see: async ({ call }) => [
      verdict(await call('owner', 'GET', `${N}/permissions/function/${model}`)),
      verdict(await call('owner', 'GET', `${N}/permissions/FUNCTION/${model}`)),
    ],
    shows: { either: [ok, ok], lower: [ok, invalid], upper: [invalid, ok] },
  },
  grantsOfOthers: {
    see: async ({ call, emulator }) => {
      emulator.metastore.grant('function', model, 'owners', ['EXECUTE']);
      const all = await call('reader', 'GET', `${N}/effective-permissions/function/${model}`);
      const direct = await call('reader', 'GET', `${N}/permissions/function/${model}`);
      const managed = await call('owner', 'GET', `${N}/effective-permissions/function/${model}`);
      const own = await call('reader', 'GET', `${N}/effective-permissions/function/${model}`, {
        query: { principal: 'reader@example.com' },
      });
      const rows = [all, direct, managed, own].map(({ json }) =>
        ((json['privilege_assignments'] ?? []) as unknown[]).map((row) => at(row, 'principal')),
      );
      return [verdict(all), ...rows.map((names) => names.includes('owners')), rows[3]?.length !== 0];
    },
    shows: {
      readable: [ok, true, true, true, false, true],
      denied: [denied, false, false, true, false, true],
      'own-only': [ok, false, false, true, false, true],
    },
  },
  policiesShown: {
    see: async ({ call, emulator }) => {
      const policy = {
        onType: 'catalog',
        onName: 'prod',
        to: ['account users'],
        privileges: ['EXECUTE'],
      } as const;
      emulator.metastore.addPolicy({ ...policy, name: 'p', whenTag: ['tier', 'open'] });
      const path = `${N}/policies/schema/prod.ml?include_inherited=true`;
      return [verdict(await call('owner', 'GET', path)), verdict(await call('reader', 'GET', path))];
    },
    shows: { managers: [denied, denied], everybody: [ok, ok] },
  },
  groupMembers: {
    see: async ({ call }) => {
      const path = '/api/2.0/preview/scim/v2/Groups?filter=displayName eq "inner"';
      return [verdict(await call('admin', 'GET', path)), verdict(await call('reader', 'GET', path))];
    },
    shows: { readable: [ok, ok], denied: [ok, '403'] },
  },
  groupRowsInFilter: {
    see: async ({ call, emulator }) => {
      emulator.metastore.grant('schema', 'prod.ml', 'owners', ['EXECUTE']);
      const query = { principal: 'groupOwner@example.com' };
      const seen = await call('owner', 'GET', `${N}/permissions/schema/prod.ml`, { query });
      return (seen.json['privilege_assignments'] as unknown[]).map((row) => at(row, 'principal'));
    },
    shows: { true: ['groupOwner@example.com', 'owners'], false: ['groupOwner@example.com'] },
  },
  effectiveGrantsStale: {
    see: async ({ call }) => {
      const change = {
        json: { changes: [{ principal: 'nobody@example.com', add: ['EXECUTE'], remove: [] }] },
      };
      await call('owner', 'PATCH', `${N}/permissions/function/${model}`, change);
      const query = { principal: 'nobody@example.com' };
      const counts: number[] = [];
      for (let read = 0; read < 3; read += 1) {
        const seen = await call('owner', 'GET', `${N}/effective-permissions/function/${model}`, { query });
        counts.push(((seen.json['privilege_assignments'] as unknown[] | undefined) ?? []).length);
      }
      return counts;
    },
    shows: { true: [0, 0, 1], false: [1, 1, 1] },
  },
  createModelOnExistingWithoutRight: {
    see: does('user', 'POST', `${L}/registered-models/create`, { json: { name: model } }),
    shows: { exists: '400 RESOURCE_ALREADY_EXISTS', denied },
  },
  listingLags: {
    see: async (world) => {
      await pending(world);
      const counts: number[] = [];
      for (let read = 0; read < 3; read += 1)
        counts.push(list(await world.call('owner', ...versions)).length);
      return counts;
    },
    shows: { 0: [3, 3, 3], 2: [2, 2, 3] },
  },
  filesMode: {
    see: async ({ call }) => {
      const flag = 'is_databricks_sdk_models_artifact_repository_enabled';
      const enabled = await call(
        'owner',
        'GET',
        `${L}/registered-models:is-databricks-sdk-models-artifact-repository-enabled`,
      );
      const json = { name: model, version: '1', operation: 'MODEL_VERSION_OPERATION_READ' };
      const given = await call('owner', 'POST', `${L}/model-versions/generate-temporary-credentials`, {
        json,
      });
      return [enabled.json[flag], at(given.json, 'credentials', 'storage_mode')];
    },
    shows: {
      'files-api': [true, 'DEFAULT_STORAGE'],
      presigned: [false, 'DEFAULT_STORAGE'],
      s3: [false, 'CUSTOMER_HOSTED'],
    },
  },
  filesApi: {
    see: async ({ call }) => [
      verdict(await call('owner', 'GET', `/api/2.0/fs/directories${folder}`)),
      verdict(await call('owner', 'PUT', `/api/2.0/fs/files${folder}/MLmodel`, { raw: 'x' })),
      verdict(
        await call('owner', 'POST', '/api/2.0/fs/create-download-url', {
          json: { path: `${folder}/MLmodel` },
        }),
      ),
    ],
    shows: {
      open: [ok, denied, ok],
      denied: [denied, denied, denied],
      absent: [nowhere, nowhere, nowhere],
      disabled: [off, off, off],
    },
  },
  presign: {
    see: async ({ call }) => {
      const given = await call('owner', 'POST', '/api/2.0/fs/create-download-url', {
        json: { path: `${folder}/MLmodel` },
      });
      if (given.status !== 200) return [given.status, at(given.json, 'details', 0, 'reason')];
      const headers = { 'x-emulator-signed': 'yes' };
      return [given.status, (await fetch(String(given.json['url']), { headers })).status];
    },
    shows: {
      accepted: [200, 200],
      refused: [403, 'FILES_API_API_IS_NOT_ENABLED'],
      'unknown-zone': [500, 'FILES_API_REQUESTER_NETWORK_ZONE_UNKNOWN'],
      'storage-blocked': [200, 403],
    },
  },
  sharedFiles: {
    see: async ({ call, emulator }) => {
      emulator.metastore.createCatalog('prod', { share: 'models' });
      const path = `${folder}/MLmodel`;
      return [
        verdict(await call('owner', 'GET', `/api/2.0/fs/files${path}`)),
        verdict(await call('owner', 'POST', '/api/2.0/fs/create-download-url', { json: { path } })),
      ];
    },
    shows: { open: [ok, ok], 'no-signed-urls': [ok, denied], closed: [denied, denied] },
  },
  uploadProtocol: {
    see: async (world) => {
      const path = `/api/2.0/fs/files/Models/prod/ml/fraud/${await pending(world)}/big`;
      const seen = await world.call('owner', 'POST', path, {
        query: { action: 'initiate-upload', overwrite: 'true' },
      });
      return Object.keys(seen.json);
    },
    shows: { multipart: ['multipart_upload'], resumable: ['resumable_upload'] },
  },
  uploadAbort: {
    see: async (world) => {
      const file = `/Models/prod/ml/fraud/${await pending(world)}/big`;
      const begin = async (): Promise<string> => {
        const begun = await world.call('owner', 'POST', `/api/2.0/fs/files${file}`, {
          query: { action: 'initiate-upload', overwrite: 'true' },
        });
        return String(at(begun.json, 'multipart_upload', 'session_token'));
      };
      const action = { action: 'abort-upload', upload_type: 'multipart', session_token: await begin() };
      return [
        verdict(await world.call('owner', 'POST', `/api/2.0/fs/files${file}`, { query: action })),
        verdict(
          await world.call('owner', 'POST', '/api/2.0/fs/create-abort-upload-url', {
            json: { path: file, session_token: await begin() },
          }),
        ),
      ];
    },
    shows: {
      'post-action': [ok, '404 ENDPOINT_NOT_FOUND'],
      'presigned-delete': [invalid, ok],
      both: [ok, ok],
    },
  },
  vendedCredentials: {
    see: async ({ call }) => {
      const json = { name: model, version: '1', operation: 'MODEL_VERSION_OPERATION_READ' };
      const path = `${L}/model-versions/generate-temporary-credentials`;
      const given = await call('owner', 'POST', path, { json });
      const uri = await call('owner', 'GET', `${L}/model-versions/get-download-uri`, {
        query: { name: model, version: '1' },
      });
      const kinds = Object.keys(given.json['credentials'] ?? {}).filter((key) => /_/u.test(key));
      return [verdict(given), ...kinds.slice(2), String(uri.json['artifact_uri']).split('/')[0]];
    },
    shows: {
      none: [ok, 's3:'],
      aws: [ok, 'aws_temp_credentials', 's3:'],
      azure: [ok, 'azure_user_delegation_sas', 'abfss:'],
      gcp: [ok, 'gcp_oauth_token', 'gs:'],
      refused: [denied, 's3:'],
    },
  },
  largeThroughWorkspace: {
    see: async ({ call, emulator }) => {
      const generated = { generated: true, size: 53 * 1024 * 1024, seed: 1 } as const;
      const version = emulator.metastore.addVersion(model, { files: { 'large.bin': generated } });
      const path = `/api/2.0/fs/files/Models/prod/ml/fraud/${version}/large.bin`;
      return (await call('owner', 'GET', path, { headers: { range: 'bytes=0-0' } })).status;
    },
    shows: { accepted: 206, refused: 403 },
  },
  rangesHonoured: {
    see: show(
      'owner',
      'GET',
      `/api/2.0/fs/files${folder}/data/weights.bin`,
      (seen) => [seen.status, seen.text],
      {
        headers: { range: 'bytes=1-3' },
      },
    ),
    shows: { true: [206, 'eig'], false: [200, 'weights'] },
  },
  emptyPages: {
    see: show('owner', ...versions, (seen) => [list(seen).length, typeof seen.json['next_page_token']]),
    shows: { true: [0, 'string'], false: [2, 'undefined'] },
  },
  smallPages: {
    see: async (world) => {
      world.emulator.metastore.addVersion(model);
      const seen = await world.call('owner', ...versions);
      return [list(seen).length, typeof seen.json['next_page_token']];
    },
    shows: { true: [2, 'string'], false: [3, 'undefined'] },
  },
  shuffledLists: {
    see: async (world) => {
      for (let index = 0; index < 10; index += 1) world.emulator.metastore.addVersion(model);
      const numbers = list(await world.call('owner', ...versions)).map((item) => at(item, 'version'));
      return numbers.every((number, index) => number === index + 1);
    },
    shows: { true: false, false: true },
  },
  numbersAsStrings: {
    see: show('owner', 'GET', `${N}/models/${model}/versions/1`, (seen) => [
      typeof seen.json['version'],
      typeof seen.json['created_at'],
    ]),
    shows: { true: ['string', 'string'], false: ['number', 'number'] },
  },
  unknownFields: {
    see: show('owner', 'GET', `${N}/models/${model}`, (seen) => 'emulator_unknown_field' in seen.json),
    shows: { true: true, false: false },
  },
  unknownEnums: {
    see: show('owner', 'GET', `${N}/permissions/function/${model}`, (seen) =>
      seen.text.includes('USE_SOMETHING_NEW'),
    ),
    shows: { true: true, false: false },
  },
} satisfies Partial<Record<SwitchName, Case>>;
