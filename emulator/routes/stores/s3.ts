import { randomBytes } from 'node:crypto';
import { ApiError } from '../../metastore/api-error.ts';
import { digestOf, joinContent } from '../../metastore/content.ts';
import { folderOf } from '../../metastore/locations.ts';
import { textOf } from '../../server/body.ts';
import type { Input } from '../input.ts';
import {
  element,
  listKeys,
  objectUpload,
  openKey,
  readKey,
  receiveChecked,
  storeKey,
  xml,
} from './objects.ts';
import { family, type RouteResponse, type Context, type Route, type Upload } from '../route.ts';
import { checkSigV4, REGION } from './sigv4.ts';

const s3 = family('/object-store/s3', { from: 'docs', section: 'Amazon S3 behind temporary credentials' });

/** Encrypted by KMS, an ETag is no md5 (Amazon S3 API reference, Object). */
const KMS_HEADERS = { 'x-amz-server-side-encryption': 'aws:kms' };

/** The smallest part but the last that S3 takes. Bytes. */
const MIN_PART = 5 * 1024 * 1024;

function uploadOf({ uploads }: Context, id: string, key: string): Upload {
  const upload = uploads.get(id);
  if (upload?.kind !== 'object' || upload.path !== key)
    throw new ApiError(404, 'NoSuchUpload', 'The specified upload does not exist.', 'xml');
  return upload;
}

/** The region stands in a refusal too, by which a client learns where to sign for (Amazon S3 API reference, HeadBucket). */
function headBucket(_input: Input, context: Context): RouteResponse {
  const headers = { 'x-amz-bucket-region': REGION };
  try {
    checkSigV4(context, true);
  } catch (error) {
    if (error instanceof ApiError) error.headers = headers;
    throw error;
  }
  return { status: 200, headers };
}

function listBucket(input: Input, context: Context): RouteResponse {
  if ('location' in input.query) {
    checkSigV4(context, true);
    return xml(element('LocationConstraint', REGION));
  }
  const grant = checkSigV4(context);
  const prefix = input.maybeText('prefix') ?? '';
  if (!prefix.startsWith(grant.folder)) throw new ApiError(403, 'AccessDenied', 'Access Denied', 'xml');
  if ('uploads' in input.query) {
    const rows = [...context.uploads]
      .filter(([, upload]) => upload.kind === 'object' && upload.path.startsWith(prefix))
      .map(([id, { path }]) =>
        [
          element('Key', path),
          element('UploadId', id),
          element('Initiated', '2026-01-01T00:00:00.000Z'),
        ].join(''),
      );
    return xml(
      `<ListMultipartUploadsResult>${rows.map((row) => `<Upload>${row}</Upload>`).join('')}</ListMultipartUploadsResult>`,
    );
  }
  if (input.query['delimiter'] === undefined) {
    const cut = listKeys(context, grant, {
      prefix,
      size: input.maybeInteger('max-keys') ?? 1000,
      token: input.maybeText('continuation-token'),
    });
    // XML cannot hold every character of a key (Amazon S3 API reference, ListObjectsV2, `encoding-type`).
    const isEncoded = input.maybeText('encoding-type') === 'url';
    const encoded = (key: string) => encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+');
    const rows = cut.items.map(
      ({ key, size }) => element('Key', isEncoded ? encoded(key) : key) + element('Size', size),
    );
    const encoding = isEncoded ? element('EncodingType', 'url') : '';
    const next = cut.token === undefined ? '' : element('NextContinuationToken', cut.token);
    return xml(
      `<ListBucketResult>${encoding}${element('IsTruncated', String(next !== ''))}${rows.map((row) => `<Contents>${row}</Contents>`).join('')}${next}</ListBucketResult>`,
    );
  }
  const found = openKey(context, `${grant.folder}/`, grant, 'read').version;
  const within = `${prefix.slice(folderOf(found).length + 1)}`;
  const names = [...found.files].filter(([name]) => name.startsWith(within));
  const direct = names.filter(([name]) => !name.slice(within.length).includes('/'));
  const folders = new Set(
    names
      .filter((each) => !direct.includes(each))
      .map(([name]) => within + (name.slice(within.length).split('/')[0] ?? '')),
  );
  const contents = direct.map(
    ([name, { content }]) => element('Key', `${grant.folder}/${name}`) + element('Size', content.size),
  );
  return xml(
    `<ListBucketResult>${element('IsTruncated', 'false')}${contents.map((row) => `<Contents>${row}</Contents>`).join('')}${[
      ...folders,
    ]
      .map((name) => `<CommonPrefixes>${element('Prefix', `${grant.folder}/${name}/`)}</CommonPrefixes>`)
      .join('')}</ListBucketResult>`,
  );
}

function get(input: Input, context: Context): RouteResponse {
  const grant = checkSigV4(context);
  const key = input.text('key');
  const id = input.maybeText('uploadId');
  const place = openKey(context, key, grant, id === undefined ? 'read' : 'write');
  if (id === undefined) return readKey(context, place);
  const after = input.maybeInteger('part-number-marker') ?? 0;
  const most = context.session.switches.smallPages ? 2 : 1000;
  const left = [...uploadOf(context, id, key).parts]
    .filter(([number]) => number > after)
    .sort(([a], [b]) => a - b);
  const rows = left
    .slice(0, most)
    .map(([number, { etag, content }]) =>
      [element('PartNumber', number), element('ETag', etag), element('Size', content.size)].join(''),
    );
  const last = left[rows.length - 1]?.[0] ?? after;
  return xml(
    `<ListPartsResult>${rows.map((row) => `<Part>${row}</Part>`).join('')}${element('NextPartNumberMarker', last)}${element('IsTruncated', String(left.length > most))}</ListPartsResult>`,
  );
}

async function put(input: Input, context: Context): Promise<RouteResponse> {
  const grant = checkSigV4(context);
  const key = input.text('key');
  const place = openKey(context, key, grant, 'write');
  const id = input.query['uploadId'];
  if (id === undefined) {
    const received = await receiveChecked(context);
    storeKey(context, place, received);
    return { status: 200, headers: { etag: `"${received.md5}"` } };
  }
  const upload = uploadOf(context, id, key);
  const { content, md5 } = await receiveChecked(context);
  const isKms = context.s3.encryption?.algorithm === 'AWS_SSE_KMS';
  const etag = `"${isKms ? randomBytes(16).toString('hex') : md5}"`;
  upload.parts.set(Number(input.query['partNumber']), { content, etag });
  return { status: 200, headers: { etag, ...(isKms ? KMS_HEADERS : {}) } };
}

async function post(input: Input, context: Context): Promise<RouteResponse> {
  const grant = checkSigV4(context);
  const key = input.text('key');
  const place = openKey(context, key, grant, 'write');
  if ('uploads' in input.query) {
    const id = randomBytes(12).toString('hex');
    context.uploads.set(id, objectUpload(key));
    return xml(`<InitiateMultipartUploadResult>${element('UploadId', id)}</InitiateMultipartUploadResult>`);
  }
  const id = input.query['uploadId'] ?? '';
  const upload = uploadOf(context, id, key);
  const listed = [
    ...(await textOf(context.body)).matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>(.*?)<\/ETag>/g),
  ];
  const contents = listed.map(([, number, etag = ''], index) => {
    const part = upload.parts.get(Number(number));
    if (Number(number) !== index + 1 || part?.etag !== etag.replaceAll(/&(?:quot|#34);/g, '"'))
      throw new ApiError(400, 'InvalidPart', 'One or more of the specified parts could not be found.', 'xml');
    if (index < listed.length - 1 && part.content.size < MIN_PART)
      throw new ApiError(400, 'EntityTooSmall', 'A part is smaller than the minimum allowed size.', 'xml');
    return part.content;
  });
  if (contents.length === 0) throw new ApiError(400, 'MalformedXML', 'The list of parts is empty.', 'xml');
  const content = joinContent(contents);
  storeKey(context, place, { content, sha256: await digestOf(content) });
  context.uploads.delete(id);
  return xml(`<CompleteMultipartUploadResult>${element('Key', key)}</CompleteMultipartUploadResult>`);
}

/** What a signed URL has in its query. */
const signedQuery = {
  'X-Amz-Algorithm': 'string',
  'X-Amz-Credential': 'string',
  'X-Amz-Date': 'string',
  'X-Amz-Expires': 'string',
  'X-Amz-SignedHeaders': 'string',
  'X-Amz-Security-Token': 'string',
  'X-Amz-Signature': 'string',
} as const;

/** The responses of a bucket of Amazon S3. */
export const s3Routes: readonly Route[] = [
  s3({
    method: 'HEAD',
    template: '/{bucket}',
    write: false,
    auth: 'signed',
    handle: headBucket,
  }),
  s3({
    method: 'GET',
    template: '/{bucket}',
    write: false,
    auth: 'signed',
    fields: {
      uploads: 'string',
      location: 'string',
      prefix: 'string',
      'list-type': 'string',
      delimiter: 'string',
      'encoding-type': 'string',
      'max-keys': 'string',
      'continuation-token': 'string',
    },
    handle: listBucket,
  }),
  s3({
    method: 'GET',
    template: '/{bucket}/{key*}',
    write: false,
    succeeds: [200, 206],
    auth: 'signed',
    fields: { ...signedQuery, uploadId: 'string', 'part-number-marker': 'int' },
    handle: get,
  }),
  s3({
    method: 'HEAD',
    template: '/{bucket}/{key*}',
    write: false,
    succeeds: [200, 206],
    auth: 'signed',
    handle: get,
  }),
  s3({
    method: 'PUT',
    template: '/{bucket}/{key*}',
    write: true,
    auth: 'signed',
    streams: true,
    query: { ...signedQuery, uploadId: 'string', partNumber: 'int' },
    handle: put,
  }),
  s3({
    method: 'POST',
    template: '/{bucket}/{key*}',
    write: true,
    auth: 'signed',
    streams: true,
    query: { uploads: 'string', uploadId: 'string' },
    handle: post,
  }),
  s3({
    method: 'DELETE',
    template: '/{bucket}/{key*}',
    write: true,
    succeeds: [204],
    auth: 'signed',
    query: { uploadId: 'string!' },
    handle: (input, context) => {
      const key = input.text('key');
      openKey(context, key, checkSigV4(context), 'write');
      uploadOf(context, input.query['uploadId'] ?? '', key);
      context.uploads.delete(input.query['uploadId'] ?? '');
      return { status: 204 };
    },
  }),
];
