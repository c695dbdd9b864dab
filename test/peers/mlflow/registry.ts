import { cp, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { actionExists, expectCode, runAction, type StepResult } from '../harness/action.ts';
import { startMlflow, type MlflowServer } from './server.ts';
import { check, failure, missingBundle, same, type CaseResult } from '../harness/outcome.ts';
import type { PeerContext } from '../harness/script.ts';

/** Names as only such a server has them: blanks, and dots that are no levels. */
const SOURCE = 'fraud detection';
const COPY = 'fraud.prod';
const REGISTERED = 'fraud registered';

const alias = z.object({ model_version: z.object({ version: z.coerce.number() }) });
const registered = z.object({
  model_version: z.object({
    source: z.string(),
    run_id: z.string(),
    status: z.string(),
    current_stage: z.string(),
  }),
});
const labelled = z.object({
  model_version: z.object({
    source: z.string(),
    description: z.string().optional(),
    tags: z.array(z.object({ key: z.string(), value: z.string() })).default([]),
  }),
});

/** Our actions against a real MLflow server, each looked at afterwards through the server's own API. */
export async function* mlflowRegistry({ python, fixtures, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted('mlflow-server')) return;
  const needed = [
    'find-version',
    'set-alias',
    'tag-status',
    'validate-signature',
    'copy-version',
    'register-version',
    'audit-aliases',
  ];
  for (const action of [...needed, 'gate-on-grants']) {
    if (!(await actionExists(action))) {
      yield missingBundle('mlflow-server', action);
      return;
    }
  }
  let server: MlflowServer;
  try {
    server = await startMlflow(python);
  } catch (error) {
    yield failure('mlflow-server: starts', error);
    return;
  }
  const act = (action: string, inputs: Record<string, string>): Promise<StepResult> =>
    runAction({ action, with: inputs, url: server.url, token: '' });
  const names = async (model: string, wantedAlias: string) =>
    alias.parse(await server.call('GET', '/registered-models/alias', { name: model, alias: wantedAlias }))
      .model_version.version;
  const version = async (model: string, number: number) =>
    labelled.parse(await server.call('GET', '/model-versions/get', { name: model, version: number }))
      .model_version;
  try {
    for (const model of [SOURCE, COPY])
      await server.call('POST', '/registered-models/create', { name: model });
    await server.register(SOURCE, join(fixtures, 'fraud_detection'));
    const unsigned = join(fixtures, 'unsigned');
    await cp(join(fixtures, 'fraud_detection'), unsigned, { recursive: true });
    await mkdir(unsigned, { recursive: true });
    await copyFile(join(fixtures, 'mlmodel', 'signature-absent', 'MLmodel'), join(unsigned, 'MLmodel'));
    await server.register(SOURCE, unsigned);

    yield await check(
      'mlflow-server: found by itself; a name of any text; privileges not applicable',
      async () => {
        const found = await act('find-version', { model: SOURCE, version: '1' });
        expectCode(found, 0);
        same([found.outputs['version'], found.outputs['uri']], ['1', `models:/${SOURCE}/1`], 'outputs');
        for (const said of ['Not applicable', 'not applicable']) {
          if (!found.summary.includes(said)) throw new Error(`the summary does not say "${said}"`);
        }
        return 'mlflow';
      },
    );
    yield await check('mlflow-server: the newest version, by tag, and a pattern of names', async () => {
      await server.call('POST', '/model-versions/set-tag', {
        name: SOURCE,
        version: '1',
        key: 'stage',
        value: 'done',
      });
      const byTag = await act('find-version', { model: SOURCE, where: 'stage=done' });
      same([byTag.code, byTag.outputs['version']], [0, '1'], 'by tag');
      const pattern = await act('find-version', {
        model: 'fraud*',
        'require-signature': 'off',
        'allow-none': 'true',
      });
      expectCode(pattern, 0);
      same(
        JSON.parse(pattern.outputs['matrix'] ?? '{}'),
        { include: [{ model: SOURCE, version: 2, uri: `models:/${SOURCE}/2` }] },
        'matrix',
      );
      return '';
    });
    yield await check(
      'mlflow-server: set-alias sets, moves and deletes; case tells aliases apart',
      async () => {
        expectCode(await act('set-alias', { model: SOURCE, alias: 'Champion', version: '1' }), 0);
        same(await names(SOURCE, 'Champion'), 1, 'Champion');
        const again = await act('set-alias', { model: SOURCE, alias: 'Champion', version: '1' });
        same([again.code, again.outputs['outcome'], again.outputs['changed']], [0, 'noop', 'false'], 'again');
        const unsignedVersion = await act('set-alias', { model: SOURCE, alias: 'champion', version: '2' });
        same(unsignedVersion.outputs['outcome'], 'blocked', 'a version without signature');
        const small = { model: SOURCE, alias: 'champion', version: '2', 'require-signature': 'off' };
        expectCode(await act('set-alias', small), 0);
        same([await names(SOURCE, 'Champion'), await names(SOURCE, 'champion')], [1, 2], 'both aliases');
        expectCode(await act('set-alias', { model: SOURCE, alias: 'champion', delete: 'true' }), 0);
        same(await names(SOURCE, 'Champion'), 1, 'Champion after the deletion of champion');
        return '';
      },
    );
    yield await check('mlflow-server: tag-status sets status, tags and description, and gates', async () => {
      const inputs = {
        model: SOURCE,
        version: '1',
        status: 'approved',
        tags: 'note=ü "x"',
        description: 'ready',
      };
      expectCode(await act('tag-status', inputs), 0);
      const { tags, description } = await version(SOURCE, 1);
      const value = (key: string) => tags.find((tag) => tag.key === key)?.value;
      same(
        [value('validation_status'), value('note'), description],
        ['approved', 'ü "x"', 'ready'],
        'labels',
      );
      const gate = await act('tag-status', {
        model: SOURCE,
        version: '1',
        require: 'validation_status=approved',
      });
      same([gate.code, gate.outputs['allowed']], [0, 'true'], 'gate');
      const shut = await act('tag-status', {
        model: SOURCE,
        version: '2',
        require: 'validation_status=approved',
      });
      same([shut.code, shut.outputs['outcome']], [1, 'blocked'], 'gate on version 2');
      expectCode(await act('tag-status', { model: SOURCE, status: 'live' }), 0);
      return '';
    });
    yield await check('mlflow-server: validate-signature reads MLmodel through the server', async () => {
      const good = await act('validate-signature', { model: SOURCE, alias: 'Champion' });
      same([good.code, good.outputs['valid']], [0, 'true'], 'version 1');
      const bad = await act('validate-signature', { model: SOURCE, version: '2' });
      same([bad.code, bad.outputs['outcome']], [1, 'blocked'], 'version 2');
      return '';
    });
    yield await check('mlflow-server: copy-version points, moves no bytes, and is repeatable', async () => {
      const inputs = { source: `models:/${SOURCE}@Champion`, destination: COPY };
      const copied = await act('copy-version', inputs);
      expectCode(copied, 0);
      same([copied.outputs['version'], copied.outputs['outcome']], ['1', 'ok'], 'outputs');
      if (!copied.summary.includes('no files were copied')) throw new Error('the summary does not say so');
      same((await version(COPY, 1)).source, `models:/${SOURCE}/1`, 'source that the server notes');
      const [from, to] = await Promise.all(
        [SOURCE, COPY].map((name) =>
          server.call('GET', '/model-versions/get-download-uri', { name, version: 1 }),
        ),
      );
      same(to, from, 'where the files lie');
      const again = await act('copy-version', inputs);
      same([again.code, again.outputs['outcome'], again.outputs['version']], [0, 'noop', '1'], 'again');
      return copied.outputs['digest'] ?? '';
    });
    yield await check(
      'mlflow-server: register-version registers what MLflow registered, field by field',
      async () => {
        const seen = async (model: string, number: number) =>
          registered.parse(await server.call('GET', '/model-versions/get', { name: model, version: number }))
            .model_version;
        const theirs = await seen(SOURCE, 1);
        const source = `runs:/${theirs.run_id}/model`;
        const inputs = { source, destination: REGISTERED, 'create-destination': 'true' };
        const made = await act('register-version', inputs);
        expectCode(made, 0);
        same(await seen(REGISTERED, 1), theirs, 'source, run and status');
        const again = await act('register-version', inputs);
        same([again.code, again.outputs['outcome'], again.outputs['version']], [0, 'noop', '1'], 'again');
        const folder = await act('register-version', {
          ...inputs,
          source: join(fixtures, 'fraud_detection'),
        });
        same(folder.outputs['outcome'], 'unsupported', 'a folder');
        const absent = await act('register-version', { ...inputs, source: `runs:/${'f'.repeat(32)}/model` });
        same(absent.outputs['outcome'], 'invalid', 'a run that is not there');
        return '';
      },
    );
    yield await check('mlflow-server: audit-aliases sees every alias', async () => {
      const audit = await act('audit-aliases', { models: 'fraud*' });
      same([audit.code, audit.outputs['models-seen'], audit.outputs['outcome']], [0, '2', 'ok'], 'outputs');
      return '';
    });
    yield await check('mlflow-server: gate-on-grants is unsupported', async () => {
      const gate = await act('gate-on-grants', { model: SOURCE });
      same([gate.code, gate.outputs['outcome']], [1, 'unsupported'], 'gate');
      return '';
    });
    yield await check('mlflow-server: what is not there is invalid', async () => {
      const model = await act('set-alias', { model: 'no such', alias: 'A', version: '1' });
      same([model.code, model.outputs['outcome']], [1, 'invalid'], 'model');
      const number = await act('set-alias', { model: SOURCE, alias: 'A', version: '9' });
      same([number.code, number.outputs['outcome']], [1, 'invalid'], 'version');
      return '';
    });
  } finally {
    await server.close();
  }
}
