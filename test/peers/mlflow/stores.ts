import { join } from 'node:path';
import { z } from 'zod';
import type { EmulatorOptions } from '../../../emulator/index.ts';
import { startDemoEmulator, type DemoEmulator } from '../harness/demo-emulator.ts';
import { check, same, type CaseResult } from '../harness/outcome.ts';
import { runCases, type PeerContext, type Server } from '../harness/script.ts';
import { asker, beside, googleOptions, motoOptions } from '../stores/suites.ts';
import { callMlflow } from './client.ts';
import { NATIVE_DIALECT } from './dialects.ts';

const BUCKET = 'metastore-of-others';
const KEY_ARN = 'arn:aws:kms:us-east-1:123456789012:key/0000-1111';

const keysResponse = z.tuple([z.string(), z.string(), z.string()]);
/** Size, algorithm and key of an object, by its name. */
const objectsResponse = z.record(
  z.string(),
  z.tuple([z.number(), z.string().nullable(), z.string().nullable()]),
);

type Encryption = NonNullable<NonNullable<EmulatorOptions['s3']>['encryption']>;

/** What the server tells of encryption, and what the store must then say of every object. */
const encryptions: readonly (readonly [
  test: string,
  reported: Encryption,
  stored: readonly [string, string | null],
])[] = [
  ['test_sse_s3', { algorithm: 'AWS_SSE_S3' }, ['AES256', null]],
  ['test_sse_kms', { algorithm: 'AWS_SSE_KMS', aws_kms_key_arn: KEY_ARN }, ['aws:kms', KEY_ARN]],
];

/** MLflow's client by temporary credentials that Amazon's token service gave out, all of it judged by moto. */
export async function* mlflowOnMoto({ python, fixtures, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  const name = 'mlflow, moto';
  if (!wanted(name)) return;
  const folder = join(fixtures, 'fraud_detection');
  yield* beside(motoOptions(python, 4), async function* (url, home) {
    const ask = asker(python, home);
    const keys = keysResponse.parse(await ask('moto_session', url, BUCKET));
    const objects = async () => objectsResponse.parse(await ask('s3_objects', url, ...keys, BUCKET));
    const world = (encryption?: Encryption): Promise<DemoEmulator> =>
      startDemoEmulator(
        { filesMode: 's3' },
        {
          bucket: BUCKET,
          accessKeyId: keys[0],
          secretAccessKey: keys[1],
          sessionToken: keys[2],
          ...(encryption && { encryption }),
        },
      );
    const client = ({ emulator, token }: DemoEmulator, env: Server['env'] = {}): Server => ({
      ...{ python, url: emulator.url, token },
      env: { MLFLOW_S3_ENDPOINT_URL: url, ...env },
    });
    yield* using(await world(), async function* (running) {
      yield* await runCases(client(running), name, 'life.py', [folder, 'staging.ml_team', 'prod.ml_team']);
      yield await check(`${name}: every byte is in the store, none in the workspace`, async () => {
        const found = Object.values(await objects());
        const kept = Object.values(running.emulator.state().models).flatMap(({ versions }) =>
          Object.values(versions).flatMap(({ files }) => Object.keys(files)),
        );
        if (found.length === 0) throw new Error('the store is empty');
        same(kept, [], 'files in the workspace');
        return `${found.length} objects`;
      });
    });
    for (const [test, reported, stored] of encryptions) {
      for (const [dialect, env] of [
        ['older', {}],
        ['native', NATIVE_DIALECT],
      ] as const) {
        yield* using(await world(reported), async function* (running) {
          yield await check(`${name}: ${test}, ${dialect} dialect`, () =>
            encrypted(client(running, env), {
              ...{ folder, dialect, stored, test, objects },
              metastore: running.emulator.metastore,
            }),
          );
        });
      }
    }
  });
}

interface EncryptedCase {
  readonly folder: string;
  readonly dialect: string;
  readonly test: string;
  readonly stored: readonly (string | null)[];
  readonly metastore: DemoEmulator['emulator']['metastore'];
  readonly objects: () => Promise<z.infer<typeof objectsResponse>>;
}

/** Registers a model; every object of its version must be encrypted as the server told. */
async function encrypted(
  server: Server,
  { folder, dialect, test, stored, objects, metastore }: EncryptedCase,
): Promise<string> {
  const model = `staging.ml_team.${test}_${dialect}`;
  await callMlflow(server, [{ do: 'register', folder, model }]);
  const place = metastore.model(model).versions.get(1)?.storageLocation ?? 's3://';
  const added = Object.entries(await objects()).filter(([key]) =>
    place.endsWith(key.split('/').slice(0, -1).join('/')),
  );
  if (added.length === 0) throw new Error('nothing was stored');
  for (const [key, [, ...how]] of added) same(how, stored, `encryption of ${key}`);
  return `${added.length} objects`;
}

/** MLflow's client by the token of Google Cloud Storage. */
export async function* mlflowOnGoogle({ python, fixtures, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  const name = 'mlflow, Google Cloud Storage';
  if (!wanted(name)) return;
  const folder = join(fixtures, 'fraud_detection');
  yield* beside(googleOptions(python, BUCKET), async function* (url) {
    for (const [dialect, env] of [
      ['older dialect', {}],
      ['native dialect', NATIVE_DIALECT],
    ] as const) {
      yield* using(
        await startDemoEmulator({ filesMode: 'presigned', vendedCredentials: 'gcp' }, { bucket: BUCKET }),
        async function* ({ emulator, token }) {
          const server = { python, url: emulator.url, token, env: { STORAGE_EMULATOR_HOST: url, ...env } };
          const args = [folder, 'staging.ml_team', 'prod.ml_team'];
          yield* await runCases(server, `${name}, ${dialect}`, 'life.py', args);
          yield await check(`${name}, ${dialect}: no file passed through the workspace`, () => {
            const strays = emulator.requests.filter(({ template }) => template.includes('/fs/'));
            same(strays, [], 'requests for files');
            return `${emulator.requests.length} requests`;
          });
        },
      );
    }
  });
}

async function* using(
  world: DemoEmulator,
  use: (world: DemoEmulator) => AsyncGenerator<CaseResult>,
): AsyncGenerator<CaseResult> {
  try {
    yield* use(world);
  } finally {
    await world.emulator.close();
  }
}
