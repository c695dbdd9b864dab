import { poll } from '../src/domain/poll.ts';
import { everySecond } from './every-second.ts';
import { at, type Call, type RawResponse } from './call.ts';
import { Unseen } from './unseen.ts';
import { MARKER } from './scope.ts';
import { partsOf, type RowContext } from './row-context.ts';

/** Prefix of the family that MLflow's client speaks. */
export const L = '/api/2.0/mlflow/unity-catalog';
/** Prefix of the native family. */
export const N = '/api/2.1/unity-catalog';

/** What a version says of its origin: recorded by the registry, read by nobody. */
export const SOURCE = 'dbfs:/uc-promote-conformance/model';

/** An MLmodel file with a signature of inputs and outputs, as small as there is one. */
export const MLMODEL = new TextEncoder().encode(
  [
    'flavors:',
    '  python_function:',
    '    loader_module: uc_promote_conformance',
    'signature:',
    `  inputs: '[{"type": "double", "name": "x", "required": true}]'`,
    `  outputs: '[{"type": "double", "name": "y", "required": true}]'`,
    '',
  ].join('\n'),
);

/** Bytes of the second file of a version. */
export const WEIGHTS = new TextEncoder().encode('0123456789abcdef');

const READS_UNTIL_READY = 60;

/** Status, and code of a refusal: how a row compares responses. */
export function verdictOf({ status, code }: Pick<RawResponse, 'status' | 'code'>): string {
  return code === '' ? String(status) : `${status} ${code}`;
}

/** Whether something was done, or refused by a code of which the refusal is expected; `Unseen` for anything else. */
export function isDone(response: RawResponse, ...refusals: number[]): boolean {
  if (response.status < 300) return true;
  if (refusals.includes(response.status)) return false;
  throw new Unseen(`answered ${verdictOf(response)}`);
}

/** The response, when it is a success; else `Unseen`: the row could not begin. */
export function must(response: RawResponse, what: string): RawResponse {
  if (response.status < 300) return response;
  throw new Unseen(`${what}: answered ${verdictOf(response)}`);
}

/** A model of this run with the marker, made by the first principal on a workspace. */
export function newModel(
  context: RowContext,
  purpose: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  return context.once(`model ${purpose}`, async () => {
    const name = context.name(purpose);
    const json = { name, description: MARKER, ...fields };
    const template = `${L}/registered-models/create`;
    must(await context.first.call({ method: 'POST', template, json }), 'a scratch model');
    return name;
  });
}

/** A pending version; returns its number. */
export async function newVersion(
  context: RowContext,
  name: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<number> {
  const response = must(await createVersion(context.first.call, name, fields), 'a pending version');
  return Number(at(response.body, 'model_version', 'version'));
}

/** Asks for a version, whatever becomes of it. */
export function createVersion(
  call: Call,
  name: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<RawResponse> {
  const json = { name, source: SOURCE, ...fields };
  return call({ method: 'POST', template: `${L}/model-versions/create`, json });
}

/** Writes a file of a version. */
export function putFile(
  call: Call,
  name: string,
  version: number,
  file: { readonly path: string; readonly bytes: Uint8Array; readonly overwrite?: boolean },
): Promise<RawResponse> {
  return call({
    method: 'PUT',
    template: '/api/2.0/fs/files{+path}',
    params: { path: filePath(name, version, file.path) },
    query: { overwrite: file.overwrite ?? true },
    bytes: file.bytes,
  });
}

/** Reads a file of a version. */
export function getFile(
  call: Call,
  name: string,
  version: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawResponse> {
  const params = { path: filePath(name, version, path) };
  return call({ method: 'GET', template: '/api/2.0/fs/files{+path}', params, headers });
}

/** Where the Files API keeps a file of a version. */
export function filePath(name: string, version: number, path: string): string {
  const { catalog, schema, model } = partsOf(name);
  return `/Models/${catalog}/${schema}/${model}/${version}/${path}`;
}

/** Ends the upload of a version. */
export function finalize(call: Call, name: string, version: number): Promise<RawResponse> {
  const json = { name, version: String(version) };
  return call({ method: 'POST', template: `${L}/model-versions/finalize`, json });
}

/** Reads a version in the older family. */
export function readVersion(call: Call, name: string, version: number): Promise<RawResponse> {
  return call({ method: 'GET', template: `${L}/model-versions/get`, query: { name, version } });
}

/** Reads a version until it is READY; returns how many reads that took. */
export async function readUntilReady(context: RowContext, name: string, version: number): Promise<number> {
  const { status, reads } = await poll(
    async (looks) => {
      const response = must(await readVersion(context.first.call, name, version), 'a finalized version');
      return { status: at(response.body, 'model_version', 'status'), reads: looks };
    },
    (seen) => seen.status === 'READY' || seen.status === 'FAILED_REGISTRATION',
    everySecond(READS_UNTIL_READY),
    context,
  );
  if (status === 'READY') return reads;
  if (status === 'FAILED_REGISTRATION') throw new Unseen('a finalized version failed to register');
  throw new Unseen(`a finalized version was not READY after ${READS_UNTIL_READY} reads`);
}

/** A READY version with a signature and a second file. */
export async function readyVersion(context: RowContext, name: string): Promise<number> {
  const { call } = context.first;
  const version = await newVersion(context, name);
  must(await putFile(call, name, version, { path: 'data/weights.bin', bytes: WEIGHTS }), 'an upload');
  must(await putFile(call, name, version, { path: 'MLmodel', bytes: MLMODEL }), 'an upload');
  must(await finalize(call, name, version), 'finalize');
  await readUntilReady(context, name, version);
  return version;
}

/** A model with a READY version, which rows may read and label, and none changes for good. */
export function main(context: RowContext): Promise<{ readonly name: string; readonly version: number }> {
  return context.once('main', async () => {
    const name = await newModel(context, 'main');
    return { name, version: await readyVersion(context, name) };
  });
}

/** Sets an alias, natively. */
export function setAlias(call: Call, name: string, alias: string, version: number): Promise<RawResponse> {
  const json = { version_num: version };
  const params = { name, alias };
  return call({ method: 'PUT', template: `${N}/models/{name}/aliases/{alias}`, params, json });
}

/** A call about one model in the native family. */
export function model(
  call: Call,
  method: 'GET' | 'PATCH' | 'DELETE',
  name: string,
  sent: {
    readonly query?: Readonly<Record<string, string | number | boolean>>;
    readonly json?: unknown;
  } = {},
): Promise<RawResponse> {
  return call({ method, template: `${N}/models/{name}`, params: { name }, ...sent });
}
