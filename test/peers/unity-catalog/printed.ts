import { z } from 'zod';
import { expectCode, runAction, type StepResult } from '../harness/action.ts';
import { check, same, type CaseResult } from '../harness/outcome.ts';
import type { UnityCatalogServer } from './server.ts';

const MODEL = 'ops.ml.score';
const BEN = 'ben@example.com';

const requests = z.array(z.object({ method: z.string(), path: z.string(), body: z.unknown() }));
const missing = z.array(
  z.object({ privilege: z.string(), ownerChange: z.object({ command: z.string().optional() }).optional() }),
);

/** What our gate prints at a Unity Catalog server, done to that server as it stands; and who owns what above a model. */
export async function* whatIsPrinted({
  admin,
  addUser,
  call,
  url,
}: UnityCatalogServer): AsyncGenerator<CaseResult> {
  const must = async (token: string, method: string, path: string, body?: unknown) => {
    const response = await call(token, method, path, body);
    if (response.status !== 200)
      throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(response.body)}`);
  };
  const gate = (token: string, inputs: Record<string, string>): Promise<StepResult> =>
    runAction({ action: 'gate-on-grants', with: { model: MODEL, ...inputs }, url, token });
  const status = async (token: string, name: string) => (await call(token, 'GET', `/models/${name}`)).status;
  await must(admin, 'POST', '/catalogs', { name: 'ops' });
  await must(admin, 'POST', '/schemas', { name: 'ml', catalog_name: 'ops' });
  await must(admin, 'POST', '/models', { name: 'score', catalog_name: 'ops', schema_name: 'ml' });
  const ben = await addUser(BEN);

  yield await check('unity-catalog: the requests that our gate prints give what is missing', async () => {
    const statements: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      const { code, outputs, summary } = await gate(ben, { operations: 'read' });
      if (outputs['allowed'] === 'true') break;
      same([code, outputs['outcome'], await status(ben, MODEL)], [1, 'denied', 403], 'gate and server');
      statements.push(...(outputs['statements'] ?? '').split('\n'));
      if (/GRANT [A-Z]+ ON|FUNCTION/u.test(summary))
        throw new Error('the summary speaks of another registry');
      for (const { method, path, body } of requests.parse(JSON.parse(outputs['requests'] ?? '')))
        await must(admin, method, path.replace('/api/2.1/unity-catalog', ''), body);
    }
    same(await status(ben, MODEL), 200, 'what the server answers afterwards');
    same(
      statements,
      [
        ['catalog', 'ops', "'USE CATALOG'"],
        ['schema', 'ops.ml', "'USE SCHEMA'"],
        ['registered_model', MODEL, 'EXECUTE'],
      ].map(
        ([type, name, privilege]) =>
          `bin/uc permission create --securable_type ${type} --name ${name} --privilege ${privilege} --principal ${BEN}`,
      ),
      'what was printed',
    );
    return `${statements.length} requests`;
  });
  yield await check(
    'unity-catalog: ownership that is missing is told without a command that nothing runs',
    async () => {
      const refused = await gate(ben, { operations: 'create-version' });
      same([refused.code, refused.outputs['outcome']], [1, 'denied'], 'outcome');
      const rights = missing.parse(JSON.parse(refused.outputs['missing'] ?? ''));
      same(
        rights.map(({ privilege, ownerChange }) => [privilege, ownerChange?.command ?? 'none']),
        [['OWNERSHIP', 'none']],
        'missing',
      );
      if (!refused.summary.includes('this registry cannot change an owner'))
        throw new Error('the summary does not say so');
      return '';
    },
  );
  yield await check(
    'unity-catalog: the owner of a catalog reads and writes what others made in it',
    async () => {
      const metastore = z
        .object({ metastore_id: z.string() })
        .parse((await call(admin, 'GET', '/metastore_summary')).body).metastore_id;
      await must(admin, 'PATCH', `/permissions/metastore/${metastore}`, {
        changes: [{ principal: BEN, add: ['CREATE CATALOG'], remove: [] }],
      });
      await must(ben, 'POST', '/catalogs', { name: 'bens' });
      await must(ben, 'POST', '/schemas', { name: 'ml', catalog_name: 'bens' });
      await must(ben, 'PATCH', '/permissions/catalog/bens', {
        changes: [{ principal: 'admin', add: ['USE CATALOG'], remove: [] }],
      });
      await must(ben, 'PATCH', '/permissions/schema/bens.ml', {
        changes: [{ principal: 'admin', add: ['USE SCHEMA', 'CREATE MODEL'], remove: [] }],
      });
      const theirs = 'bens.ml.theirs';
      await must(admin, 'POST', '/models', { name: 'theirs', catalog_name: 'bens', schema_name: 'ml' });
      const version = { model_name: 'theirs', catalog_name: 'bens', schema_name: 'ml', source: 'file:/x' };
      const gates = [];
      for (const operations of ['read', 'create-version']) {
        const { outputs } = await gate(ben, { model: theirs, operations });
        gates.push(outputs['allowed']);
      }
      const server = [
        await status(ben, theirs),
        (await call(ben, 'POST', '/models/versions', version)).status,
      ];
      same(
        gates,
        server.map((each) => String(each === 200)),
        `the server's ${server.join(', ')} and the gate`,
      );
      return server.join(', ');
    },
  );
  yield await check(
    'unity-catalog: check-connection reads who is there, and says that no files can be',
    async () => {
      const checked = await runAction({
        action: 'check-connection',
        with: { model: MODEL },
        url,
        token: ben,
      });
      expectCode(checked, 0);
      same(checked.outputs['principal'], BEN, 'principal');
      if (!checked.log.includes('not applicable: the files of versions cannot be read'))
        throw new Error('the log does not say so');
      return '';
    },
  );
}
