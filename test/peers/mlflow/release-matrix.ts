import { join } from 'node:path';
import { z } from 'zod';
import { MATRIX_RELEASES, prepareRelease, type PeerEnvironment } from '../../../scripts/peers/environment.ts';
import { root } from '../../../scripts/peers/folder.ts';
import { actionExists, expectCode, runAction } from '../harness/action.ts';
import { RUN, startDemoEmulator } from '../harness/demo-emulator.ts';
import { check, missingBundle, same, unavailable, type CaseResult } from '../harness/outcome.ts';
import type { PeerContext, Server } from '../harness/script.ts';
import { callMlflow, filesResponse, readModel } from './client.ts';
import { s3Of } from './suites.ts';

const suite = 'release matrix';

/** A client of the matrix. */
interface Client {
  readonly release: string;
  readonly environment: PeerEnvironment;
  /** Variables of this client alone. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Where the files of the registry are, and what the clients of such a store need. */
interface Place {
  readonly name: string;
  readonly switches: NonNullable<Parameters<typeof startDemoEmulator>[0]>;
  readonly stores?: (url: string) => Readonly<Record<string, string>>;
  /** Of the old client alone. */
  readonly env?: Readonly<Record<string, string>>;
}

const DEFAULT_STORAGE: Place = { name: 'default storage', switches: {} };

/** A bucket of the customer, by temporary credentials. */
const OWN_BUCKET: Place = {
  name: 'a bucket of the customer',
  switches: { filesMode: 'presigned', vendedCredentials: 'aws' },
  stores: s3Of,
};

/**
 * The places that a release can read and write (`store/artifact/unity_catalog_models_artifact_repo.py` of each). 2.9.2 has no
 * way to default storage: it knows temporary credentials alone. 2.16.2 has signed URLs, and lists with a query that is
 * no dictionary, on which every databricks-sdk since 0.20 fails (`_fix_query_string`): only without the SDK it comes through.
 */
const PLACES: Readonly<Record<(typeof MATRIX_RELEASES)[number], readonly Place[]>> = {
  '3.6.0': [DEFAULT_STORAGE],
  '2.22.5': [DEFAULT_STORAGE],
  '2.16.2': [OWN_BUCKET, { ...DEFAULT_STORAGE, env: { MLFLOW_ENABLE_DB_SDK: 'false' } }],
  '2.9.2': [OWN_BUCKET],
};

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
    for (const place of PLACES[release]) {
      const old: Client = { release, environment, ...(place.env === undefined ? {} : { env: place.env }) };
      for (const [writer, reader] of [
        [old, newest],
        [newest, old],
      ] as const) {
        const title = `${suite}: ${writer.release} writes, ${reader.release} reads, ${place.name}`;
        yield await check(title, () => byEachOthersHand(writer, reader, place, fixtures));
      }
    }
  }
}

async function byEachOthersHand(
  writer: Client,
  reader: Client,
  place: Place,
  fixtures: string,
): Promise<string> {
  const { emulator, token } = await startDemoEmulator(place.switches);
  const stores = place.stores?.(emulator.url) ?? {};
  const serverOf = ({ environment, env }: Client): Server => {
    if (environment.state !== 'ready') throw new TypeError('The client is not there.');
    return { python: environment.python, url: emulator.url, token, env: { ...stores, ...env } };
  };
  const names = {
    origin: 'staging.ml_team.matrix',
    ours: 'prod.ml_team.matrix',
    theirs: 'prod.ml_team.matrix_by_client',
  };
  const folder = join(fixtures, `matrix-${writer.release}-${reader.release}-${place.name}`);
  try {
    await callMlflow(serverOf(writer), [
      { do: 'save', data: join(fixtures, 'fraud_detection', 'model.pkl'), folder, run: RUN.runId },
      { do: 'register', folder, model: names.origin },
    ]);
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
      env: { AWS_ENDPOINT_URL_S3: `${emulator.url}/object-store/s3` },
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
