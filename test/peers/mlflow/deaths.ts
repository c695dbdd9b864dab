import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { childEnvironment } from '../../../scripts/child.ts';
import { parseCommandFile } from '../../../scripts/command-file.ts';
import { root } from '../../../scripts/peers/folder.ts';
import { requireNoLeak, secretsOfEnvironment } from '../../actions/leaks.ts';
import { check, failure, same, type CaseResult } from '../harness/outcome.ts';
import type { PeerContext } from '../harness/script.ts';
import { startMlflow, type MlflowServer } from './server.ts';

const SOURCE = 'deaths staging';
const SUITE = 'mlflow-deaths';

/** When a process is killed: its write was not handed on, or it was and nobody hears of it. */
const MOMENTS = ['not processed', 'processed'] as const;

interface Death {
  /** The write, counted from 0. */
  readonly write: number;
  readonly moment: (typeof MOMENTS)[number];
}

const versions = z.object({
  model_versions: z
    .array(
      z.object({
        version: z.coerce.number(),
        status: z.string(),
        tags: z.array(z.object({ key: z.string(), value: z.string() })).default([]),
      }),
    )
    .default([]),
});
const aliased = z.object({ model_version: z.object({ version: z.coerce.number() }) });

/**
 * A promotion on a real MLflow server whose process is killed at each of its writes, and then run again: on such a server
 * a version is READY at once, so that every death leaves one that looks finished.
 */
export async function* mlflowDeaths({ python, fixtures, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted(SUITE)) return;
  let server: MlflowServer;
  try {
    server = await startMlflow(python);
  } catch (error) {
    yield failure(`${SUITE}: starts`, error);
    return;
  }
  try {
    await server.call('POST', '/registered-models/create', { name: SOURCE });
    await server.register(SOURCE, join(fixtures, 'fraud_detection'));
    const clean = await promoteUnder(server, 'deaths prod', undefined);
    yield await check(`${SUITE}: with nobody killed`, async () => {
      same(clean.outcome, 'ok', clean.said);
      return judge(server, 'deaths prod');
    });
    for (const [write, call] of clean.writes.entries()) {
      for (const moment of MOMENTS) {
        yield await check(`${SUITE}: killed at ${call} (${write + 1}), ${moment}`, async () => {
          const model = `deaths prod ${write} ${moment}`;
          const struck = await promoteUnder(server, model, { write, moment });
          same(struck.signal, 'SIGKILL', 'how the first run ended');
          const again = await promoteUnder(server, model, undefined);
          if (again.outcome !== 'ok' && again.outcome !== 'noop') throw new Error(again.said);
          return judge(server, model);
        });
      }
    }
  } finally {
    await server.close();
  }
}

/** What must hold in the end: one version, whose record is whole, and which is live. */
async function judge(server: MlflowServer, model: string): Promise<string> {
  const found = versions.parse(
    await server.call('GET', '/model-versions/search', { filter: `name = '${model}'` }),
  ).model_versions;
  same(
    found.map(({ version, status }) => [version, status]),
    [[1, 'READY']],
    'versions',
  );
  const keys = (found[0]?.tags ?? []).map(({ key }) => key);
  for (const key of ['uc_promote_origin', 'uc_promote_run', 'uc_promote_digest', 'uc_promote_listing'])
    if (!keys.includes(key)) throw new Error(`the copy has no ${key}`);
  const live = await server.call('GET', '/registered-models/alias', { name: model, alias: 'Champion' });
  same(aliased.parse(live).model_version.version, 1, 'version that the alias names');
  return keys.sort().join(', ');
}

interface PromoteRun {
  readonly signal: NodeJS.Signals | null;
  readonly outcome: string | undefined;
  /** What it printed last. */
  readonly said: string;
  /** Each write that it sent. */
  readonly writes: readonly string[];
}

/** Promotes through a gateway, in a process of its own that dies where that is asked for. */
async function promoteUnder(
  { url }: MlflowServer,
  model: string,
  death: Death | undefined,
): Promise<PromoteRun> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-deaths-'));
  const output = join(folder, 'output');
  await writeFile(output, '');
  let kill = () => {};
  const gateway = await startGateway(url, death, () => kill());
  try {
    const environment = childEnvironment({
      HOME: folder,
      RUNNER_TEMP: folder,
      GITHUB_OUTPUT: output,
      GITHUB_ACTIONS: 'true',
      GITHUB_REPOSITORY: 'acme/models',
      GITHUB_RUN_ID: '4242',
      GITHUB_RUN_ATTEMPT: death === undefined ? '2' : '1',
      GITHUB_ACTOR: 'ada',
      INPUT_HOST: gateway.url,
      INPUT_REGISTRY: 'mlflow',
      INPUT_SOURCE: `models:/${SOURCE}/1`,
      INPUT_DESTINATION: model,
      'INPUT_CREATE-DESTINATION': 'true',
    });
    const child = spawn(process.execPath, [join(root, 'test', 'crash', 'action-process.ts'), 'promote'], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    kill = () => void child.kill('SIGKILL');
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const timer = setTimeout(kill, 60_000);
    const signal = await new Promise<NodeJS.Signals | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (_, by) => resolve(by));
    });
    clearTimeout(timer);
    const outputs = await readFile(output, 'utf8');
    requireNoLeak({ printed: said, files: [outputs], given: secretsOfEnvironment(environment) });
    const { outcome } = parseCommandFile(outputs);
    return { signal, outcome, said: said.slice(-800), writes: gateway.writes };
  } finally {
    await gateway.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Gateway {
  readonly url: string;
  readonly writes: readonly string[];
  readonly close: () => Promise<void>;
}

/** A gateway that counts what writes, and has the sender killed at one of them. */
async function startGateway(target: string, death: Death | undefined, kill: () => void): Promise<Gateway> {
  const writes: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const isWrite = incoming.method !== 'GET' && incoming.method !== 'HEAD';
    const isStruck = isWrite && death?.write === writes.length;
    if (isWrite) writes.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
    if (isStruck && death.moment === 'not processed') {
      kill();
      outgoing.destroy();
      return;
    }
    const onward = request(`${target}${incoming.url ?? ''}`, {
      method: incoming.method,
      headers: { ...incoming.headers, host: new URL(target).host },
    });
    onward.on('response', (response) => {
      if (!isStruck) {
        outgoing.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(outgoing);
        return;
      }
      response.resume();
      response.on('end', () => silence(outgoing, kill));
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    writes,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function silence(outgoing: ServerResponse, kill: () => void): void {
  kill();
  outgoing.destroy();
}
