import type { FileEntry } from '../../domain/file-entry.ts';
import { header } from '../../http/failed-response.ts';
import type { Response } from '../../http/transport.ts';
import { RouteRefused } from '../../transfer/route.ts';
import type { Part } from '../../transfer/part.ts';
import type { PartWriter } from '../../transfer/port.ts';
import { base64Of, BlockWriter } from '../block-writer.ts';
import { callStore, type StoreCall } from '../call.ts';
import type { StorageCredentials } from '../credentials.ts';
import { endpointOf } from '../endpoints.ts';
import { folderOf, listFolder, MAX_PAGE_BYTES, type ListedObject } from '../folder-listing.ts';
import {
  rangeHeaders,
  READ_RESPONSES,
  type ObjectStore,
  type StoreOptions,
  type StoreRange,
} from '../object-store.ts';
import { encodeKey, encodeValue, type StoragePlace } from '../place.ts';
import { md5Of, WholeBody, type OpenBytes } from '../whole-body.ts';
import { elements, textOf } from '../xml.ts';

/** Version of the Blob service's protocol. */
const VERSION = { 'x-ms-version': '2023-11-03' };

/** A list of 50,000 blocks, the most that a blob has. Bytes. */
const MAX_XML = 16 * 1024 * 1024;

const OK = new Set([200]);
const CREATED = new Set([201]);
const LISTED = new Set([200, 403, 404]);

type BlobRequest = Omit<StoreCall, 'url'> & { readonly query?: string };

/**
 * A folder of a container by a shared access signature, through the account's Blob endpoint: blocks are sent in any order
 * and put together by a list (Azure Storage REST reference, Put Block, Put Block List).
 */
export class AzureStore implements ObjectStore {
  readonly label = 'Azure Blob Storage';
  readonly #options: StoreOptions<Extract<StoragePlace, { kind: 'azure' }>>;

  constructor(options: StoreOptions<Extract<StoragePlace, { kind: 'azure' }>>) {
    this.#options = options;
  }

  open(path: string, range: StoreRange): Promise<Response> {
    return this.#send(path, {
      call: 'GET {blob}',
      method: 'GET',
      headers: rangeHeaders(range),
      accept: READ_RESPONSES,
      streams: true,
    });
  }

  /** List Blobs; names that XML cannot hold come percent-encoded (Azure Storage REST reference, List Blobs). */
  list(): Promise<FileEntry[]> {
    const { prefix } = this.#options.place;
    const call = 'GET {container}?comp=list';
    return listFolder(call, prefix, async (next) => {
      const query = [
        `restype=container&comp=list&include=metadata&prefix=${encodeValue(folderOf(prefix))}`,
        ...(next === undefined ? [] : [`marker=${encodeValue(next)}`]),
      ].join('&');
      const response = await this.#send(undefined, { call, method: 'GET', query, accept: OK });
      const xml = await response.text(MAX_PAGE_BYTES);
      return { objects: elements(xml, 'Blob').map(toObject), next: textOf(xml, 'NextMarker') };
    });
  }

  async put(file: FileEntry, open: OpenBytes): Promise<void> {
    const whole = await WholeBody.of(open);
    const response = await this.#send(file.path, {
      call: 'PUT {blob}',
      method: 'PUT',
      headers: {
        'x-ms-blob-type': 'BlockBlob',
        'content-length': String(file.size),
        ...(whole.md5 === undefined ? {} : { 'content-md5': base64Of(whole.md5) }),
      },
      body: () => whole.body(),
      accept: CREATED,
    });
    await response.discard();
    whole.requireArrived(file, md5Of(header(response.headers, 'content-md5')));
  }

  async openParts(file: FileEntry): Promise<PartWriter> {
    const sent = await this.#listBlocks(file.path);
    const blocks = new Map<number, string>();
    let mayRenew = true;
    return new BlockWriter(this.#options.http, this.label, file, {
      has: (index, md5) => {
        const id = blockId(index, md5);
        if (sent.has(id)) blocks.set(index, id);
        return sent.has(id);
      },
      put: async (part, md5) => {
        await this.#putBlock(file.path, part, md5);
        blocks.set(part.index, blockId(part.index, md5));
      },
      complete: async (count) => {
        const renewOnRefusal = mayRenew;
        mayRenew = false;
        await this.#commit(file.path, blocks, { count, renewOnRefusal });
      },
      // Blocks that no list names vanish within a week by themselves; there is no call to remove them.
      abandon: async () => {},
    });
  }

  async #putBlock(path: string, part: Part, md5: string): Promise<void> {
    const response = await this.#send(path, {
      call: 'PUT {blob}?comp=block',
      method: 'PUT',
      query: `comp=block&blockid=${encodeURIComponent(blockId(part.index, md5))}`,
      headers: { 'content-length': String(part.size), 'content-md5': base64Of(md5) },
      body: () => part.stream(),
      accept: CREATED,
    });
    await response.discard();
  }

  /** Ids of blocks that arrived and are in no file yet; none where the store does not list them. */
  async #listBlocks(path: string): Promise<ReadonlySet<string>> {
    const response = await this.#send(path, {
      call: 'GET {blob}?comp=blocklist',
      method: 'GET',
      query: 'comp=blocklist&blocklisttype=uncommitted',
      accept: LISTED,
    });
    const xml = await response.text(MAX_XML);
    if (response.status !== 200) return new Set();
    return new Set(elements(xml, 'Block').flatMap((block) => textOf(block, 'Name') ?? []));
  }

  async #commit(
    path: string,
    blocks: ReadonlyMap<number, string>,
    { count, renewOnRefusal }: { readonly count: number; readonly renewOnRefusal: boolean },
  ): Promise<void> {
    const ids = Array.from({ length: count }, (_, index) => {
      const id = blocks.get(index);
      if (id === undefined) throw new TypeError(`Block ${index} was not sent.`);
      return `<Latest>${id}</Latest>`;
    });
    const body = Buffer.from(`<?xml version="1.0" encoding="utf-8"?><BlockList>${ids.join('')}</BlockList>`);
    const response = await this.#send(path, {
      call: 'PUT {blob}?comp=blocklist',
      method: 'PUT',
      query: 'comp=blocklist',
      headers: { 'content-type': 'application/xml', 'content-length': String(body.length) },
      body: () => body,
      accept: CREATED,
      isOnce: true,
      renewOnRefusal,
    });
    await response.discard();
  }

  /** A request about a file, or about the container. */
  async #send(path: string | undefined, { query, headers, ...request }: BlobRequest): Promise<Response> {
    const { http, place, credentials, endpoints } = this.#options;
    const base = endpointOf('azure', endpoints) ?? `https://${place.host}`;
    const blob = path === undefined ? '' : `/${encodeKey(`${folderOf(place.prefix)}${path}`)}`;
    let used: StorageCredentials | undefined;
    return callStore(http, {
      renewOnRefusal: true,
      ...request,
      headers: { ...VERSION, ...headers },
      url: async (renew) => {
        used = await credentials.get(renew ? used : undefined);
        const search = [query, sasOf(used)].filter((part) => part !== undefined).join('&');
        return { url: `${base}/${encodeKey(place.container)}${blob}?${search}`, headers: {} };
      },
    });
  }
}

/**
 * The name of a block holds the md5 of its bytes, which the store checked when it took them, so that a later run knows
 * what arrived. All names of a blob have one length (Azure Storage REST reference, Put Block).
 */
function blockId(index: number, md5: string): string {
  return Buffer.from(`${String(index).padStart(6, '0')}-${md5}`).toString('base64');
}

function sasOf({ secret }: StorageCredentials): string {
  if (secret.kind !== 'azure') throw new RouteRefused(`the credentials are now for ${secret.kind}`);
  return secret.sas.replace(/^\?/u, '');
}

/** One row of a list. An account with a hierarchical namespace, or a tool that stands in for one, lists directories too. */
function toObject(row: string): ListedObject {
  const name = textOf(row, 'Name') ?? '';
  const isEncoded = /<Name\s+Encoded="true"/u.test(row);
  const isDirectory = textOf(row, 'ResourceType') === 'directory' || textOf(row, 'hdi_isfolder') === 'true';
  return {
    key: isEncoded ? decoded(name) : name,
    size: textOf(row, 'Content-Length') ?? '',
    isDirectory,
  };
}

/** A name that was percent-encoded; one that is badly encoded stays as it is. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch (error) {
    if (error instanceof URIError) return name;
    throw error;
  }
}
