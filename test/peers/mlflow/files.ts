import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { lastLines } from '../../../scripts/child.ts';
import { HttpClient } from '../../../src/http/client.ts';
import { openTransport } from '../../../src/http/transport.ts';
import { errorFromServer } from '../../../src/registry/mlflow/errors.ts';
import { serverSource } from '../../../src/registry/mlflow/files.ts';
import { notServed } from '../../../src/registry/mlflow/served-path.ts';
import { MlflowWorkspace } from '../../../src/registry/mlflow/workspace.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { digestsOf } from '../../../src/transfer/digest.ts';
import { hashFiles } from '../../../src/transfer/read-files.ts';
import { BufferWindow } from '../../../src/transfer/window.ts';
import { check, failure, same, type CaseResult } from '../harness/outcome.ts';
import { NO_SERVER, runPeer, type PeerContext } from '../harness/script.ts';
import { startPeerServer, type PeerServer } from '../harness/server.ts';
import { beside, motoOptions } from '../stores/suites.ts';

const MODEL = 'fraud';
const BUCKET = 'artifacts-of-mlflow';
const MIB = 1024 * 1024;

const placesResponse = z.record(z.string(), z.string());
const servedResponse = z.array(z.string().nullable());

/** Files of versions of real MLflow servers whose stores are moto's S3, read by our source alone. */
export async function* mlflowFiles(context: PeerContext): AsyncGenerator<CaseResult> {
  if (!context.wanted('mlflow-files')) return;
  yield await check('mlflow-files: names that a server hands out', () => servedPaths(context.python));
  yield* beside(motoOptions(context.python, 1_000_000), async function* (moto, folder) {
    for (const each of [places, fetches] as const) {
      try {
        yield* each(context, moto, folder);
      } catch (error) {
        yield failure(`mlflow-files: ${each.name}`, error);
      }
    }
  });
}

async function* places(
  { python, fixtures }: PeerContext,
  moto: string,
  cwd: string,
): AsyncGenerator<CaseResult> {
  const args = ['--default-artifact-root', `s3://${BUCKET}/root`, '--no-serve-artifacts'];
  yield* withServer({ python, moto, cwd, name: 'places', args }, async function* (url) {
    const made = await register(python, url, moto, [join(fixtures, 'fraud_detection'), MODEL, BUCKET, '0']);
    const digests = new Map<string, string>();
    for (const [version, what] of Object.entries(made)) {
      yield await check(`mlflow-files: ${what}, in a store of its own`, async () => {
        const { digest, files } = await digestOf(url, Number(version));
        digests.set(what, digest);
        same(digest, digests.values().next().value, 'digest, as of the first');
        return `${files} files`;
      });
    }
  });
}

async function* fetches(
  { python, fixtures }: PeerContext,
  moto: string,
  cwd: string,
): AsyncGenerator<CaseResult> {
  const bucket = `${BUCKET}-kept`;
  const counter = await startCounter(moto);
  try {
    const args = [
      '--artifacts-destination',
      `s3://${bucket}/root`,
      '--serve-artifacts',
      '--enable-workspaces',
    ];
    const options = { python, moto: counter.url, cwd, name: 'fetches', args };
    yield* withServer(options, async function* (url) {
      const folder = join(fixtures, 'fraud_detection');
      await register(python, url, moto, [folder, MODEL, bucket, '60']);
      yield await check('mlflow-files: 60 MiB behind --artifacts-destination are fetched once', async () => {
        const before = counter.sent();
        await digestOf(url, 2);
        const mebibytes = (counter.sent() - before) / MIB;
        if (mebibytes < 60 || mebibytes > 66)
          throw new Error(`${mebibytes.toFixed(1)} MiB went to the server`);
        return `${mebibytes.toFixed(1)} MiB`;
      });
      yield await check(
        'mlflow-files: a workspace that the server has, and one that it has not',
        async () => {
          const created = await fetch(`${url}/api/3.0/mlflow/workspaces`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ name: 'team-a' }),
          });
          if (!created.ok) throw new Error(`workspace: ${created.status}`);
          // Nothing of the default workspace is seen from this one.
          same(await whatFails(digestOf(url, 2, 'team-a')), 'RESOURCE_DOES_NOT_EXIST', 'in team-a');
          same(await whatFails(digestOf(url, 2, 'team-b')), 'Variable `MLFLOW_WORKSPACE`', 'in team-b');
          await digestOf(url, 2, 'default');
          return '';
        },
      );
    });
  } finally {
    await counter.close();
  }
}

/** The first word of what a promise is refused with. */
async function whatFails(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split(':')[0] ?? '';
  }
  return 'nothing';
}

interface ServerOptions {
  readonly python: string;
  /** Where the server finds S3. */
  readonly moto: string;
  readonly cwd: string;
  readonly name: string;
  readonly args: readonly string[];
}

const KEYS = { AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: 's', AWS_DEFAULT_REGION: 'us-east-1' };

async function* withServer(
  { python, moto, cwd, name, args }: ServerOptions,
  use: (url: string) => AsyncGenerator<CaseResult>,
): AsyncGenerator<CaseResult> {
  const server: PeerServer = await startPeerServer({
    command: join(dirname(python), 'mlflow'),
    args: (port) => [
      'server',
      ...['--backend-store-uri', `sqlite:///${cwd}/${name}.db`, ...args],
      ...['--host', '127.0.0.1', '--port', String(port), '--workers', '1'],
    ],
    cwd,
    env: {
      ...KEYS,
      MLFLOW_S3_ENDPOINT_URL: moto,
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
      MLFLOW_DISABLE_TELEMETRY: 'true',
    },
    ready: '/health',
    timeoutMs: 120_000,
  });
  try {
    yield* use(server.url);
  } finally {
    await server.close();
  }
}

async function register(
  python: string,
  url: string,
  moto: string,
  args: readonly string[],
): Promise<z.output<typeof placesResponse>> {
  const env = { ...KEYS, MLFLOW_TRACKING_URI: url, MLFLOW_REGISTRY_URI: url, MLFLOW_S3_ENDPOINT_URL: moto };
  const { code, stdout, stderr } = await runPeer({ python, url, token: '', env }, 'artifact_places.py', args);
  const line = /^::places:: (.*)$/mu.exec(stdout)?.[1];
  if (code !== 0 || line === undefined) throw new Error(`artifact_places.py: ${lastLines(stderr)}`);
  return placesResponse.parse(JSON.parse(line));
}

/** The content of a version as our source reads it. */
async function digestOf(
  url: string,
  version: number,
  workspace?: string,
): Promise<{ readonly digest: string; readonly files: number }> {
  const { transport, close } = await openTransport({});
  const quiet = { info: () => {}, debug: () => {}, warning: () => {} };
  const plain = { headers: async () => ({}) };
  const clientOf = (authorizer: { headers: () => Promise<Readonly<Record<string, string>>> }) =>
    new HttpClient({
      host: url,
      transport,
      authorizer,
      userAgent: 'peer test',
      clock: systemClock,
      random: Math.random,
      log: quiet,
      errorOf: errorFromServer,
    });
  try {
    const own = MlflowWorkspace.of({ MLFLOW_WORKSPACE: workspace });
    const http = clientOf(own?.authorizer(plain, clientOf) ?? plain);
    const source = serverSource(http, { catalog: '', schema: '', model: MODEL }, version);
    const tools = { window: new BufferWindow(), refuseWhenCancelled: () => undefined };
    const files = await hashFiles(await source.list(), source, tools);
    return { digest: digestsOf(files).content, files: files.length };
  } finally {
    await close();
  }
}

/** A gateway to a store that counts the bytes which go out of it. */
async function startCounter(
  store: string,
): Promise<{ readonly url: string; readonly sent: () => number; readonly close: () => Promise<void> }> {
  let sent = 0;
  const server = createServer((incoming, response) => {
    const { method, headers, url = '/' } = incoming;
    const outgoing = forward(`${store}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      if (method === 'GET') answer.on('data', (chunk: Buffer) => (sent += chunk.length));
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent: () => sent,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const PIECES = [
  ...[
    'a',
    'B',
    'é',
    '%',
    '20',
    '%2e',
    '%23',
    '#',
    '?',
    ';',
    ':',
    '/',
    '\\',
    ' ',
    '.',
    '..',
    '-',
    '+',
    '&',
    '@',
    '[',
  ],
  ...['\t', '\n', '\r', '\u007f', '\u0085', '\u0001', '\u2028', 'file:', 'C:', 'http:'],
];

/** Draws names of files, and compares what is said of each with what MLflow makes of it. */
async function servedPaths(python: string): Promise<string> {
  const draw = () => PIECES[Math.floor(Math.random() * PIECES.length)] ?? 'a';
  const paths = Array.from({ length: 20_000 }, () =>
    Array.from({ length: 1 + Math.floor(Math.random() * 6) }, draw).join(''),
  ).filter((path) => {
    const parts = path.split('/');
    return parts.every((part) => part !== '' && part !== '.') && !path.split(/[/\\]/u).includes('..');
  });
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-paths-'));
  try {
    const file = join(folder, 'paths.json');
    await writeFile(file, JSON.stringify(paths));
    const { code, stdout, stderr } = await runPeer({ python, ...NO_SERVER }, 'served_paths.py', [file]);
    if (code !== 0) throw new Error(lastLines(stderr));
    const served = servedResponse.parse(JSON.parse(stdout));
    // What MLflow does not hand out as it stands must be known; that some which it does are refused too is no harm.
    const missed = paths.filter((path, index) => served[index] !== path && notServed(path) === undefined);
    same(missed, [], 'names that are not handed out, and are not known');
    const refused = paths.filter((path, index) => served[index] === path && notServed(path) !== undefined);
    if (refused.length > paths.length / 100)
      throw new Error(`refused without need: ${refused.slice(0, 9).join(' ')}`);
    return `${paths.length} names, ${refused.length} refused without need`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
