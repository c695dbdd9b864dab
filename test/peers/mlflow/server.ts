import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { startPeerServer } from '../harness/server.ts';

/** A real MLflow server with a store of its own, and what a case needs to look at it without us. */
export interface MlflowServer {
  readonly url: string;
  /** Calls its REST API; throws on any answer but 200. */
  readonly call: (
    method: 'GET' | 'POST',
    path: string,
    body?: Readonly<Record<string, unknown>>,
  ) => Promise<unknown>;
  /** Logs a folder as the artifacts of a run and registers it; answers the version. */
  readonly register: (model: string, folder: string) => Promise<number>;
  readonly close: () => Promise<void>;
}

const run = z.object({ run: z.object({ info: z.object({ run_id: z.string(), artifact_uri: z.string() }) }) });
const created = z.object({ model_version: z.object({ version: z.coerce.number() }) });

/** A user of MLflow's basic-auth app; a password has 12 characters at least. */
export interface Account {
  readonly username: string;
  readonly password: string;
}

/** The account as the input `token` takes it. */
export function tokenOf({ username, password }: Account): string {
  return `${username}:${password}`;
}

/**
 * Starts `mlflow server` on SQLite and a folder, serving its artifacts; ready within two minutes. With an account, its
 * basic-auth app stands before it, and the account is the administrator's.
 */
export async function startMlflow(python: string, admin?: Account): Promise<MlflowServer> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-mlflow-'));
  const server = await startPeerServer({
    command: join(dirname(python), 'mlflow'),
    args: (port) => [
      'server',
      ...['--backend-store-uri', `sqlite:///${folder}/mlflow.db`],
      ...['--artifacts-destination', join(folder, 'artifacts'), '--serve-artifacts'],
      ...['--host', '127.0.0.1', '--port', String(port), '--workers', '1'],
      ...(admin === undefined ? [] : ['--app-name', 'basic-auth']),
    ],
    cwd: folder,
    env: {
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
      MLFLOW_DISABLE_TELEMETRY: 'true',
      ...(admin === undefined ? {} : { MLFLOW_AUTH_ADMIN_PASSWORD: admin.password }),
      ...(admin === undefined ? {} : { MLFLOW_FLASK_SERVER_SECRET_KEY: 'of this run only' }),
    },
    ready: '/health',
    timeoutMs: 120_000,
  }).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const authorization: Record<string, string> =
    admin === undefined ? {} : { authorization: `Basic ${Buffer.from(tokenOf(admin)).toString('base64')}` };
  const call: MlflowServer['call'] = async (method, path, body) => {
    const query = new URLSearchParams();
    if (method === 'GET')
      for (const [key, value] of Object.entries(body ?? {})) query.set(key, String(value));
    const response = await fetch(`${server.url}/api/2.0/mlflow${path}?${query.toString()}`, {
      method,
      headers: { 'content-type': 'application/json', ...authorization },
      ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as unknown;
  };
  return {
    url: server.url,
    call,
    async register(model, files) {
      const { info } = run.parse(await call('POST', '/runs/create', { experiment_id: '0' })).run;
      const path = info.artifact_uri.replace(/^mlflow-artifacts:\/+/u, '');
      for (const file of await readdir(files, { recursive: true, withFileTypes: true })) {
        if (!file.isFile()) continue;
        const bytes = await readFile(join(file.parentPath, file.name));
        const relative = join(file.parentPath, file.name).slice(files.length + 1);
        const target = `${server.url}/api/2.0/mlflow-artifacts/artifacts/${path}/model/${relative}`;
        const response = await fetch(target, { method: 'PUT', body: bytes, headers: authorization });
        if (!response.ok) throw new Error(`upload of ${relative}: ${response.status}`);
      }
      const source = `${info.artifact_uri}/model`;
      const version = await call('POST', '/model-versions/create', {
        name: model,
        source,
        run_id: info.run_id,
      });
      return created.parse(version).model_version.version;
    },
    async close() {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
