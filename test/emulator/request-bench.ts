import { onTestFinished } from 'vitest';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../emulator/index.ts';

/** Prefix of the family that MLflow's client speaks by default. */
export const L = '/api/2.0/mlflow/unity-catalog';
/** Prefix of the native family. */
export const N = '/api/2.1/unity-catalog';
/** The model that most cases are about. */
export const model = 'prod.ml.fraud';
/** Its folder in the Files API, version 1. */
export const folder = '/Models/prod/ml/fraud/1';

/** An answer, its body parsed where it is JSON. */
export interface Seen {
  status: number;
  json: Record<string, unknown>;
  text: string;
  headers: Headers;
}

/** What a request carries. */
export interface Sent {
  query?: Record<string, string>;
  json?: unknown;
  raw?: Uint8Array | string;
  headers?: Record<string, string>;
}

/** An emulator with a client for every role. */
export interface Bench {
  emulator: Emulator;
  call: (role: Role, method: string, path: string, sent?: Sent) => Promise<Seen>;
}

/** People of the test world; the rights are in the name. */
export const roles = [
  'owner',
  'groupOwner',
  'reader',
  'schemaReader',
  'allPrivileges',
  'tagger',
  'versioner',
  'manager',
  'schemaOwner',
  'catalogOwner',
  'admin',
  'user',
  'catalogOnly',
  'nobody',
] as const;

/** One of them. */
export type Role = (typeof roles)[number];

const signature = 'signature:\n  inputs: \'[{"type": "double"}]\'\n  outputs: \'[{"type": "double"}]\'\n';

/** Starts an emulator with the test world; it closes when the test ends. */
export async function bench(options: Omit<EmulatorOptions, 'seed'> = {}): Promise<Bench> {
  const emulator = await startEmulator({
    ...options,
    seed: (metastore) => {
      for (const role of roles) {
        if (role !== 'admin') metastore.addUser(`${role}@example.com`);
        metastore.issueToken(`${role}@example.com`, `token-${role}`);
      }
      metastore.addGroup('inner', { members: ['groupOwner@example.com'] });
      metastore.addGroup('owners', { members: ['inner', 'owner@example.com'] });
      metastore.addServicePrincipal('app-1', { displayName: 'ci', groups: ['inner'] });
      metastore.issueToken('app-1', 'token-app');
      metastore.createCatalog('prod', { owner: 'catalogOwner@example.com' });
      metastore.createSchema('prod.ml', { owner: 'schemaOwner@example.com' });
      metastore.createModel(model, { owner: 'owners', createdBy: 'owner@example.com' });
      const outside: readonly Role[] = ['nobody', 'catalogOnly', 'admin', 'catalogOwner'];
      for (const role of roles.filter((name) => !outside.includes(name))) {
        metastore.grant('catalog', 'prod', `${role}@example.com`, ['USE_CATALOG']);
        metastore.grant('schema', 'prod.ml', `${role}@example.com`, ['USE_SCHEMA']);
      }
      metastore.grant('catalog', 'prod', 'catalogOnly@example.com', ['USE_CATALOG']);
      metastore.grant('function', model, 'reader@example.com', ['EXECUTE']);
      metastore.grant('schema', 'prod.ml', 'schemaReader@example.com', ['EXECUTE']);
      metastore.grant('catalog', 'prod', 'allPrivileges@example.com', ['ALL_PRIVILEGES']);
      metastore.grant('function', model, 'tagger@example.com', ['APPLY_TAG']);
      metastore.grant('function', model, 'versioner@example.com', ['CREATE_MODEL_VERSION']);
      metastore.grant('function', model, 'manager@example.com', ['MANAGE']);
      metastore.addVersion(model, { files: { MLmodel: signature, 'data/weights.bin': 'weights' } });
      metastore.addVersion(model, { files: { MLmodel: signature } });
      metastore.setAlias(model, 'Champion', 1);
    },
  });
  onTestFinished(async () => {
    await emulator.close();
    const unlisted = emulator.violations.filter((each) => each.includes('tables of evidence'));
    if (unlisted.length > 0) throw new Error(unlisted.join('\n'));
  });
  return {
    emulator,
    call: (role, method, path, sent) => call(emulator, `token-${role}`, method, path, sent),
  };
}

/** Sends one request with a token; `undefined` sends none. `path` may be a whole URL. */
export async function call(
  emulator: Emulator,
  token: string | undefined,
  method: string,
  path: string,
  sent: Sent = {},
): Promise<Seen> {
  const url = new URL(path, emulator.url);
  for (const [key, value] of Object.entries(sent.query ?? {})) url.searchParams.set(key, value);
  const headers: Record<string, string> = { ...sent.headers };
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  if (sent.json !== undefined) headers['content-type'] = 'application/json';
  const body = sent.json === undefined ? sent.raw : JSON.stringify(sent.json);
  const response = await fetch(url, {
    method,
    headers,
    redirect: 'manual',
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
  });
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json') && text.startsWith('{');
  const json = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { status: response.status, json, text, headers: response.headers };
}

/** Status, and the error code where there is one: the short form that tables compare. */
export function verdict(seen: Seen): string {
  const code = seen.json['error_code'];
  return typeof code === 'string' ? `${seen.status} ${code}` : String(seen.status);
}

/** Walks down members and list positions of a JSON value; `undefined` where the way ends. */
export function at(value: unknown, ...way: (string | number)[]): unknown {
  return way.reduce<unknown>((current, step) => {
    if (Array.isArray(current)) return typeof step === 'number' ? (current as unknown[])[step] : undefined;
    if (typeof current !== 'object' || current === null) return undefined;
    return (current as Record<string, unknown>)[String(step)];
  }, value);
}
