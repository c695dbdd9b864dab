import { at, type Call, type Told } from './call.ts';
import { Unseen } from './unseen.ts';
import { MARKER } from './scope.ts';
import { partsOf, type World } from './row-context.ts';

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

/** Status, and code of a refusal: how a row compares answers. */
export function verdictOf({ status, code }: Pick<Told, 'status' | 'code'>): string {
  return code === '' ? String(status) : `${status} ${code}`;
}

/** Whether something was done, or refused by a code of which the refusal is expected; `Unseen` for anything else. */
export function isDone(told: Told, ...refusals: number[]): boolean {
  if (told.status < 300) return true;
  if (refusals.includes(told.status)) return false;
  throw new Unseen(`answered ${verdictOf(told)}`);
}

/** The answer, when it is a success; else `Unseen`: the row could not begin. */
export function must(told: Told, what: string): Told {
  if (told.status < 300) return told;
  throw new Unseen(`${what}: answered ${verdictOf(told)}`);
}

/** A model of this run with the marker, made by the first principal on a workspace. */
export function newModel(
  world: World,
  purpose: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  return world.once(`model ${purpose}`, async () => {
    const name = world.name(purpose);
    const json = { name, description: MARKER, ...fields };
    const template = `${L}/registered-models/create`;
    must(await world.first.call({ method: 'POST', template, json }), 'a scratch model');
    return name;
  });
}

/** A pending version; answers its number. */
export async function newVersion(
  world: World,
  name: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<number> {
  const told = must(await createVersion(world.first.call, name, fields), 'a pending version');
  return Number(at(told.body, 'model_version', 'version'));
}

/** Asks for a version, whatever becomes of it. */
export function createVersion(
  call: Call,
  name: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<Told> {
  const json = { name, source: SOURCE, ...fields };
  return call({ method: 'POST', template: `${L}/model-versions/create`, json });
}

/** Writes a file of a version. */
export function putFile(
  call: Call,
  name: string,
  version: number,
  file: { readonly path: string; readonly bytes: Uint8Array; readonly overwrite?: boolean },
): Promise<Told> {
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
): Promise<Told> {
  const params = { path: filePath(name, version, path) };
  return call({ method: 'GET', template: '/api/2.0/fs/files{+path}', params, headers });
}

/** Where the Files API keeps a file of a version. */
export function filePath(name: string, version: number, path: string): string {
  const { catalog, schema, model } = partsOf(name);
  return `/Models/${catalog}/${schema}/${model}/${version}/${path}`;
}

/** Ends the upload of a version. */
export function finalize(call: Call, name: string, version: number): Promise<Told> {
  const json = { name, version: String(version) };
  return call({ method: 'POST', template: `${L}/model-versions/finalize`, json });
}

/** Reads a version in the older family. */
export function readVersion(call: Call, name: string, version: number): Promise<Told> {
  return call({ method: 'GET', template: `${L}/model-versions/get`, query: { name, version } });
}

/** Reads a version until it is READY; answers how many reads that took. */
export async function readUntilReady(world: World, name: string, version: number): Promise<number> {
  for (let reads = 1; reads <= READS_UNTIL_READY; reads += 1) {
    const told = must(await readVersion(world.first.call, name, version), 'a finalized version');
    const status = at(told.body, 'model_version', 'status');
    if (status === 'READY') return reads;
    if (status === 'FAILED_REGISTRATION') throw new Unseen('a finalized version failed to register');
    await world.clock.sleep(1000);
  }
  throw new Unseen(`a finalized version was not READY after ${READS_UNTIL_READY} reads`);
}

/** A READY version with a signature and a second file. */
export async function readyVersion(world: World, name: string): Promise<number> {
  const { call } = world.first;
  const version = await newVersion(world, name);
  must(await putFile(call, name, version, { path: 'data/weights.bin', bytes: WEIGHTS }), 'an upload');
  must(await putFile(call, name, version, { path: 'MLmodel', bytes: MLMODEL }), 'an upload');
  must(await finalize(call, name, version), 'finalize');
  await readUntilReady(world, name, version);
  return version;
}

/** A model with a READY version, which rows may read and label, and none changes for good. */
export function main(world: World): Promise<{ readonly name: string; readonly version: number }> {
  return world.once('main', async () => {
    const name = await newModel(world, 'main');
    return { name, version: await readyVersion(world, name) };
  });
}

/** Sets an alias, natively. */
export function setAlias(call: Call, name: string, alias: string, version: number): Promise<Told> {
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
): Promise<Told> {
  return call({ method, template: `${N}/models/{name}`, params: { name }, ...sent });
}
