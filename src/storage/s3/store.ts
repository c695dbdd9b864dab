import type { FileEntry } from '../../domain/file-entry.ts';
import { show } from '../../domain/printable.ts';
import { header, protocolError } from '../../http/failed-response.ts';
import type { Response } from '../../http/transport.ts';
import type { PartWriter } from '../../transfer/port.ts';
import { RouteRefused } from '../../transfer/route.ts';
import { base64Of, BlockWriter } from '../block-writer.ts';
import { callStore, type SignedUrl } from '../call.ts';
import type { StorageCredentials, StorageSecret } from '../credentials.ts';
import { endpointOf } from '../endpoints.ts';
import { folderOf, listFolder, MAX_PAGE_BYTES } from '../folder-listing.ts';
import {
  rangeHeaders,
  READ_RESPONSES,
  type ObjectStore,
  type StoreOptions,
  type StoreRange,
} from '../object-store.ts';
import { encodeKey, encodeValue, type StoragePlace } from '../place.ts';
import { WholeBody, type OpenBytes } from '../whole-body.ts';
import { elements, textOf } from '../xml.ts';
import { md5InEtag } from './etag.ts';
import type { S3Request } from './request.ts';
import { encryptionHeaders, openS3Upload } from './upload.ts';

type S3Place = Extract<StoragePlace, { kind: 's3' | 'r2' }>;
type S3Secret = Extract<StorageSecret, { kind: 's3' }>;

/** Where a bucket is served, and the region that requests are signed for. */
interface BucketAddress {
  readonly url: string;
  readonly region: string;
}

const OK = new Set([200]);

/** Statuses of a HEAD of a bucket: each response names the bucket's region, refusals too. */
const HEAD_RESPONSES = new Set([200, 301, 307, 400, 403]);

/** A folder of a bucket of Amazon S3, or of Cloudflare R2 by the same protocol, by keys and a session token (SigV4). */
export class S3Store implements ObjectStore {
  readonly label: string;
  readonly #options: StoreOptions<S3Place>;
  #address: Promise<BucketAddress> | undefined;

  constructor(options: StoreOptions<S3Place>) {
    this.#options = options;
    this.label = options.place.kind === 'r2' ? 'Cloudflare R2' : 'Amazon S3';
  }

  open(path: string, range: StoreRange): Promise<Response> {
    return this.send(this.keyOf(path), {
      call: 'GET {object}',
      method: 'GET',
      headers: rangeHeaders(range),
      accept: READ_RESPONSES,
      streams: true,
    });
  }

  /** ListObjectsV2; a store that knows `encoding-type` says that the names are encoded (Amazon S3 API reference). */
  list(): Promise<FileEntry[]> {
    const { prefix } = this.#options.place;
    const call = 'GET {bucket}?list-type=2';
    return listFolder(call, prefix, async (next) => {
      const token = next === undefined ? '' : `&continuation-token=${encodeValue(next)}`;
      const query = `encoding-type=url&list-type=2&prefix=${encodeValue(folderOf(prefix))}${token}`;
      const response = await this.send('', { call, method: 'GET', query, accept: OK });
      const xml = await response.text(MAX_PAGE_BYTES);
      const isEncoded = textOf(xml, 'EncodingType') === 'url';
      const objects = elements(xml, 'Contents').map((row) => ({
        key: isEncoded ? decoded(textOf(row, 'Key') ?? '', call) : (textOf(row, 'Key') ?? ''),
        size: textOf(row, 'Size') ?? '',
      }));
      const isLast = textOf(xml, 'IsTruncated') !== 'true';
      return { objects, next: isLast ? undefined : textOf(xml, 'NextContinuationToken') };
    });
  }

  async put(file: FileEntry, open: OpenBytes): Promise<void> {
    const { encryption } = secretOf(await this.#options.credentials.get());
    const whole = await WholeBody.of(open);
    const response = await this.send(this.keyOf(file.path), {
      call: 'PUT {object}',
      method: 'PUT',
      signed: {
        ...(whole.md5 === undefined ? {} : { 'content-md5': base64Of(whole.md5) }),
        ...encryptionHeaders(encryption),
      },
      headers: { 'content-length': String(file.size) },
      body: () => whole.body(),
      accept: OK,
    });
    await response.discard();
    whole.requireArrived(file, md5InEtag(response));
  }

  async openParts(file: FileEntry): Promise<PartWriter> {
    const { http, credentials } = this.#options;
    const { encryption } = secretOf(await credentials.get());
    const upload = await openS3Upload(this, file, encryption);
    return new BlockWriter(http, this.label, file, upload);
  }

  /** The object of a file. */
  keyOf(path: string): string {
    return `${folderOf(this.#options.place.prefix)}${path}`;
  }

  /** Sends a request about an object, or about the bucket for an empty key. */
  async send(key: string, { query, signed = {}, ...request }: S3Request): Promise<Response> {
    this.#address ??= this.#findBucket();
    const { url, region } = await this.#address;
    const path = key === '' ? '' : `/${encodeKey(key)}`;
    const full = `${url}${path}${query === undefined ? '' : `?${query}`}`;
    return callStore(this.#options.http, {
      renewOnRefusal: true,
      ...request,
      url: this.#signer(request.method, full, region, signed),
    });
  }

  /** `x-amz-bucket-region` comes with every response to HEAD of a bucket, whoever asks (Amazon S3 API reference, HeadBucket). */
  async #findBucket(): Promise<BucketAddress> {
    const { place, endpoints, http } = this.#options;
    const bucket = encodeKey(place.bucket);
    const endpoint = endpointOf('s3', endpoints);
    // R2 takes its account's host and the region `auto` (Cloudflare R2, "S3 API compatibility").
    if (place.kind === 'r2')
      return { url: `${endpoint ?? `https://${place.host}`}/${bucket}`, region: 'auto' };
    // A name with dots fits no certificate as a part of the host.
    const inPath = endpoint !== undefined || place.bucket.includes('.');
    const asked = inPath
      ? `${endpoint ?? 'https://s3.amazonaws.com'}/${bucket}`
      : `https://${bucket}.s3.amazonaws.com`;
    const response = await callStore(http, {
      call: 'HEAD {bucket}',
      method: 'HEAD',
      url: this.#signer('HEAD', asked, 'us-east-1', {}),
      accept: HEAD_RESPONSES,
    });
    await response.discard();
    const stated = header(response.headers, 'x-amz-bucket-region');
    const region = stated === '' ? 'us-east-1' : stated;
    if (!/^[a-z0-9-]{1,40}$/u.test(region))
      throw new RouteRefused('the storage names no region of the bucket');
    if (endpoint !== undefined) return { url: asked, region };
    const host = `s3.${region}.amazonaws.com`;
    return { url: inPath ? `https://${host}/${bucket}` : `https://${bucket}.${host}`, region };
  }

  /** The signature of one request, made for each try: it holds a quarter of an hour only. */
  #signer(
    method: string,
    url: string,
    region: string,
    headers: Readonly<Record<string, string>>,
  ): (renew: boolean) => Promise<SignedUrl> {
    const { credentials, http } = this.#options;
    let used: StorageCredentials | undefined;
    return async (renew) => {
      used = await credentials.get(renew ? used : undefined);
      const { AwsV4Signer } = await import(/* webpackChunkName: "work" */ 'aws4fetch');
      const { accessKeyId, secretAccessKey, sessionToken } = secretOf(used);
      const datetime = new Date(http.now()).toISOString().replace(/[:-]|\.\d{3}/gu, '');
      const signer = new AwsV4Signer({
        method,
        url,
        headers: { ...headers },
        accessKeyId,
        secretAccessKey,
        ...(sessionToken === undefined ? {} : { sessionToken }),
        service: 's3',
        region,
        datetime,
      });
      const result = await signer.sign();
      return { url: result.url.href, headers: Object.fromEntries(result.headers) };
    };
  }
}

/** A name as a list has it: `+` is a blank, as in a form, and a plus is encoded (botocore `unquote_str`). */
function decoded(key: string, call: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch (error) {
    if (error instanceof URIError) throw protocolError(`encodes "${show(key)}" incorrectly`, call);
    throw error;
  }
}

function secretOf({ secret }: StorageCredentials): S3Secret {
  if (secret.kind !== 's3') throw new RouteRefused(`the credentials are now for ${secret.kind}`);
  return secret;
}
