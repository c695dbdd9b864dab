import { join } from 'node:path';
import { z } from 'zod';
import { actionExists, expectCode, runAction, type StepResult } from '../harness/action.ts';
import { startGateway, type Gateway } from '../harness/below-a-path.ts';
import { callMlflow, filesResponse, predictResponse, readModel } from './client.ts';
import { startMlflow, tokenOf, type Account, type MlflowServer } from './server.ts';
import { check, failure, missingBundle, same, type CaseResult } from '../harness/outcome.ts';
import type { PeerContext } from '../harness/script.ts';

const SOURCE = 'fraud staging';
const DESTINATION = 'fraud prod';
const ADMIN: Account = { username: 'admin', password: 'correct-horse-battery' };
const READER: Account = { username: 'reader', password: 'staple-of-the-reader' };

const versions = z.object({ model_versions: z.array(z.unknown()).default([]) });

/**
 * The mission on a real MLflow server that stands below a path of its host and asks for HTTP Basic, by MLflow's own
 * basic-auth app: the root action promotes, MLflow's client loads by the alias.
 */
export async function* mlflowPromotion(context: PeerContext): AsyncGenerator<CaseResult> {
  if (!context.wanted('mlflow-promote')) return;
  for (const action of ['.', 'set-alias', 'find-version', 'check-connection']) {
    if (await actionExists(action)) continue;
    yield missingBundle('mlflow-promote', action);
    return;
  }
  let server: MlflowServer;
  try {
    server = await startMlflow(context.python, ADMIN);
  } catch (error) {
    yield failure('mlflow-promote: starts', error);
    return;
  }
  try {
    const gateway = await startGateway(server.url, '/tools/mlflow');
    try {
      yield* cases(context, server, gateway);
    } finally {
      await gateway.close();
    }
  } finally {
    await server.close();
  }
}

async function* cases(
  { python, fixtures }: PeerContext,
  server: MlflowServer,
  { url }: Gateway,
): AsyncGenerator<CaseResult> {
  const act = (action: string, inputs: Record<string, string>, token = tokenOf(ADMIN)): Promise<StepResult> =>
    runAction({ action, with: { registry: 'mlflow', ...inputs }, url, token });
  const source = `models:/${SOURCE}/2`;
  const promote = (inputs: Record<string, string> = {}) =>
    act('.', { source, destination: DESTINATION, 'create-destination': 'true', ...inputs });
  const versionsOf = async (name: string) =>
    versions.parse(await server.call('GET', '/model-versions/search', { filter: `name = '${name}'` }))
      .model_versions.length;
  const client = {
    python,
    url,
    token: '',
    env: {
      MLFLOW_TRACKING_URI: url,
      MLFLOW_REGISTRY_URI: url,
      MLFLOW_TRACKING_USERNAME: ADMIN.username,
      MLFLOW_TRACKING_PASSWORD: ADMIN.password,
    },
  };
  const folder = join(fixtures, 'fraud_detection');
  await server.call('POST', '/registered-models/create', { name: SOURCE });
  await server.register(SOURCE, join(fixtures, 'fraud_detection_v0'));
  await server.register(SOURCE, folder);
  await server.call('POST', '/users/create', { ...READER });

  yield await check('mlflow-promote: found by itself below a path', async () => {
    const found = await act('find-version', { registry: 'auto', model: SOURCE });
    expectCode(found, 0);
    same(found.outputs['uri'], source, 'uri');
    return '';
  });
  yield await check('mlflow-promote: a wrong password is told as such', async () => {
    const refused = await act(
      'find-version',
      { model: SOURCE },
      tokenOf({ ...ADMIN, password: 'Tr0ub4dor' }),
    );
    same([refused.code, refused.outputs['outcome']], [1, 'denied'], 'outcome');
    if (!refused.log.includes('You are not authenticated')) throw new Error(refused.log.slice(-600));
    if (refused.log.replaceAll(/^::add-mask::.*$/gmu, '').includes('Tr0ub4dor'))
      throw new Error('the password is printed');
    return '';
  });
  yield await check('mlflow-promote: a dry run changes nothing', async () => {
    const planned = await promote({ 'dry-run': 'true' });
    expectCode(planned, 0);
    same([planned.outputs['changed'], planned.outputs['would-change']], ['false', 'true'], 'outputs');
    same(await versionsOf(DESTINATION), 0, 'versions of the destination');
    return '';
  });
  yield await check('mlflow-promote: copied as a pointer, validated, tagged, alias moved', async () => {
    const result = await promote({
      'compare-with': `models:/${SOURCE}/1`,
      'set-status': 'approved',
      'validate-command': 'node --version',
    });
    expectCode(result, 0);
    same([result.outputs['outcome'], result.outputs['version']], ['ok', '1'], 'outputs');
    if (!result.summary.includes('no files were copied')) throw new Error('the summary does not say so');
    if (/databricks|catalog explorer|GRANT /iu.test(result.summary))
      throw new Error('the summary speaks of another registry');
    const undo = `mlflow.MlflowClient().delete_registered_model_alias("${DESTINATION}", "Champion")`;
    if (!result.log.includes(undo)) throw new Error(`the log does not say ${undo}`);
    const read = await readModel(client, DESTINATION);
    same(read.aliases, { champion: 1 }, 'aliases that MLflow reads');
    same(read.versions['1']?.tags['validation_status'], 'approved', 'tag that MLflow reads');
    return '';
  });
  yield await check(
    'mlflow-promote: MLflow loads by the alias what was approved, byte for byte',
    async () => {
      const [local, old, champion] = (
        await callMlflow(client, [
          { do: 'predict', uri: folder },
          { do: 'predict', uri: `models:/${SOURCE}/1` },
          { do: 'predict', uri: `models:/${DESTINATION}@Champion` },
        ])
      ).map((response) => predictResponse.parse(response));
      same(champion, local, 'predictions');
      if (JSON.stringify(old) === JSON.stringify(local))
        throw new Error('the other version predicts the same: proves nothing');
      const [from, to] = (
        await callMlflow(client, [
          { do: 'files', uri: source },
          { do: 'files', uri: `models:/${DESTINATION}@Champion` },
        ])
      ).map((response) => filesResponse.parse(response));
      same(to, from, 'files');
      return `${Object.keys(to ?? {}).length} files`;
    },
  );
  yield await check('mlflow-promote: again is no change', async () => {
    const again = await promote({ 'set-status': 'approved' });
    same([again.code, again.outputs['outcome'], again.outputs['changed']], [0, 'noop', 'false'], 'outputs');
    same(await versionsOf(DESTINATION), 1, 'versions of the destination');
    return '';
  });
  yield await check('mlflow-promote: the printed undo is run by MLflow as it stands', async () => {
    const moved = await act('set-alias', { model: SOURCE, alias: 'Champion', version: '2' });
    expectCode(moved, 0);
    const commands = [...moved.log.matchAll(/mlflow\.MlflowClient\(\)\..+/gu)];
    same(commands.length, 1, 'commands in the log');
    await callMlflow(client, [{ do: 'run', code: `import mlflow\n${commands[0]?.[0] ?? ''}` }]);
    same((await readModel(client, SOURCE)).aliases, {}, 'aliases after it');
    return '';
  });
  yield await check('mlflow-promote: whom the server refuses is denied, and nothing is changed', async () => {
    const set = { model: DESTINATION, alias: 'Challenger', version: '1' };
    const refused = await act('set-alias', set, tokenOf(READER));
    same(
      [refused.code, refused.outputs['outcome'], refused.outputs['changed']],
      [1, 'denied', 'false'],
      'reader',
    );
    expectCode(await act('find-version', { model: DESTINATION, alias: 'Champion' }, tokenOf(READER)), 0);
    same((await readModel(client, DESTINATION)).aliases, { champion: 1 }, 'aliases');
    return '';
  });
  yield await check('mlflow-promote: check-connection says what is there and what is not', async () => {
    const checked = await act('check-connection', { model: SOURCE, catalogs: 'prod' });
    expectCode(checked, 0);
    for (const said of ['this registry has no catalogs', 'MLmodel of version 2'])
      if (!checked.summary.includes(said)) throw new Error(`the summary does not say "${said}"`);
    return '';
  });
}
