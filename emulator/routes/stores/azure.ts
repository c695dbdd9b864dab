import { ApiError } from '../../metastore/api-error.ts';
import { digestOf, joinContent } from '../../metastore/content.ts';
import type { Place } from '../../metastore/files.ts';
import { textOf } from '../../server/body.ts';
import type { Input } from '../input.ts';
import {
  accessDenied,
  element,
  hasEnded,
  listKeys,
  objectUpload,
  openKey,
  readKey,
  receiveChecked,
  storeKey,
  xml,
} from './objects.ts';
import { family, type RouteResponse, type Context, type Route, type StorageGrant } from '../route.ts';

const azure = family('/object-store/azure', {
  from: 'docs',
  section: 'Azure Blob Storage behind temporary credentials',
});

const sas = { sv: 'string!', sp: 'string!', sr: 'string!', sig: 'string!' } as const;

/** The shared access signature that stands for a token of the vault. */
export function sasOf(token: string, operation: StorageGrant['operation']): string {
  return `sv=2023-11-03&sp=${operation === 'write' ? 'rcwl' : 'rl'}&sr=d&sig=${encodeURIComponent(token)}`;
}

function checkSas(input: Input, context: Context): StorageGrant {
  const grant = context.vault.open(input.query['sig'] ?? '');
  if (grant === undefined) throw accessDenied('Signature did not match.', 'AuthenticationFailed');
  if (hasEnded(context, grant))
    throw accessDenied('Signature not valid in the specified time frame', 'AuthenticationFailed');
  return grant;
}

function get(input: Input, context: Context): RouteResponse {
  const key = input.text('key');
  const place = openKey(context, key, checkSas(input, context), 'read');
  if (input.query['comp'] === undefined) return readKey(context, place);
  const parts = [...(context.uploads.get(`blocks of ${key}`)?.parts.values() ?? [])];
  if (parts.length === 0 && !place.version.files.has(place.path))
    throw new ApiError(404, 'BlobNotFound', 'The specified blob does not exist.', 'xml');
  const rows = parts.map(
    ({ etag, content }) => `<Block>${element('Name', etag)}${element('Size', content.size)}</Block>`,
  );
  return xml(`<BlockList><UncommittedBlocks>${rows.join('')}</UncommittedBlocks></BlockList>`);
}

function list(input: Input, context: Context): RouteResponse {
  const cut = listKeys(context, checkSas(input, context), {
    prefix: input.text('prefix'),
    size: undefined,
    token: input.maybeText('marker'),
  });
  const rows = cut.items.map(
    ({ key, size }) =>
      `<Blob>${element('Name', key)}<Properties>${element('Content-Length', size)}</Properties></Blob>`,
  );
  return xml(
    `<EnumerationResults><Blobs>${rows.join('')}</Blobs>${element('NextMarker', cut.token ?? '')}</EnumerationResults>`,
  );
}

async function putWhole(place: Place, context: Context): Promise<RouteResponse> {
  if (context.headers['x-ms-blob-type'] !== 'BlockBlob')
    throw new ApiError(400, 'MissingRequiredHeader', 'x-ms-blob-type is missing.', 'xml');
  const { md5, ...received } = await receiveChecked(context);
  storeKey(context, place, received);
  return { status: 201, headers: { 'content-md5': Buffer.from(md5, 'hex').toString('base64') } };
}

async function put(input: Input, context: Context): Promise<RouteResponse> {
  const key = input.text('key');
  const place = openKey(context, key, checkSas(input, context), 'write');
  const [name, committed] = [`blocks of ${key}`, `committed blocks of ${key}`];
  if (input.query['comp'] === undefined) {
    // A blob that is put whole has no blocks any more.
    for (const blocks of [name, committed]) context.uploads.delete(blocks);
    return putWhole(place, context);
  }
  const upload = context.uploads.get(name) ?? objectUpload(key);
  context.uploads.set(name, upload);
  if (input.query['comp'] === 'block') {
    const { content } = await receiveChecked(context);
    const etag = input.query['blockid'] ?? '';
    const known = [...upload.parts].find(([, part]) => part.etag === etag)?.[0];
    upload.parts.set(known ?? upload.parts.size + 1, { content, etag });
    return { status: 201 };
  }
  // `Latest`: the uncommitted blocks first, then the committed ones (Azure Storage REST reference, Put Block List).
  const before = context.uploads.get(committed)?.parts.values() ?? [];
  const parts = [...upload.parts.values(), ...before];
  const contents = [...(await textOf(context.body)).matchAll(/<Latest>(.*?)<\/Latest>/g)].map(([, id]) => {
    const part = parts.find(({ etag }) => etag === id);
    if (!part) throw new ApiError(400, 'InvalidBlockList', 'The specified block list is invalid.', 'xml');
    return part.content;
  });
  const content = joinContent(contents);
  storeKey(context, place, { content, sha256: await digestOf(content) });
  context.uploads.set(committed, { ...upload, parts: new Map(parts.entries()) });
  context.uploads.delete(name);
  return { status: 201 };
}

/** The responses of the Blob endpoint of a storage account. */
export const azureRoutes: readonly Route[] = [
  azure({
    method: 'GET',
    template: '/{container}',
    write: false,
    auth: 'signed',
    fields: {
      ...sas,
      restype: 'string!',
      comp: 'string!',
      prefix: 'string!',
      include: 'string',
      marker: 'string',
    },
    handle: list,
  }),
  azure({
    method: 'GET',
    template: '/{container}/{key*}',
    write: false,
    succeeds: [200, 206],
    auth: 'signed',
    fields: { ...sas, comp: 'string', blocklisttype: 'string' },
    handle: get,
  }),
  azure({
    method: 'PUT',
    template: '/{container}/{key*}',
    write: true,
    succeeds: [201],
    auth: 'signed',
    streams: true,
    query: { ...sas, comp: 'string', blockid: 'string' },
    handle: put,
  }),
];
