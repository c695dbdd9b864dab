import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { MATRIX_RELEASES, prepareRelease, type PeerEnvironment } from '../../../scripts/peers/environment.ts';
import { root } from '../../../scripts/peers/folder.ts';
import { actionExists, expectCode, runAction } from '../harness/action.ts';
import { startDemoEmulator } from '../harness/demo-emulator.ts';
import { check, missingBundle, same, unavailable, type CaseResult } from '../harness/outcome.ts';
import type { PeerContext, Server } from '../harness/script.ts';
import { callMlflow, filesResponse, readModel } from './client.ts';

const suite = 'release matrix';

/** A client of the matrix. */
interface Client {
  readonly release: string;
  readonly environment: PeerEnvironment;
}

/**
 * The newest MLflow beside the oldest that users still run, and databricks-sdk likewise: what one registers, tags, names and
 * copies, our promotion takes on, and each loads by `@Champion` what the other made. Asked for by name only: the oldest
 * clients are made first, which takes minutes.
 */
export async function* releaseMatrix({ python, fixtures, named }: PeerContext): AsyncGenerator<CaseResult> {
  if (!named(suite)) return;
  if (!(await actionExists('.'))) return void (yield missingBundle(suite, '.'));
  const newest: Client = { release: 'newest', environment: { state: 'ready', python, versions: 'newest' } };
  for (const release of MATRIX_RELEASES) {
    const environment = await prepareRelease(root, release);
    if (environment.state === 'unavailable') {
      yield unavailable(`${suite}: MLflow ${release}`, environment);
      continue;
    }
    const old: Client = { release, environment };
    for (const [writer, reader] of [
      [old, newest],
      [newest, old],
    ] as const) {
      const title = `${suite}: ${writer.release} writes, ${reader.release} reads`;
      yield await check(title, () => byEachOthersHand(writer, reader, fixtures));
    }
  }
}

async function byEachOthersHand(writer: Client, reader: Client, fixtures: string): Promise<string> {
  const { emulator, token } = await startDemoEmulator();
  const serverOf = ({ environment }: Client): Server => {
    if (environment.state !== 'ready') throw new TypeError('The client is not there.');
    return { python: environment.python, url: emulator.url, token };
  };
  const names = {
    origin: 'staging.ml_team.matrix',
    ours: 'prod.ml_team.matrix',
    theirs: 'prod.ml_team.matrix_by_client',
  };
  const folder = join(fixtures, `matrix-${writer.release}-${reader.release}`);
  try {
    await cp(join(fixtures, 'fraud_detection'), folder, { recursive: true });
    await callMlflow(serverOf(writer), [{ do: 'register', folder, model: names.origin }]);
    const registered = emulator.metastore.model(names.origin).versions.get(1);
    if (registered === undefined) throw new Error('Nothing was registered.');
    // MLflow 3.6.0 copies only what has a logged model.
    registered.modelId ??= 'm-of-the-origin';
    emulator.metastore.addLoggedModel({ modelId: registered.modelId });
    await callMlflow(serverOf(writer), [
      { do: 'tag_version', model: names.origin, version: 1, key: 'team', value: 'risk' },
      { do: 'describe', model: names.origin, version: 1, description: 'Q3 retrain: é' },
      { do: 'set_alias', model: names.origin, alias: 'Candidate', version: 1 },
      { do: 'copy', source: `models:/${names.origin}/1`, destination: names.theirs },
      { do: 'set_alias', model: names.theirs, alias: 'Champion', version: 1 },
    ]);
    const promoted = await runAction({
      action: '.',
      with: {
        source: `models:/${names.origin}@Candidate`,
        destination: names.ours,
        'create-destination': 'true',
        'set-status': 'approved',
        registry: 'databricks',
      },
      url: emulator.url,
      host: emulator,
      token,
    });
    expectCode(promoted, 0);

    const read = await readModel(serverOf(reader), names.ours);
    same(read.aliases, { champion: 1 }, 'aliases of the promoted model');
    const version = read.versions['1'];
    same(
      [version?.status, version?.tags['team'], version?.description],
      ['READY', 'risk', 'Q3 retrain: é'],
      'its version',
    );
    const loaded = await Promise.all(
      [writer, reader].map(async (client) => {
        const places = [
          `models:/${names.origin}/1`,
          `models:/${names.ours}@Champion`,
          `models:/${names.theirs}@Champion`,
        ];
        const responses = await callMlflow(
          serverOf(client),
          places.map((uri) => ({ do: 'files', uri }) as const),
        );
        return z.array(filesResponse).parse(responses);
      }),
    );
    const [first] = loaded.flat();
    for (const files of loaded.flat()) same(files, first, 'files by sha256');
    // The reader moves on what was promoted, and the writer sees it.
    await callMlflow(serverOf(reader), [
      { do: 'tag_version', model: names.ours, version: 1, key: 'seen_by', value: reader.release },
      { do: 'set_alias', model: names.ours, alias: 'Checked', version: 1 },
    ]);
    const back = await readModel(serverOf(writer), names.ours);
    same(back.aliases, { champion: 1, checked: 1 }, 'aliases that the writer reads');
    same(back.versions['1']?.tags['seen_by'], reader.release, 'the tag that the writer reads');
    same(emulator.violations, [], 'requests that no registry knows');
    return `${Object.keys(first ?? {}).length} files`;
  } finally {
    await emulator.close();
  }
}
