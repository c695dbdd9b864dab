import { join } from 'node:path';
import { z } from 'zod';
import { startEmulator, type Emulator } from '../../../emulator/index.ts';
import { GOOD_FILES, PROMOTER } from '../../../emulator/seeds/demo-models.ts';
import { lastLines } from '../../../scripts/child.ts';
import { actionExists, expectCode, runAction } from '../harness/action.ts';
import { check, missingBundle, same, type CaseResult } from '../harness/outcome.ts';
import { runPeer, type PeerContext } from '../harness/script.ts';
import { startMlflow, type MlflowServer } from './server.ts';

const TOKEN = 'emulator-promoter';
const NAME = 'prod.ml_team.peer_managed';
const RENAMED = 'prod.ml_team.peer_renamed';

/** What `managed.py` reads of a model; null for none. */
const managed = z
  .object({
    owner: z.string(),
    comment: z.string(),
    description: z.string(),
    aliases: z.record(z.string(), z.int()),
    versions: z.record(z.string(), z.string()),
  })
  .nullable();

const versionsOf = z.object({ model_versions: z.array(z.object({ version: z.string() })).default([]) });

const model = z.object({
  registered_model: z.object({
    description: z.string(),
    aliases: z.array(z.object({ alias: z.string(), version: z.string() })),
  }),
});

/** What manage-model and clean-up made, read back by MLflow's client, and owners by the Databricks SDK. */
export async function* managedModels(context: PeerContext): AsyncGenerator<CaseResult> {
  if (!context.wanted('managed models')) return;
  for (const action of ['manage-model', 'clean-up']) {
    if (await actionExists(action)) continue;
    yield missingBundle('managed models', action);
    return;
  }
  const emulator = await startEmulator({ seed: 'demo' });
  try {
    yield* cases(context, emulator);
  } finally {
    await emulator.close();
  }
  const server = await startMlflow(context.python);
  try {
    yield await check('managed models: the same of a real MLflow server', () => onServer(context, server));
  } finally {
    await server.close();
  }
}

/** Created, cleaned up, renamed and deleted on a server of MLflow's own, which is asked what it has. */
async function onServer({ fixtures }: PeerContext, { url, call, register }: MlflowServer): Promise<string> {
  const [name, renamed] = ['peer managed', 'peer renamed'];
  const act = async (action: string, inputs: Record<string, string>) => {
    const ended = await runAction({ action, with: { registry: 'mlflow', ...inputs }, url, token: '' });
    expectCode(ended, 0);
    return ended.outputs['outcome'];
  };
  const numbersOf = async (model: string) =>
    versionsOf
      .parse(await call('GET', '/model-versions/search', { filter: `name = '${model}'` }))
      .model_versions.map(({ version }) => version)
      .sort();
  const outcomes = [
    await act('manage-model', { model: name, create: 'true', description: 'Scores.' }),
    await act('manage-model', { model: name, create: 'true', description: 'Scores.' }),
  ];
  for (let count = 0; count < 3; count += 1) await register(name, join(fixtures, 'fraud_detection'));
  for (const version of ['1', '2', '3'])
    await call('POST', '/model-versions/set-tag', {
      name,
      version,
      key: 'validation_status',
      value: 'rejected',
    });
  await act('set-alias', { model: name, alias: 'Champion', version: '2' });
  outcomes.push(await act('clean-up', { model: name, keep: '1', 'include-others': 'true' }));
  same(await numbersOf(name), ['2', '3'], 'versions');
  outcomes.push(await act('manage-model', { model: name, 'new-name': renamed }));
  same([await numbersOf(name), await numbersOf(renamed)], [[], ['2', '3']], 'versions after the rename');
  const { description, aliases } = model.parse(
    await call('GET', '/registered-models/get', { name: renamed }),
  ).registered_model;
  same([description, aliases], ['Scores.', [{ alias: 'Champion', version: '2' }]], 'model');
  await act('set-alias', { model: renamed, alias: 'Champion', delete: 'true' });
  const all = { model: renamed, keep: '1', 'keep-days': '0', 'include-others': 'true' };
  outcomes.push(await act('clean-up', all));
  same(await numbersOf(renamed), ['3'], 'versions, of which the newest stays');
  same(outcomes, ['ok', 'noop', 'ok', 'ok', 'ok'], 'outcomes');
  return 'by its REST API';
}

async function* cases({ python }: PeerContext, emulator: Emulator): AsyncGenerator<CaseResult> {
  const { url, metastore } = emulator;
  const act = async (action: string, inputs: Record<string, string>) => {
    const ended = await runAction({
      action,
      with: { registry: 'databricks', ...inputs },
      url,
      token: TOKEN,
      host: emulator,
    });
    expectCode(ended, 0);
    same(ended.outputs['outcome'], 'ok', 'outcome');
  };
  const read = async (name: string) => {
    const { code, stdout, stderr } = await runPeer({ python, url, token: TOKEN }, 'managed.py', [name]);
    if (code !== 0) throw new Error(lastLines(stderr));
    return managed.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  };
  const made = { owner: 'ml-deployers', comment: 'Scores.', description: 'Scores.' };

  yield await check('managed models: created, described and given to a group', async () => {
    await act('manage-model', {
      model: NAME,
      create: 'true',
      description: 'Scores.',
      owner: 'ml-deployers',
    });
    same(await read(NAME), { ...made, aliases: {}, versions: {} }, 'model');
    return 'owner by the SDK';
  });
  yield await check('managed models: cleaned up, all but what is named, served or new', async () => {
    const rejected = { validation_status: 'rejected' };
    for (let count = 0; count < 4; count += 1)
      metastore.addVersion(NAME, { files: GOOD_FILES, createdBy: PROMOTER, tags: rejected });
    await act('set-alias', { model: NAME, alias: 'Champion', version: '2', 'require-signature': 'off' });
    metastore.workspace.addEndpoint('peer-rt', {
      creator: PROMOTER,
      served: [{ entity_name: NAME, entity_version: '3' }],
    });
    await act('clean-up', { model: NAME, keep: '1' });
    const versions = { 2: 'READY', 3: 'READY', 4: 'READY' };
    same(await read(NAME), { ...made, aliases: { champion: 2 }, versions }, 'model');
    return 'version 1 is gone';
  });
  yield await check('managed models: renamed with all that it has, and its description removed', async () => {
    metastore.state.workspace.endpoints.clear();
    await act('manage-model', { model: NAME, 'new-name': 'peer_renamed' });
    await act('manage-model', { model: RENAMED, 'remove-description': 'true' });
    const versions = { 2: 'READY', 3: 'READY', 4: 'READY' };
    const wanted = { ...made, comment: '', description: '', aliases: { champion: 2 }, versions };
    same([await read(NAME), await read(RENAMED)], [null, wanted], 'models');
    return '';
  });
  yield await check('managed models: deleted once it has no versions', async () => {
    metastore.model(RENAMED).versions.clear();
    metastore.model(RENAMED).aliases.clear();
    await act('manage-model', { model: RENAMED, delete: 'true' });
    same(await read(RENAMED), null, 'model');
    return '';
  });
  yield await check('managed models: nothing sent that the protocol does not know', () => {
    same(emulator.violations, [], 'violations');
    return `${emulator.requests.length} requests`;
  });
}
