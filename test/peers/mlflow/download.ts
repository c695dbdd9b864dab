import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { ROOT } from '../../imports.ts';
import { actionExists, expectCode, runAction } from '../harness/action.ts';
import { startDemoEmulator } from '../harness/demo-emulator.ts';
import { check, missingBundle, same, type CaseResult } from '../harness/outcome.ts';
import type { PeerContext } from '../harness/script.ts';
import { callMlflow, filesResponse, predictResponse, registryMethodsResponse } from './client.ts';

const name = 'download-version';
const source = 'staging.ml_team.peer_download';
const copy = 'prod.ml_team.peer_download';

/** A version that MLflow registered and a copy of it, each downloaded by us and by MLflow's client, and loaded from our folder. */
export async function* downloads({ python, fixtures, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted(name)) return;
  if (!(await actionExists(name))) {
    yield missingBundle(name, name);
    return;
  }
  const own = await mkdtemp(join(tmpdir(), 'uc-promote-peer-download-'));
  const { emulator, token } = await startDemoEmulator();
  const server = { python, url: emulator.url, token };
  const step = async (action: string, inputs: Readonly<Record<string, string>>) => {
    const result = await runAction({ action, with: inputs, url: emulator.url, host: emulator, token });
    expectCode(result, 0);
    return result.outputs;
  };
  try {
    const folder = join(own, 'registered');
    await cp(join(fixtures, 'fraud_detection'), folder, { recursive: true });
    await callMlflow(server, [{ do: 'register', folder, model: source }]);
    const { digest } = await step('copy-version', {
      source: `models:/${source}/1`,
      destination: copy,
      'create-destination': 'true',
    });
    for (const [model, verified] of [
      [source, 'sizes'],
      [copy, 'digest'],
    ] as const) {
      const uri = `models:/${model}/1`;
      const target = join(own, verified);
      yield await check(
        `${name}: the files and bytes that MLflow downloads, verified by ${verified}`,
        async () => {
          const outputs = await step(name, { model, version: '1', folder: target });
          same(
            [outputs['verified'], outputs['digest'], outputs['path']],
            [verified, digest, target],
            'outputs',
          );
          const [theirs] = await callMlflow(server, [{ do: 'files', uri }]);
          same(await filesIn(target), filesResponse.parse(theirs), 'files');
          return `${outputs['files'] ?? ''} files, ${outputs['bytes'] ?? ''} bytes`;
        },
      );
      yield await check(
        `${name}: MLflow loads the folder of ${verified}, and it predicts what the version does`,
        async () => {
          const [byUri, byFolder] = await callMlflow(server, [
            { do: 'predict', uri },
            { do: 'predict', uri: target },
          ]);
          same(predictResponse.parse(byFolder), predictResponse.parse(byUri), 'predictions');
          return `${predictResponse.parse(byFolder).is_fraud.length} rows`;
        },
      );
    }
    yield await check(
      `${name}: docs/platform.md names every method of MLflow's client on models and versions`,
      async () => {
        const [answer] = await callMlflow(server, [{ do: 'registry_methods' }]);
        const page = await readFile(join(ROOT, 'docs/platform.md'), 'utf8');
        const methods = registryMethodsResponse.parse(answer);
        same(
          methods.filter((method) => !page.includes(`\`${method}\``)),
          [],
          'methods that the page does not name',
        );
        return `${methods.length} methods`;
      },
    );
    yield await check(`${name}: nothing sent that the protocol does not know`, () => {
      same(emulator.violations, [], 'violations');
      return `${emulator.requests.length} requests`;
    });
  } finally {
    await emulator.close();
    await rm(own, { recursive: true, force: true });
  }
}

/** sha256 of every file below a folder, whatever its name. */
async function filesIn(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    files[relative(folder, path).split(sep).join('/')] = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  }
  return files;
}
