import { createHash, randomBytes } from 'node:crypto';
import { cp, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { actionExists, expectCode, runAction } from '../harness/action.ts';
import { startDemoEmulator } from '../harness/demo-emulator.ts';
import { check, missingBundle, same, type CaseResult } from '../harness/outcome.ts';
import type { PeerContext } from '../harness/script.ts';
import { callMlflow, filesResponse, readModel } from './client.ts';
import { s3Of } from './suites.ts';

const source = 'staging.ml_team.peer_copy';
const destination = 'prod.ml_team.peer_copy';

/** Above the 50 MiB from which an upload goes in parts, and no multiple of a part. */
const largeBytes = 53 * 1024 * 1024 + 17;

const name = 'copy-version';

/** The routes of MLflow's client beside the Files API, and where the bytes of each come from. */
const routes = [
  {
    route: 'presigned URLs',
    switches: { filesMode: 'presigned', vendedCredentials: 'none' },
    store: '/cloud-storage/',
  },
  {
    route: 'temporary credentials of S3',
    switches: { filesMode: 'presigned', vendedCredentials: 'aws' },
    store: '/object-store/s3/{bucket}/{key*}',
  },
] as const;

/** A version with one large file: MLflow registers it, `copy-version` copies it, MLflow judges the copy and copies it on. */
export async function* copies({ python, fixtures, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted(name)) return;
  if (!(await actionExists(name))) {
    yield missingBundle(name, name);
    return;
  }
  const folder = join(fixtures, 'peer_copy');
  await cp(join(fixtures, 'fraud_detection'), folder, { recursive: true });
  await writeFile(join(folder, 'weights.bin'), randomBytes(largeBytes));
  const { emulator, token } = await startDemoEmulator();
  const server = { python, url: emulator.url, token };
  let digest: string | undefined;
  const act = async (): Promise<Readonly<Record<string, string>>> => {
    const result = await runAction({
      action: name,
      with: { source: `models:/${source}/1`, destination, 'create-destination': 'true' },
      url: emulator.url,
      host: emulator,
      token,
    });
    expectCode(result, 0);
    return result.outputs;
  };
  try {
    yield await check(`${name}: copies what MLflow registered`, async () => {
      await callMlflow(server, [
        { do: 'register', folder, model: source },
        { do: 'tag_version', model: source, version: 1, key: 'team', value: 'risk' },
        { do: 'tag_version', model: source, version: 1, key: 'validation_status', value: 'approved' },
        { do: 'describe', model: source, version: 1, description: 'Q3 retrain' },
        { do: 'set_alias', model: source, alias: 'Champion', version: 1 },
      ]);
      const outputs = await act();
      digest = outputs['digest'];
      same([outputs['outcome'], outputs['version'], outputs['source-version']], ['ok', '1', '1'], 'outputs');
      return `${outputs['files'] ?? ''} files, ${outputs['bytes'] ?? ''} bytes`;
    });
    yield await check(`${name}: MLflow downloads from the copy the bytes that were registered`, async () => {
      const [response] = await callMlflow(server, [{ do: 'files', uri: `models:/${destination}/1` }]);
      const wantedFiles: Record<string, string> = {};
      for (const file of (await readdir(folder)).sort()) {
        wantedFiles[file] = createHash('sha256')
          .update(await readFile(join(folder, file)))
          .digest('hex');
      }
      const found = Object.entries(filesResponse.parse(response)).sort();
      same(found, Object.entries(wantedFiles).sort(), 'files');
      return `${found.length} files`;
    });
    for (const { route, switches, store } of routes) {
      yield await check(`${name}: MLflow downloads the same bytes by ${route}`, async () => {
        const wantedFiles = await callMlflow(server, [{ do: 'files', uri: `models:/${destination}/1` }]);
        const { filesMode, vendedCredentials } = emulator.switches;
        const before = emulator.requests.length;
        Object.assign(emulator.switches, switches);
        try {
          const found = await callMlflow({ ...server, env: s3Of(emulator.url) }, [
            { do: 'files', uri: `models:/${destination}/1` },
          ]);
          same(found, wantedFiles, 'files');
        } finally {
          Object.assign(emulator.switches, { filesMode, vendedCredentials });
        }
        const read = emulator.requests
          .slice(before)
          .filter(({ method, template }) => method === 'GET' && template.startsWith(store));
        if (read.length === 0) throw new Error(`no file was read by ${route}`);
        return `${read.length} requests to the store`;
      });
    }
    yield await check(
      `${name}: MLflow reads description and tags, but neither alias nor approval`,
      async () => {
        const { aliases, versions } = await readModel(server, destination);
        same(aliases, {}, 'aliases');
        const copy = versions['1'];
        same(
          [copy?.status, copy?.description, copy?.tags['team']],
          ['READY', 'Q3 retrain', 'risk'],
          'the copy',
        );
        same(copy?.tags['validation_status'], undefined, 'validation_status of the copy');
        same(copy?.source, `models:/${source}/1`, 'source');
        return '';
      },
    );
    yield await check(`${name}: again changes nothing`, async () => {
      const before = JSON.stringify(emulator.state());
      const outputs = await act();
      same([outputs['outcome'], outputs['changed'], outputs['version']], ['noop', 'false', '1'], 'outputs');
      if (JSON.stringify(emulator.state()) !== before)
        throw new Error('the state of the registry is another one');
      return '';
    });
    yield await check(`${name}: MLflow copies the copy on`, async () => {
      const [version] = await callMlflow(server, [
        { do: 'copy', source: `models:/${destination}/1`, destination: `${destination}_next` },
      ]);
      same(version, 1, 'version');
      return '';
    });
    yield await check(
      `${name}: a copy that MLflow made has one file more, which ours leaves out`,
      async () => {
        const filesIn = (model: string) =>
          Object.keys(emulator.state().models[model]?.versions['1']?.files ?? {});
        const stray = filesIn(`${destination}_next`).filter((file) => !filesIn(destination).includes(file));
        same(stray, ['registered_model_meta'], 'files that are only in the copy by MLflow');
        const ours = await runAction({
          action: name,
          with: {
            source: `models:/${destination}_next/1`,
            destination: `${destination}_third`,
            'create-destination': 'true',
          },
          url: emulator.url,
          host: emulator,
          token,
        });
        expectCode(ours, 0);
        same(filesIn(`${destination}_third`).sort(), filesIn(destination).sort(), 'files of our copy of it');
        same(ours.outputs['digest'], digest, 'digest of our copy of it');
        return stray.join(', ');
      },
    );
    yield await check(`${name}: nothing sent that the protocol does not know`, () => {
      if (emulator.violations.length > 0) throw new Error(emulator.violations.slice(0, 3).join('; '));
      return `${emulator.requests.length} requests`;
    });
  } finally {
    await emulator.close();
  }
}
