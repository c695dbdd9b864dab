import { z } from 'zod';
import { actionExists, expectCode, runAction, type StepResult } from '../harness/action.ts';
import { startOptional } from '../harness/optional-peer.ts';
import { check, missingBundle, same, type CaseResult } from '../harness/outcome.ts';
import type { PeerContext } from '../harness/script.ts';
import { randomGrants } from './judge.ts';
import { lifeOfVersions } from './life.ts';
import { whatIsPrinted } from './printed.ts';
import { startUnityCatalog, unityCatalogClassPath, type UnityCatalogServer } from './server.ts';

const versionList = z.object({ model_versions: z.array(z.unknown()) });

const MODEL = 'dev.ml.fraud';
const HIDDEN = 'dev.ml.hidden';
const ANN = 'ann@example.com';

/** Our actions against a real Unity Catalog server with authorization on: what it lets in, our gate must allow, and nothing else. */
export async function* unityCatalogRegistry({ wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted('unity-catalog')) return;
  for (const action of [
    'find-version',
    'gate-on-grants',
    'set-alias',
    'tag-status',
    'copy-version',
    '.',
    'check-connection',
  ]) {
    if (!(await actionExists(action))) {
      yield missingBundle('unity-catalog', action);
      return;
    }
  }
  const server = await startOptional('unity-catalog', async () =>
    startUnityCatalog(await unityCatalogClassPath()),
  );
  if ('verdict' in server) {
    yield server;
    return;
  }
  try {
    yield* cases(server);
    yield* whatIsPrinted(server);
    yield* lifeOfVersions(server);
    yield* randomGrants(server);
  } finally {
    await server.close();
  }
}

async function* cases(server: UnityCatalogServer): AsyncGenerator<CaseResult> {
  const { admin, call, url } = server;
  const must = async (method: string, path: string, body?: unknown) => {
    const response = await call(admin, method, path, body);
    if (response.status !== 200)
      throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(response.body)}`);
  };
  const act = (token: string, action: string, inputs: Record<string, string>): Promise<StepResult> =>
    runAction({ action, with: inputs, url, token });
  const change = (type: string, name: string, add: readonly string[], remove: readonly string[] = []) =>
    must('PATCH', `/permissions/${type}/${name}`, { changes: [{ principal: ANN, add, remove }] });
  const mayRead = async (token: string) =>
    (await call(token, 'GET', `/models/${MODEL}/versions/1`)).status === 200;
  const gate = async (token: string, operations: string, model = MODEL) => {
    const result = await act(token, 'gate-on-grants', { model, operations });
    const { outcome, allowed } = result.outputs;
    if (outcome !== 'ok' && outcome !== 'denied')
      throw new Error(`outcome ${outcome ?? ''}: ${result.log.slice(-600)}`);
    same(result.code, allowed === 'true' ? 0 : 1, 'exit code');
    return allowed === 'true';
  };
  await must('POST', '/catalogs', { name: 'dev' });
  await must('POST', '/schemas', { name: 'ml', catalog_name: 'dev' });
  for (const name of ['fraud', 'hidden']) {
    await must('POST', '/models', { name, catalog_name: 'dev', schema_name: 'ml' });
    await must('POST', '/models/versions', {
      model_name: name,
      catalog_name: 'dev',
      schema_name: 'ml',
      source: 'file:/x',
    });
    const finalize = { full_name: `dev.ml.${name}`, version: 1 };
    await must('PATCH', `/models/dev.ml.${name}/versions/1/finalize`, finalize);
  }
  const ann = await server.addUser(ANN);

  yield await check(
    'unity-catalog: found by itself; READY version found; what is lacking is said',
    async () => {
      const found = await act(admin, 'find-version', { model: MODEL });
      expectCode(found, 0);
      same(found.outputs['uri'], `models:/${MODEL}/1`, 'uri');
      if (!found.summary.includes('not applicable')) throw new Error('the summary does not say so');
      return '';
    },
  );
  yield await check(
    'unity-catalog: read: our gate allows what the server lets in, step by step',
    async () => {
      const steps = [
        { type: 'catalog', name: 'dev', add: ['USE CATALOG'] },
        { type: 'schema', name: 'dev.ml', add: ['USE SCHEMA'] },
        { type: 'registered_model', name: MODEL, add: ['EXECUTE'] },
      ];
      const seen = [[await gate(ann, 'read'), await mayRead(ann)]];
      for (const { type, name, add } of steps) {
        await change(type, name, add);
        seen.push([await gate(ann, 'read'), await mayRead(ann)]);
      }
      same(
        seen,
        [
          [false, false],
          [false, false],
          [false, false],
          [true, true],
        ],
        'gate and server',
      );
      const found = await act(ann, 'find-version', { model: MODEL });
      expectCode(found, 0);
      return `${seen.length} states`;
    },
  );
  yield await check('unity-catalog: a model without EXECUTE is 403, and a list leaves it out', async () => {
    const refused = await act(ann, 'find-version', { model: HIDDEN });
    same([refused.code, refused.outputs['outcome']], [1, 'denied'], 'by name');
    const listed = await act(ann, 'find-version', { model: 'dev.ml.*' });
    same(
      JSON.parse(listed.outputs['matrix'] ?? '{}'),
      { include: [{ model: MODEL, version: 1, uri: `models:/${MODEL}/1` }] },
      'matrix',
    );
    return '';
  });
  yield await check('unity-catalog: EXECUTE of a parent reaches the model', async () => {
    await change('registered_model', MODEL, [], ['EXECUTE']);
    const before = [await gate(ann, 'read'), await mayRead(ann)];
    await change('schema', 'dev.ml', ['EXECUTE']);
    const onSchema = [await gate(ann, 'read'), await mayRead(ann)];
    await change('schema', 'dev.ml', [], ['EXECUTE']);
    await change('catalog', 'dev', ['EXECUTE']);
    const onCatalog = [await gate(ann, 'read'), await mayRead(ann)];
    await change('catalog', 'dev', [], ['EXECUTE']);
    same(
      [before, onSchema, onCatalog],
      [
        [false, false],
        [true, true],
        [true, true],
      ],
      'gate and server',
    );
    return '';
  });
  yield await check(
    'unity-catalog: only the owner creates versions, and who creates a model owns it',
    async () => {
      const version = (name: string) => ({
        model_name: name,
        catalog_name: 'dev',
        schema_name: 'ml',
        source: 'file:/x',
      });
      const create = async (name: string) =>
        (await call(ann, 'POST', '/models/versions', version(name))).status === 200;
      same([await gate(ann, 'create-version'), await create('fraud')], [false, false], "another's model");
      const model = { name: 'own', catalog_name: 'dev', schema_name: 'ml' };
      const createModel = async () => (await call(ann, 'POST', '/models', model)).status === 200;
      same(
        [await gate(ann, 'create-model', 'dev.ml.own'), await createModel()],
        [false, false],
        'without CREATE MODEL',
      );
      await change('schema', 'dev.ml', ['CREATE MODEL']);
      same(
        [await gate(ann, 'create-model', 'dev.ml.own'), await createModel()],
        [true, true],
        'with CREATE MODEL',
      );
      same([await gate(ann, 'create-version', 'dev.ml.own'), await create('own')], [true, true], 'own model');
      return '';
    },
  );
  yield await check(
    'unity-catalog: aliases, tags, files are unsupported, and said so before anything is read',
    async () => {
      const steps: [string, Record<string, string>][] = [
        ['set-alias', { model: MODEL, alias: 'Champion', version: '1' }],
        ['tag-status', { model: MODEL, version: '1', status: 'approved', 'dry-run': 'true' }],
        ['validate-signature', { model: MODEL, version: '1' }],
        ['copy-version', { source: `models:/${MODEL}/1`, destination: HIDDEN }],
        ['audit-aliases', { models: 'dev.ml.*' }],
        ['find-version', { model: MODEL, where: 'a=b' }],
        ['gate-on-grants', { model: MODEL, operations: 'set-alias' }],
        ['find-version', { model: MODEL, alias: 'Champion' }],
        ['.', { source: `models:/${MODEL}/1`, destination: HIDDEN }],
      ];
      for (const [action, inputs] of steps) {
        const result = await act(admin, action, inputs);
        same([result.code, result.outputs['outcome']], [1, 'unsupported'], action);
      }
      const { body } = await call(admin, 'GET', `/models/${HIDDEN}/versions`);
      same(versionList.parse(body).model_versions.length, 1, 'versions of the destination afterwards');
      return `${steps.length} actions`;
    },
  );
}
