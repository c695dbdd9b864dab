import { randomBytes } from 'node:crypto';
import { ApiError } from '../../metastore/api-error.ts';
import { placeOfKey } from '../../metastore/locations.ts';
import { resume } from '../files/signed-urls.ts';
import type { Input } from '../input.ts';
import { hasEnded, listKeys, objectUpload, openKey, readKey, receiveChecked, storeKey } from './objects.ts';
import { family, ok, type RouteResponse, type Context, type Route, type StorageGrant } from '../route.ts';

const google = family('/object-store/google', {
  from: 'docs',
  section: 'Google Cloud Storage behind temporary credentials',
});

const uploads = '/upload/storage/v1/b/{bucket}/o';

function checkBearer(context: Context): StorageGrant {
  const token = /^Bearer (.+)$/.exec(context.headers.authorization ?? '')?.[1] ?? '';
  const grant = context.vault.open(token);
  if (grant === undefined || hasEnded(context, grant))
    throw new ApiError(401, 'UNAUTHENTICATED', 'Invalid Credentials');
  return grant;
}

function list(input: Input, context: Context): RouteResponse {
  const cut = listKeys(context, checkBearer(context), {
    prefix: input.text('prefix'),
    size: input.maybeInteger('maxResults'),
    token: input.maybeText('pageToken'),
  });
  const items = cut.items.map(({ key, size }) => ({ name: key, size: String(size) }));
  return ok({
    ...(items.length === 0 ? {} : { items }),
    ...(cut.token === undefined ? {} : { nextPageToken: cut.token }),
  });
}

async function post(input: Input, context: Context): Promise<RouteResponse> {
  const name = input.query['name'] ?? '';
  const place = openKey(context, name, checkBearer(context), 'write');
  if (input.query['uploadType'] === 'media') {
    const { md5, ...received } = await receiveChecked(context);
    storeKey(context, place, received);
    return ok({ name, md5Hash: Buffer.from(md5, 'hex').toString('base64') });
  }
  const id = randomBytes(12).toString('hex');
  context.uploads.set(id, objectUpload(name));
  const path = uploads.replace('{bucket}', encodeURIComponent(input.text('bucket')));
  const location = `${context.baseUrl}/object-store/google${path}?uploadType=resumable&upload_id=${id}`;
  return { status: 200, headers: { location } };
}

function resumeUpload(input: Input, context: Context): Promise<RouteResponse> {
  const id = input.query['upload_id'] ?? '';
  const upload = context.uploads.get(id);
  if (upload?.kind !== 'object') throw new ApiError(404, 'NOT_FOUND', 'Upload not found.');
  // The address of an upload is its permission, so that nothing else is asked for.
  const place = placeOfKey(context.session, upload.path);
  return resume(context, upload, id, (received) => storeKey(context, place, received));
}

/** The responses of the JSON API of Google Cloud Storage. */
export const googleRoutes: readonly Route[] = [
  google({
    method: 'GET',
    template: '/storage/v1/b/{bucket}/o/{object}',
    write: false,
    succeeds: [200, 206],
    auth: 'signed',
    fields: { alt: 'string!' },
    handle: (input, context) =>
      readKey(context, openKey(context, input.text('object'), checkBearer(context), 'read')),
  }),
  google({
    method: 'GET',
    template: '/storage/v1/b/{bucket}/o',
    write: false,
    auth: 'signed',
    fields: { prefix: 'string!', maxResults: 'int', pageToken: 'string', fields: 'string' },
    handle: list,
  }),
  google({
    method: 'POST',
    template: uploads,
    write: true,
    auth: 'signed',
    streams: true,
    query: { uploadType: 'string!', name: 'string!' },
    handle: post,
  }),
  google({
    method: 'PUT',
    template: uploads,
    write: true,
    succeeds: [200, 308],
    auth: 'signed',
    streams: true,
    query: { uploadType: 'string!', upload_id: 'string!' },
    handle: resumeUpload,
  }),
  google({
    method: 'DELETE',
    template: uploads,
    write: true,
    succeeds: [499],
    auth: 'signed',
    query: { uploadType: 'string!', upload_id: 'string!' },
    handle: (input, context) => {
      context.uploads.delete(input.query['upload_id'] ?? '');
      return { status: 499 };
    },
  }),
];
