import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { childEnvironment, lastLines, runChild } from '../../../scripts/child.ts';
import { peersFolder } from '../../../scripts/peers/folder.ts';
import { buildGoTool } from '../harness/go-tools.ts';
import { startOptional } from '../harness/optional-peer.ts';
import { check, same, unavailable, type CaseResult } from '../harness/outcome.ts';
import { packageCommand, preparePackages } from '../harness/packages.ts';
import type { PeerContext } from '../harness/script.ts';
import { startPeerServer, type PeerServerOptions } from '../harness/server.ts';
import {
  FILE_PATH,
  FILE_SHA256,
  goOnAfterEnd,
  listInPages,
  putAndList,
  refusalOf,
  sendAndRead,
  type Trial,
} from './trial.ts';

const BUCKET = 'models';
const FOLDER = 'metastore/versions/1';

/** Asks `stores.py` something; the answer is JSON. */
export type Ask = (what: string, ...args: readonly string[]) => Promise<unknown>;

/** Asks the client of a store's maker. */
export function asker(python: string, cwd: string): Ask {
  return async (what, ...args) => {
    const env = childEnvironment({ HOME: cwd, NO_PROXY: '127.0.0.1' });
    const script = join(peersFolder, 'python', 'stores.py');
    const result = await runChild(python, ['-W', 'ignore', script, what, ...args], {
      cwd,
      env,
      timeoutMs: 90_000,
    });
    if (result.code !== 0) throw new Error(`${what}: ${lastLines(result.stderr)}`);
    return JSON.parse(result.stdout) as unknown;
  };
}

/** Runs `use` beside a server of somebody else's, in a folder of its own. */
export async function* beside(
  options: Omit<PeerServerOptions, 'cwd' | 'timeoutMs' | 'args'> & {
    readonly args: (port: number, folder: string) => readonly string[];
  },
  use: (url: string, folder: string) => AsyncGenerator<CaseResult>,
): AsyncGenerator<CaseResult> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-store-'));
  try {
    await mkdir(join(folder, 'data'));
    const args = (port: number) => options.args(port, folder);
    const server = await startPeerServer({ ...options, args, cwd: folder, timeoutMs: 90_000 });
    try {
      yield* use(server.url, folder);
    } finally {
      await server.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const s3Trial = (url: string, accessKeyId: string, secretAccessKey: string): Trial => ({
  location: `s3://${BUCKET}/${FOLDER}`,
  endpoints: { s3: url },
  secret: { kind: 's3', accessKeyId, secretAccessKey },
});

async function* s3Cases(
  name: string,
  url: string,
  keys: readonly [string, string],
  ask: Ask,
): AsyncGenerator<CaseResult> {
  const trial = s3Trial(url, ...keys);
  yield await check(`${name}: parts go in, the same bytes come back`, async () => {
    await ask('s3_prepare', url, ...keys, BUCKET);
    return sendAndRead(trial);
  });
  yield await check(`${name}: boto3 reads what we wrote, and no upload is left`, async () => {
    same(await ask('s3_read', url, ...keys, BUCKET, `${FOLDER}/${FILE_PATH}`), FILE_SHA256, 'sha256');
    same(await ask('s3_unfinished', url, ...keys, BUCKET), 0, 'unfinished uploads');
    return '';
  });
  yield await check(`${name}: an upload that ended in the middle is gone on with`, () => goOnAfterEnd(trial));
  yield await check(`${name}: whole files go in, and the list has each`, () => putAndList(trial));
  yield await check(`${name}: more files than a page has are listed`, () =>
    listInPages({ ...trial, location: `${trial.location}/pages` }, 1_050),
  );
  yield await check(`${name}: a wrong secret and an unknown key are refused`, async () => {
    const reported = [
      await refusalOf(s3Trial(url, keys[0], `${keys[1].slice(1)}x`), 'read'),
      await refusalOf(s3Trial(url, keys[0], `${keys[1].slice(1)}x`), 'write'),
      // versitygw 1.7.0 answers 404 to a key that it does not know.
      await refusalOf(s3Trial(url, 'AKIAUNKNOWN000000000', keys[1]), 'read', [403, 404]),
    ];
    return reported.join('; ');
  });
}

/** Amazon S3's protocol by a gateway that checks every signature. */
export async function* versitygw({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  const name = 'store versitygw';
  if (!wanted(name)) return;
  const tool = await startOptional(name, () =>
    buildGoTool('versitygw', 'github.com/versity/versitygw/cmd/versitygw'),
  );
  if ('verdict' in tool) {
    yield tool;
    return;
  }
  const keys = ['peeraccess', 'peersecretpeersecret'] as const;
  const options = {
    command: tool.command,
    args: (port: number, folder: string) => [
      ...['--port', `127.0.0.1:${port}`, '--health', '/health'],
      ...['posix', join(folder, 'data')],
    ],
    env: { ROOT_ACCESS_KEY: keys[0], ROOT_SECRET_KEY: keys[1] },
    ready: '/health',
  };
  yield* beside(options, (url, folder) => s3Cases(name, url, keys, asker(python, folder)));
}

/** How moto starts: it checks signatures once it has let so many requests through. */
export const motoOptions = (python: string, requestsBefore: number) => ({
  command: join(dirname(python), 'moto_server'),
  args: (port: number) => ['-H', '127.0.0.1', '-p', String(port)],
  env: { INITIAL_NO_AUTH_ACTION_COUNT: String(requestsBefore) },
  ready: '/moto-api/',
});

/** How Google's store starts, with a bucket of that name. */
export const googleOptions = (python: string, bucket: string) => ({
  command: join(dirname(python), 'gcp-storage-emulator'),
  args: (port: number) => [
    ...['start', '--quiet', '--in-memory', '--host', '127.0.0.1', '--port', String(port)],
    ...['--default-bucket', bucket],
  ],
  ready: '/storage/v1/b',
});

/** Amazon S3's protocol by moto, which asks for credentials once a user was made. */
export async function* moto({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  const name = 'store moto';
  if (!wanted(name)) return;
  yield* beside(motoOptions(python, 3), async function* (url, folder) {
    const ask = asker(python, folder);
    const keys = z.tuple([z.string(), z.string()]).parse(await ask('moto_user', url));
    yield* s3Cases(name, url, keys, ask);
  });
}

const sasTokens = z.object({ write: z.string(), read: z.string(), expired: z.string() });

/** Azure's Blob endpoint by Azurite, which holds a SAS to what it says. */
export async function* azurite({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  const name = 'store azurite';
  if (!wanted(name)) return;
  const packages = await preparePackages();
  if (packages.state === 'unavailable') {
    yield unavailable(name, packages);
    return;
  }
  const script = await packageCommand('azurite', 'azurite-blob');
  const options = {
    command: process.execPath,
    args: (port: number) => [
      script,
      ...['--silent', '--skipApiVersionCheck', '--inMemoryPersistence', '--disableTelemetry'],
      ...['--blobHost', '127.0.0.1', '--blobPort', String(port)],
    ],
    ready: '/',
    readyStatus: 400,
  };
  yield* beside(options, async function* (url, folder) {
    const ask = asker(python, folder);
    const sas = sasTokens.parse(await ask('azure_prepare', url, BUCKET));
    const trial = (token: string): Trial => ({
      location: `abfss://${BUCKET}@devstoreaccount1.dfs.core.windows.net/${FOLDER}`,
      endpoints: { azure: `${url}/devstoreaccount1` },
      secret: { kind: 'azure', sas: token },
    });
    yield await check(`${name}: blocks go in, the same bytes come back`, () => sendAndRead(trial(sas.write)));
    yield await check(`${name}: azure-storage-blob reads what we wrote`, async () => {
      same(await ask('azure_read', url, BUCKET, `${FOLDER}/${FILE_PATH}`), FILE_SHA256, 'sha256');
      return '';
    });
    yield await check(`${name}: whole files go in, and the list has each`, () =>
      putAndList(trial(sas.write)),
    );
    yield await check(`${name}: an upload that ended in the middle is gone on with`, () =>
      goOnAfterEnd({ ...trial(sas.write), location: `${trial('').location}/again` }),
    );
    yield await check(
      `${name}: a SAS that has expired, was tampered with, or only reads is refused`,
      async () => {
        const tampered = sas.write.replace(
          /sig=(.)/u,
          (_all, first: string) => `sig=${first === 'a' ? 'b' : 'a'}`,
        );
        const reported = [
          await refusalOf(trial(sas.expired), 'read'),
          await refusalOf(trial(tampered), 'write'),
          await refusalOf(trial(sas.read), 'write'),
        ];
        return reported.join('; ');
      },
    );
  });
}

/** Google's JSON API by gcp-storage-emulator, which asks for no credentials. */
export async function* googleStore({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  const name = 'store google';
  if (!wanted(name)) return;
  yield* beside(googleOptions(python, BUCKET), async function* (url, folder) {
    const trial: Trial = {
      location: `gs://${BUCKET}/${FOLDER}`,
      endpoints: { google: url },
      secret: { kind: 'google', token: 'any' },
    };
    yield await check(`${name}: a resumable upload goes in, the same bytes come back`, () =>
      sendAndRead(trial),
    );
    // gcp-storage-emulator 2026.7.19 ends the connection of an upload without bytes.
    yield await check(`${name}: whole files go in, and the list has each`, () =>
      putAndList(trial, ['empty.txt']),
    );
    yield await check(`${name}: google-cloud-storage reads what we wrote`, async () => {
      const ask = asker(python, folder);
      same(await ask('google_read', url, BUCKET, `${FOLDER}/${FILE_PATH}`), FILE_SHA256, 'sha256');
      return '';
    });
  });
}
