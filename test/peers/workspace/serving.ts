import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator, type Emulator, type Switches } from '../../../emulator/index.ts';
import { GOOD_FILES, PROD } from '../../../emulator/seeds/demo-models.ts';
import { actionExists, expectCode, runAction, type StepResult } from '../harness/action.ts';
import { check, missingBundle, same, type CaseResult } from '../harness/outcome.ts';
import { runCases, type PeerContext } from '../harness/script.ts';

/** Ways of the emulator in which a read gives back less, or more, than was written. */
const VARIANTS: Readonly<Record<string, Partial<Switches>>> = {
  'workspace-serving': {},
  'workspace-serving, other answers': {
    servingSizeEcho: 'size-and-concurrency',
    servingReadOnlyFields: 'refused',
    servingAutoCaptureOmitted: 'removed',
    servingConflict: '400-invalid-state',
    shuffledLists: true,
  },
};

/** `update-serving` on endpoints that databricks-sdk-py made, and databricks-sdk-py on what `update-serving` made of them. */
export const servingVariants = Object.entries(VARIANTS).map(
  ([name, switches]) =>
    async function* workspaceServing({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
      if (!wanted(name)) return;
      if (!(await actionExists('update-serving'))) {
        yield missingBundle(name, 'update-serving');
        return;
      }
      const emulator = await startEmulator({ seed: 'demo', switches });
      const { metastore } = emulator;
      metastore.addVersion(PROD, { files: { ...GOOD_FILES, 'model.pkl': 'second' } });
      metastore.workspace.addFeatureSpec('prod.ml_team.features');
      metastore.workspace.setServingTimes({ build: 500, route: 100 });
      const folder = await mkdtemp(join(tmpdir(), 'uc-promote-endpoints-'));
      try {
        yield* cases(name, emulator, { python, folder });
      } finally {
        await rm(folder, { recursive: true, force: true });
        await emulator.close();
      }
    },
);

async function* cases(
  name: string,
  emulator: Emulator,
  { python, folder }: { readonly python: string; readonly folder: string },
): AsyncGenerator<CaseResult> {
  const { url, metastore } = emulator;
  const token = 'emulator-promoter';
  const sdk = (step: string) =>
    runCases({ python, url, token }, name, 'our_endpoints.py', [step, PROD, folder]);
  const update = (more: Readonly<Record<string, string>> = {}): Promise<StepResult> =>
    runAction({
      action: 'update-serving',
      with: { model: PROD, alias: 'Champion', endpoints: 'peer-rt', ...more },
      url,
      token,
    });

  yield* await sdk('make');
  yield await check(`${name}: update-serving sets what it made to the version of an alias`, async () => {
    metastore.setAlias(PROD, 'Champion', 2);
    const seen = await update();
    expectCode(seen, 0);
    same(seen.outputs['version'], '2', 'version');
    return seen.outputs['updates'] ?? '';
  });
  yield* await sdk('kept');
  yield await check(`${name}: update-serving goes back, and keeps what it came from`, async () => {
    metastore.setAlias(PROD, 'Champion', 1);
    const seen = await update({ 'keep-previous': 'true' });
    expectCode(seen, 0);
    return seen.outputs['updates'] ?? '';
  });
  yield* await sdk('moved-back');
  yield await check(`${name}: update-serving takes the requests that it moved over again`, async () => {
    const seen = await update({ 'keep-previous': 'true' });
    expectCode(seen, 0);
    same((await update({ 'keep-previous': 'true' })).outputs['outcome'], 'noop', 'outcome of another run');
    return seen.outputs['updates'] ?? '';
  });
  yield await check(`${name}: nothing sent that the protocol does not know`, () => {
    if (emulator.violations.length > 0) throw new Error(emulator.violations.slice(0, 3).join('; '));
    return `${emulator.requests.length} requests`;
  });
}
