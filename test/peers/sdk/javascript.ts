import { createHash } from 'node:crypto';
import { startEmulator, type Emulator } from '../../../emulator/index.ts';
import { expectCode, runAction } from '../harness/action.ts';
import { check, same, unavailable, type CaseResult } from '../harness/outcome.ts';
import { importPackage, preparePackages } from '../harness/packages.ts';
import type { PeerContext } from '../harness/script.ts';
import { all, refusal, type Client, type ClientOf, type Fields } from './javascript-client.ts';

const name = 'databricks-sdk-js';
const prod = 'prod.ml_team.fraud_detection';
const staging = 'staging.ml_team.fraud_detection';
const promoter = '5d1f2c1e-7a44-4f0e-9d0b-0c0ffee0cafe';

/** The official JavaScript SDK reads what the emulator holds and what our actions wrote, and writes what it can. */
export async function* sdkJs({ wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted(name)) return;
  const packages = await preparePackages();
  if (packages.state === 'unavailable') {
    yield unavailable(name, packages);
    return;
  }
  const { WorkspaceClient } = (await importPackage('@databricks/sdk-experimental')) as {
    WorkspaceClient: new (config: Fields) => Client;
  };
  const emulator = await startEmulator({ seed: 'demo' });
  const clientOf: ClientOf = (credentials) =>
    new WorkspaceClient({
      host: emulator.url,
      env: {},
      configFile: '/dev/null',
      retryTimeoutSeconds: 10,
      ...credentials,
    });
  try {
    yield* signIn(emulator, clientOf);
    yield* models(emulator, clientOf);
    yield* reading(emulator, clientOf);
    yield await check(`${name}: nothing sent that the protocol does not know`, () => {
      same(emulator.violations, [], 'violations');
      return `${emulator.requests.length} requests`;
    });
  } finally {
    await emulator.close();
  }
}

async function* signIn(emulator: Emulator, clientOf: ClientOf): AsyncGenerator<CaseResult> {
  const m2m = (secret: string) =>
    clientOf({ authType: 'oauth-m2m', clientId: promoter, clientSecret: secret });
  yield await check(
    `${name}: signs in by token and by client credentials, as the same principal`,
    async () => {
      const byToken = await clientOf({ authType: 'pat', token: 'emulator-promoter' }).currentUser.me();
      const bySecret = await m2m(emulator.metastore.addSecret(promoter)).currentUser.me();
      same([byToken['userName'], bySecret['userName']], [promoter, promoter], 'who signed in');
      return '';
    },
  );
  yield await check(`${name}: a wrong token and a wrong secret are refused`, async () => {
    const byToken = clientOf({ authType: 'pat', token: 'dapi-wrong' }).currentUser.me();
    same((await refusal(byToken)).slice(0, 3), '401', 'answer to a wrong token');
    await refusal(m2m('wrong').currentUser.me());
    return '';
  });
}

async function* models(emulator: Emulator, clientOf: ClientOf): AsyncGenerator<CaseResult> {
  const client = clientOf({ authType: 'pat', token: 'emulator-promoter' });
  const aliases = () => emulator.state().models[prod]?.aliases;
  yield await check(`${name}: creates a model once, lists it once, deletes it`, async () => {
    const where = { catalog_name: 'prod', schema_name: 'ml_team' };
    const created = await client.registeredModels.create({ ...where, name: 'js', comment: 'Card fraud' });
    same([created['full_name'], created['owner']], ['prod.ml_team.js', promoter], 'model');
    same(
      await refusal(client.registeredModels.create({ ...where, name: 'js' })),
      '400 RESOURCE_ALREADY_EXISTS',
      'second create',
    );
    const listed = await all(client.registeredModels.list({ ...where, max_results: 1 }));
    same(listed.map((row) => row['full_name']).sort(), [prod, 'prod.ml_team.js'], 'models by pages of one');
    await client.registeredModels.delete({ full_name: 'prod.ml_team.js' });
    same(
      await refusal(client.registeredModels.get({ full_name: 'prod.ml_team.js' })),
      '404 RESOURCE_DOES_NOT_EXIST',
      'after',
    );
    return '';
  });
  yield await check(`${name}: sets, reads and deletes an alias`, async () => {
    await client.registeredModels.setAlias({ full_name: prod, alias: 'Next', version_num: 1 });
    same(aliases(), { Champion: 1, Next: 1 }, 'aliases');
    const version = await client.modelVersions.getByAlias({ full_name: prod, alias: 'next' });
    same([version['version'], version['status']], [1, 'READY'], 'version by alias');
    await client.registeredModels.deleteAlias({ full_name: prod, alias: 'Next' });
    same(aliases(), { Champion: 1 }, 'aliases after');
    same(
      await refusal(client.registeredModels.setAlias({ full_name: prod, alias: 'Next', version_num: 9 })),
      '404 RESOURCE_DOES_NOT_EXIST',
      'alias on no version',
    );
    return '';
  });
  yield await check(`${name}: reads the copy and the alias that promote made`, async () => {
    const result = await runAction({
      action: '.',
      with: { source: `models:/${staging}/1`, destination: prod, 'set-status': 'approved' },
      url: emulator.url,
      host: emulator,
      token: 'emulator-promoter',
    });
    expectCode(result, 0);
    const model = await client.registeredModels.get({ full_name: prod, include_aliases: true });
    const named = (model['aliases'] as Fields[]).map((row) => [row['alias_name'], row['version_num']]);
    same(named, [['Champion', 2]], 'aliases');
    const copy = await client.modelVersions.get({ full_name: prod, version: 2 });
    same(
      [copy['status'], copy['source'], copy['comment']],
      ['READY', `models:/${staging}/1`, 'Trained on the third quarter.'],
      'copy',
    );
    const listed = await all(client.modelVersions.list({ full_name: prod, max_results: 1 }));
    same(listed.map((row) => row['version']).sort(), [1, 2], 'versions by pages of one');
    return '';
  });
  // When this fails the SDK sends what it was given: then updates belong into the cases above.
  yield await check(
    `${name}: an update changes nothing, since the SDK sends PATCH without a body`,
    async () => {
      const before = emulator.state().models[prod]?.description;
      await client.registeredModels.update({ full_name: prod, comment: 'another' });
      const sent = emulator.requests.findLast(({ method }) => method === 'PATCH');
      same(
        [sent?.json ?? null, emulator.state().models[prod]?.description],
        [null, before],
        'body and description',
      );
      return 'docs/compatibility.md';
    },
  );
}

async function* reading(emulator: Emulator, clientOf: ClientOf): AsyncGenerator<CaseResult> {
  const client = clientOf({ authType: 'pat', token: 'emulator-promoter' });
  const stranger = clientOf({ authType: 'pat', token: 'emulator-reader' });
  yield await check(`${name}: direct and effective grants, with where each is inherited from`, async () => {
    emulator.metastore.grant('function', prod, 'ada@example.com', ['EXECUTE']);
    const direct = await client.grants.get({ securable_type: 'function', full_name: prod });
    same(
      direct['privilege_assignments'],
      [{ principal: 'ada@example.com', privileges: ['EXECUTE'] }],
      'direct grants',
    );
    const effective = await client.grants.getEffective({
      securable_type: 'function',
      full_name: prod,
      principal: 'ml-deployers',
    });
    const rows = effective['privilege_assignments'] as { principal: string; privileges: Fields[] }[];
    const held = rows.flatMap(({ principal, privileges }) =>
      privileges.map(
        (each) => `${principal} ${String(each['privilege'])} from ${String(each['inherited_from_name'])}`,
      ),
    );
    const wanted = [
      'USE_CATALOG from prod',
      'USE_SCHEMA from prod.ml_team',
      'CREATE_MODEL from prod.ml_team',
    ];
    same(held.sort(), wanted.map((each) => `ml-deployers ${each}`).sort(), 'effective grants');
    return `${held.length} privileges`;
  });
  yield await check(`${name}: files of a version, their sizes and bytes`, async () => {
    const folder = `/Models/${prod.replaceAll('.', '/')}/2`;
    const state = emulator.state().models[prod]?.versions['2']?.files ?? {};
    const listed = await all(client.files.listDirectoryContents({ directory_path: folder }));
    same(
      Object.fromEntries(listed.map((row) => [row['name'], row['file_size']]).sort()),
      Object.fromEntries(
        Object.entries(state)
          .map(([path, { size }]) => [path, size])
          .sort(),
      ),
      'files and sizes',
    );
    const about = await client.files.getMetadata({ file_path: `${folder}/MLmodel` });
    same(about['content-length'], String(state['MLmodel']?.size), 'size by HEAD');
    const { contents } = await client.files.download({ file_path: `${folder}/MLmodel` });
    const bytes: Uint8Array[] = [];
    for await (const chunk of contents as AsyncIterable<Uint8Array>) bytes.push(chunk);
    const digest = createHash('sha256').update(Buffer.concat(bytes)).digest('hex');
    same(digest, state['MLmodel']?.sha256, 'sha256 of MLmodel');
    return `${listed.length} files`;
  });
  yield await check(`${name}: what is absent or not allowed is refused with status and code`, async () => {
    const absent = '404 RESOURCE_DOES_NOT_EXIST';
    same(await refusal(client.modelVersions.get({ full_name: prod, version: 99 })), absent, 'version');
    same(
      await refusal(client.modelVersions.getByAlias({ full_name: prod, alias: 'nobody' })),
      absent,
      'alias',
    );
    same(await refusal(stranger.registeredModels.get({ full_name: prod })), '403 PERMISSION_DENIED', 'model');
    same(
      await all(stranger.registeredModels.list({ catalog_name: 'prod', schema_name: 'ml_team' })),
      [],
      'list',
    );
    return '';
  });
}
