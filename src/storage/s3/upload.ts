import type { FileEntry } from '../../domain/file-entry.ts';
import { PromoteError } from '../../domain/errors.ts';
import { show } from '../../domain/printable.ts';
import { header } from '../../http/failed-response.ts';
import type { Response } from '../../http/transport.ts';
import type { Part } from '../../transfer/part.ts';
import { base64Of, type BlockUpload } from '../block-writer.ts';
import type { S3Encryption } from '../credentials.ts';
import { encodeValue } from '../place.ts';
import { md5InEtag } from './etag.ts';
import { storedSize } from '../object-store.ts';
import type { S3Bucket } from './request.ts';
import { elements, escapeXml, textOf } from '../xml.ts';
import { strangeResponse } from '../strange-response.ts';

/** As much as a list of uploads or of 1,000 parts may have. Bytes. */
const MAX_XML = 4 * 1024 * 1024;

/** Lists of parts, 1,000 each: S3 has at most 10,000 parts a file. */
const MAX_PAGES = 11;

const OK = new Set([200]);
const LISTED = new Set([200, 403, 404, 501]);
const COMPLETED = new Set([200, 404]);
const GONE = new Set([200, 204, 404]);

/**
 * A multipart upload into a bucket (Amazon S3 API reference, "Uploading and copying objects using multipart upload"). One
 * that an earlier run began for the same object is resumed: the ETag of a part is its md5, but for encryption with
 * KMS, where no part is taken for arrived.
 */
export async function openS3Upload(
  store: S3Bucket,
  file: FileEntry,
  encryption: S3Encryption | undefined,
): Promise<BlockUpload> {
  const key = store.keyOf(file.path);
  const begun = await findUpload(store, key);
  const etags = begun === undefined ? new Map<number, string>() : await listParts(store, key, begun);
  const uploadId = encodeValue(begun ?? (await beginUpload(store, key, encryption)));
  let mayRenew = true;
  const sendPart = async (part: Part, signed: Readonly<Record<string, string>>): Promise<Response> => {
    const response = await putPart(store, key, { uploadId, part, signed });
    etags.set(part.index + 1, header(response.headers, 'etag'));
    return response;
  };
  return {
    ...(begun === undefined && encryption?.algorithm !== 'aws:kms'
      ? { stream: (part: Part) => sendPart(part, {}).then(md5InEtag) }
      : {}),
    has: (index, md5) => etags.get(index + 1)?.replaceAll('"', '') === md5,
    put: async (part, md5) => void (await sendPart(part, { 'content-md5': base64Of(md5) })),
    async complete(count) {
      const renewOnRefusal = mayRenew;
      mayRenew = false;
      await complete(store, file, { uploadId, etags: etagsOf(etags, count), renewOnRefusal });
    },
    async abandon() {
      const query = `uploadId=${uploadId}`;
      const call = 'DELETE {object}?uploadId';
      const request = { call, method: 'DELETE', query, accept: GONE, isOnce: true } as const;
      await (await store.send(key, request)).discard();
    },
  };
}

/** The headers that encrypt a new object. */
export function encryptionHeaders(encryption: S3Encryption | undefined): Record<string, string> {
  if (encryption === undefined) return {};
  return {
    'x-amz-server-side-encryption': encryption.algorithm,
    ...(encryption.key === undefined
      ? {}
      : { 'x-amz-server-side-encryption-aws-kms-key-id': encryption.key }),
  };
}

/** The newest upload of the object that was begun and not completed; undefined also where the store lists none. */
async function findUpload(store: S3Bucket, key: string): Promise<string | undefined> {
  const response = await store.send('', {
    call: 'GET {bucket}?uploads',
    method: 'GET',
    query: `uploads=&prefix=${encodeValue(key)}`,
    accept: LISTED,
  });
  const xml = await response.text(MAX_XML);
  if (response.status !== 200) return undefined;
  const rows = elements(xml, 'Upload')
    .filter((row) => textOf(row, 'Key') === key)
    .sort((a, b) => (textOf(b, 'Initiated') ?? '').localeCompare(textOf(a, 'Initiated') ?? ''));
  return rows[0] === undefined ? undefined : textOf(rows[0], 'UploadId');
}

async function listParts(store: S3Bucket, key: string, id: string): Promise<Map<number, string>> {
  const etags = new Map<number, string>();
  let marker = '';
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const response = await store.send(key, {
      call: 'GET {object}?uploadId',
      method: 'GET',
      query: `uploadId=${encodeValue(id)}${marker === '' ? '' : `&part-number-marker=${marker}`}`,
      accept: OK,
    });
    const xml = await response.text(MAX_XML);
    for (const row of elements(xml, 'Part')) {
      etags.set(Number(textOf(row, 'PartNumber')), textOf(row, 'ETag') ?? '');
    }
    marker = /^\d+$/u.exec(textOf(xml, 'NextPartNumberMarker') ?? '')?.[0] ?? '';
    if (textOf(xml, 'IsTruncated') !== 'true' || marker === '') return etags;
  }
  throw strangeResponse('has more parts than are allowed for a file', 'GET {object}?uploadId');
}

async function beginUpload(
  store: S3Bucket,
  key: string,
  encryption: S3Encryption | undefined,
): Promise<string> {
  const call = 'POST {object}?uploads';
  const signed = encryptionHeaders(encryption);
  const response = await store.send(key, { call, method: 'POST', query: 'uploads=', signed, accept: OK });
  const id = textOf(await response.text(MAX_XML), 'UploadId');
  if (id === undefined || id === '') throw strangeResponse('names no upload', call);
  return id;
}

interface SentPart {
  readonly uploadId: string;
  readonly part: Part;
  readonly signed: Readonly<Record<string, string>>;
}

async function putPart(
  store: S3Bucket,
  key: string,
  { uploadId, part, signed }: SentPart,
): Promise<Response> {
  const call = 'PUT {object}?partNumber';
  const response = await store.send(key, {
    call,
    method: 'PUT',
    query: `partNumber=${part.index + 1}&uploadId=${uploadId}`,
    signed,
    headers: { 'content-length': String(part.size) },
    body: () => part.stream(),
    accept: OK,
  });
  await response.discard();
  if (header(response.headers, 'etag') === '') throw strangeResponse('has no ETag', call);
  return response;
}

function etagsOf(etags: ReadonlyMap<number, string>, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const etag = etags.get(index + 1);
    if (etag === undefined) throw new TypeError(`Part ${index + 1} was not sent.`);
    return etag;
  });
}

interface Completion {
  readonly uploadId: string;
  readonly etags: readonly string[];
  /** Whether the permission may be renewed when it is refused: once an upload. */
  readonly renewOnRefusal: boolean;
}

async function complete(
  store: S3Bucket,
  file: FileEntry,
  { uploadId, etags, renewOnRefusal }: Completion,
): Promise<void> {
  const rows = etags.map(
    (etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`,
  );
  const body = Buffer.from(
    `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${rows.join('')}</CompleteMultipartUpload>`,
  );
  const response = await store.send(store.keyOf(file.path), {
    call: 'POST {object}?uploadId',
    method: 'POST',
    query: `uploadId=${uploadId}`,
    headers: { 'content-type': 'application/xml', 'content-length': String(body.length) },
    body: () => body,
    accept: COMPLETED,
    isOnce: true,
    renewOnRefusal,
  });
  const xml = await response.text(MAX_XML);
  // S3 sends 200 before it is done: a failure comes in the body (Amazon S3 API reference, CompleteMultipartUpload).
  const code = textOf(xml, 'Code');
  if (response.status === 200 && code === undefined) return;
  // The response to an earlier try may have been lost: then the upload is gone and the file is there.
  if ((await storedSize(store, file.path)) === file.size) return;
  const isGone = response.status === 404;
  throw new PromoteError(
    `The storage could not assemble the parts of ${show(file.path)} (${show(code ?? `HTTP ${response.status}`, 60)}).`,
    { code: isGone ? 'not-found' : 'unavailable', outcome: 'unavailable', fix: 'Run again.' },
  );
}
