import { join } from 'node:path';
import { startEmulator } from '../../../emulator/index.ts';
import { actionExists, expectCode, runAction, type StepResult } from '../harness/action.ts';
import { check, missingBundle, same, type CaseResult } from '../harness/outcome.ts';
import type { PeerContext } from '../harness/script.ts';
import { callMlflow, filesResponse, predictResponse, readModel } from './client.ts';

const staging = 'staging.ml_team.fraud_detection';
const prod = 'prod.ml_team.fraud_detection';

/**
 * The mission, end to end, in the world of the demo: MLflow registers in staging as the trainer, the root action
 * promotes as the service principal, MLflow loads `@Champion` and predicts what the local model predicts.
 */
export async function* mission({ python, fixtures, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted('mission')) return;
  if (!(await actionExists('.'))) {
    yield missingBundle('mission', 'the root action');
    return;
  }
  const folder = join(fixtures, 'fraud_detection');
  const emulator = await startEmulator({ seed: 'demo' });
  const trainer = { python, url: emulator.url, token: 'emulator-trainer' };
  const promoter = { python, url: emulator.url, token: 'emulator-promoter' };
  const promote = (inputs: Record<string, string>): Promise<StepResult> =>
    runAction({
      action: '.',
      with: { destination: prod, ...inputs },
      url: emulator.url,
      host: emulator,
      token: promoter.token,
    });
  const champion = async (): Promise<number | undefined> =>
    (await readModel(promoter, prod)).aliases['champion'];
  let source = '';
  try {
    yield await check('mission: MLflow registers in staging', async () => {
      const [version] = await callMlflow(trainer, [{ do: 'register', folder, model: staging }]);
      source = `models:/${staging}/${String(version)}`;
      await callMlflow(trainer, [
        {
          do: 'tag_version',
          model: staging,
          version: Number(version),
          key: 'validation_status',
          value: 'approved',
        },
      ]);
      same(await champion(), 1, 'Champion before');
      return source;
    });
    yield await check('mission: a dry run of promote changes nothing', async () => {
      const before = JSON.stringify(emulator.state());
      const result = await promote({ source, 'dry-run': 'true' });
      expectCode(result, 0);
      same([result.outputs['changed'], result.outputs['would-change']], ['false', 'true'], 'outputs');
      if (JSON.stringify(emulator.state()) !== before)
        throw new Error('the state of the registry is another one');
      return '';
    });
    yield await check('mission: a version without signature is refused and Champion stays', async () => {
      const before = JSON.stringify(emulator.state());
      const result = await promote({ source: `models:/${staging}/2` });
      expectCode(result, 1);
      same(result.outputs['outcome'], 'blocked', 'outcome');
      if (JSON.stringify(emulator.state()) !== before)
        throw new Error('the state of the registry is another one');
      same(await champion(), 1, 'Champion');
      return '';
    });
    yield await check('mission: promote copies, validates, tags and moves Champion', async () => {
      const result = await promote({ source, 'require-status': 'approved', 'set-status': 'approved' });
      expectCode(result, 0);
      const { outcome, version, uri } = result.outputs;
      same([outcome, version, uri], ['ok', '2', `models:/${prod}/2`], 'outputs');
      const read = await readModel(promoter, prod);
      same(read.aliases, { champion: 2 }, 'aliases that MLflow reads');
      same(read.versions['2']?.status, 'READY', 'status that MLflow reads');
      same(read.versions['2']?.tags['validation_status'], 'approved', 'tag that MLflow reads');
      return uri ?? '';
    });
    yield await check(
      'mission: MLflow loads @Champion and predicts the same numbers as the local model',
      async () => {
        const [local, old, remote] = (
          await callMlflow(promoter, [
            { do: 'predict', uri: folder },
            { do: 'predict', uri: `models:/${prod}/1` },
            { do: 'predict', uri: `models:/${prod}@Champion` },
          ])
        ).map((response) => predictResponse.parse(response));
        same(remote, local, 'predictions');
        if (JSON.stringify(old) === JSON.stringify(remote))
          throw new Error('the former Champion predicts the same: proves nothing');
        return (remote?.probability ?? []).map((value) => value.toFixed(4)).join(' ');
      },
    );
    yield await check('mission: MLflow downloads the same bytes from source and copy', async () => {
      const [from, to] = (
        await callMlflow(promoter, [
          { do: 'files', uri: source },
          { do: 'files', uri: `models:/${prod}/2` },
        ])
      ).map((response) => filesResponse.parse(response));
      same(to, from, 'files');
      return `${Object.keys(to ?? {}).length} files`;
    });
    yield await check('mission: promote again is no change', async () => {
      const result = await promote({ source, 'require-status': 'approved', 'set-status': 'approved' });
      expectCode(result, 0);
      same(
        [result.outputs['outcome'], result.outputs['changed'], await champion()],
        ['noop', 'false', 2],
        'outputs, Champion',
      );
      return '';
    });
    yield await check('mission: nothing sent that the protocol does not know', () => {
      if (emulator.violations.length > 0) throw new Error(emulator.violations.slice(0, 3).join('; '));
      return `${emulator.requests.length} requests`;
    });
  } finally {
    await emulator.close();
  }
}
