import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PromoteError } from '../../../src/domain/errors.ts';
import { formatFullName, type FullName } from '../../../src/domain/full-name.ts';
import { openTransport } from '../../../src/http/transport.ts';
import { runAction } from '../harness/action.ts';
import { check, same, type CaseResult } from '../harness/outcome.ts';
import { must } from './scene.ts';
import type { UnityCatalogServer } from './server.ts';
import { openRegistry } from './snapshot.ts';

const CATALOG = 'life';
const FULL_PAGE = 100;
const DAN = 'dan@example.com';

const model = (name: string): FullName => ({ catalog: CATALOG, schema: 'ml', model: name });

/** What our client makes of a version's life, of lists and of absence on a real Unity Catalog server. */
export async function* lifeOfVersions(server: UnityCatalogServer): AsyncGenerator<CaseResult> {
  const { admin, url } = server;
  const { transport, close } = await openTransport({});
  try {
    const registry = openRegistry(url, admin, transport);
    const dan = await server.addUser(DAN);
    const theirs = openRegistry(url, dan, transport);
    const change = (path: string, add: readonly string[]) =>
      must(server, admin, 'PATCH', `/permissions/${path}`, { changes: [{ principal: DAN, add }] });
    await must(server, admin, 'POST', '/catalogs', { name: CATALOG });
    await must(server, admin, 'POST', '/schemas', { name: 'ml', catalog_name: CATALOG });
    await registry.createRegisteredModel(model('one'));

    yield await check('unity-catalog: a version is PENDING, READY, and gone', async () => {
      const find = async () => {
        const { outputs } = await runAction({
          action: 'find-version',
          with: { model: formatFullName(model('one')), 'allow-none': 'true' },
          url,
          token: admin,
        });
        return outputs['version'];
      };
      const number = await registry.createModelVersion({ name: model('one'), source: 'file:/x', tags: [] });
      const seen = [(await registry.getModelVersion(model('one'), number))?.status, await find()];
      await registry.finalizeModelVersion(model('one'), number);
      seen.push((await registry.getModelVersion(model('one'), number))?.status, await find());
      const again = await refusal(registry.finalizeModelVersion(model('one'), number));
      await registry.deleteModelVersion(model('one'), number);
      seen.push(
        again,
        (await registry.getModelVersion(model('one'), number))?.status ?? 'absent',
        await find(),
      );
      same(
        seen,
        ['PENDING_REGISTRATION', '', 'READY', '1', 'invalid-input', 'absent', ''],
        'states and what is found',
      );
      return '';
    });
    yield await check(
      'unity-catalog: the folder of a version is made by the server, on its own disk',
      async () => {
        const version = { model_name: 'one', catalog_name: CATALOG, schema_name: 'ml', source: 'file:/x' };
        const { storage_location: location } = await must<{ storage_location: string }>(
          server,
          admin,
          'POST',
          '/models/versions',
          version,
        );
        same(location.startsWith('file:///'), true, location);
        same(existsSync(fileURLToPath(location)), true, location);
        return '';
      },
    );
    yield await check('unity-catalog: what is not there is told from what may not be seen', async () => {
      const reported = async (name: FullName) => {
        try {
          return (await theirs.getRegisteredModel(name)) === undefined ? 'absent' : 'shown';
        } catch (error) {
          return codeOf(error);
        }
      };
      same(
        [
          await reported(model('one')),
          await reported(model('none')),
          await reported(model('ONE')),
          await reported({ ...model('one'), catalog: 'none' }),
        ],
        ['permission-denied', 'absent', 'absent', 'absent'],
        'to somebody without grants',
      );
      return 'names are compared exactly';
    });
    yield await check(
      `unity-catalog: the one model that is shown stands on the second page of a list`,
      async () => {
        const names = Array.from({ length: FULL_PAGE }, (_, index) => `m${String(index).padStart(3, '0')}`);
        for (const name of [...names, 'z']) await registry.createRegisteredModel(model(name));
        await change(`catalog/${CATALOG}`, ['USE CATALOG', 'USE SCHEMA']);
        await change(`registered_model/${formatFullName(model('z'))}`, ['EXECUTE']);
        const list = async (reader: typeof registry, schema?: string) => {
          const listed: string[] = [];
          const scope = { catalog: CATALOG, ...(schema === undefined ? {} : { schema }) };
          for await (const name of reader.listRegisteredModels(scope)) listed.push(name.model);
          return listed.sort();
        };
        same(await list(theirs, 'ml'), ['z'], 'the schema');
        same(await list(theirs), ['z'], 'the catalog');
        const all = [...names, 'one', 'z'].sort();
        same(await list(registry, 'ml'), all, "the schema, to the metastore's owner");
        same(await list(registry), all, "the catalog, to the metastore's owner");
        return `${all.length} models`;
      },
    );
    yield await check('unity-catalog: a privilege that there is not is unsupported', async () => {
      const name = formatFullName(model('one'));
      for (const inputs of [
        { require: `${name}: MANAGE` },
        { forbid: `${name}: ALL PRIVILEGES`, except: 'admin' },
      ]) {
        const { code, outputs } = await runAction({
          action: 'gate-on-grants',
          with: inputs,
          url,
          token: admin,
        });
        same([code, outputs['outcome']], [1, 'unsupported'], JSON.stringify(inputs));
      }
      const unknown = { changes: [{ principal: DAN, add: ['MANAGE'] }] };
      const { status } = await server.call(admin, 'PATCH', `/permissions/registered_model/${name}`, unknown);
      same(status, 400, 'what the server says of it');
      return '';
    });
  } finally {
    await close();
  }
}

async function refusal(done: Promise<unknown>): Promise<string> {
  try {
    await done;
    return 'done';
  } catch (error) {
    return codeOf(error);
  }
}

function codeOf(error: unknown): string {
  return error instanceof PromoteError ? error.details.code : String(error);
}
