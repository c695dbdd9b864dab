import type { FullName } from '../../../domain/full-name.ts';
import { formatModelUri } from '../../../domain/model-uri.ts';
import type { HttpClient } from '../../../http/client.ts';
import { protocolError } from '../../../http/failed-response.ts';
import type { StorageEndpoints } from '../../../storage/endpoints.ts';
import type { Response } from '../../../http/transport.ts';
import { validatorsOf, type ReadableStore, type Validators } from '../../../storage/object-store.ts';
import { LARGE_FILE, SMALL_FILE_CHOICE } from '../../../transfer/route.ts';
import { MAX_IN_PARTS } from '../../../transfer/large-file.ts';
import type { ByteStream, FileSink, FileSource, UploadLimits } from '../../../transfer/port.ts';
import { changed } from '../../../transfer/changed.ts';
import { readWhole } from '../../read-whole.ts';
import { offsetOf, unbroken } from '../../unbroken.ts';
import type { FilesFolder } from './folder.ts';
import { FilesRoute, VERSION_STORAGE } from './route.ts';
import { listFiles } from './listing.ts';
import { MultipartWriter } from './parts.ts';
import { fileRequest, versionRoot } from './path.ts';
import { DatabricksRangeReader } from './ranges.ts';
import { signedResumable } from './resumable.ts';
import { presign } from './signed.ts';
import { getFile } from './get-file.ts';
import { readRoutes } from './read-routes.ts';
import { versionStorage } from './version-storage.ts';
import * as wire from '../wire/files.ts';

/** The workspace route of the Files API takes no file over 5 GiB (databricks-sdk-py `mixins/files.py`; mlflow/mlflow#23955). */
const MAX_PUT_BYTES = 5 * 1024 ** 3;

/** The files of a version through the Files API, read (uc-protocol §9.2). */
export function filesApiSource(
  http: HttpClient,
  name: FullName,
  version: number,
  endpoints: StorageEndpoints,
): FileSource {
  return folderSource(http, {
    label: formatModelUri(name, version),
    root: versionRoot(name, version),
    openStorage: versionStorage(http, { name, version }, 'read', endpoints),
    second: VERSION_STORAGE,
  });
}

/** The files of a folder through the Files API, and where that is closed from the storage behind it. */
export function folderSource(http: HttpClient, folder: FilesFolder): FileSource {
  const { label, root = '', openStorage, second, closes } = folder;
  const isServed = folder.root !== undefined;
  const gate = new FilesRoute({ operation: 'read', openStorage, second, closes, isServed });
  const open = (path: string) =>
    gate.pass(
      () =>
        openFile(http, (start, seen) => getFile(http, `${root}/${path}`, rangeFrom(start), seen?.modified)),
      (store) => openFile(http, (start, seen) => getObject(store, path, start, seen, gate)),
    );
  return {
    label,
    get choice() {
      return gate.choice;
    },
    list: () =>
      gate.pass(
        () => listFiles(http, root),
        (store) => store.list(),
      ),
    open,
    async read(path, limit) {
      const stream = await open(path);
      return stream === undefined ? undefined : readWhole(stream, path, limit);
    },
    openRanges: (file) => new DatabricksRangeReader(http, file, readRoutes(http, folder, file), gate.closed),
  };
}

/** What the Files API takes in one request, and in parts. */
export const UPLOAD_LIMITS: UploadLimits = { maxFileSize: MAX_PUT_BYTES, maxInParts: MAX_IN_PARTS };

/** The files of a pending version through the Files API, written: small ones in one PUT, large ones in parts. */
export function filesApiSink(
  http: HttpClient,
  name: FullName,
  version: number,
  endpoints: StorageEndpoints,
): FileSink {
  const root = versionRoot(name, version);
  const openStorage = versionStorage(http, { name, version }, 'write', endpoints);
  const gate = new FilesRoute({ operation: 'write', openStorage, second: VERSION_STORAGE });
  return {
    ...UPLOAD_LIMITS,
    async write(file, open) {
      const request = fileRequest('PUT', `${root}/${file.path}`, { overwrite: true });
      const body = { contentType: 'application/octet-stream', length: file.size, open };
      if (file.size >= LARGE_FILE) {
        await gate.byApi(() => http.send(request, body));
        return { route: 'workspace', reason: '' };
      }
      return gate.pass(
        async () => {
          await http.send(request, body);
          return SMALL_FILE_CHOICE;
        },
        async (store) => {
          await store.put(file, open);
          return gate.choice;
        },
      );
    },
    async openParts(file) {
      const path = `${root}/${file.path}`;
      const query = { action: 'initiate-upload', overwrite: true };
      // Begun twice, since the client may send this again, one session is left: nobody reads it, and the store removes it.
      const begun = await presign(http, { ...fileRequest('POST', path, query), json: {} }, wire.initiated);
      const multipart = begun.multipart_upload?.session_token;
      const resumable = begun.resumable_upload?.session_token;
      const session = multipart ?? resumable;
      if (session !== undefined) http.mask(session);
      if (multipart !== undefined) return new MultipartWriter({ http, path, file, token: multipart });
      if (resumable !== undefined) return signedResumable({ http, path, file, token: resumable });
      throw protocolError('names no upload method', 'POST /api/2.0/fs/files{path}?action=initiate-upload');
    },
    openStorage: async (file) => (await openStorage()).openParts(file),
  };
}

/** Opens a file from an offset on, for as long as it is what was seen; undefined when it does not exist. */
type Get = (start: number, seen: Validators | undefined) => Promise<Response | undefined>;

function rangeFrom(start: number): { readonly start: number } | undefined {
  return start === 0 ? undefined : { start };
}

/** A file straight from its storage, as {@link getFile} gives it through the workspace. */
async function getObject(
  store: ReadableStore,
  path: string,
  start: number,
  seen: Validators | undefined,
  gate: Pick<FilesRoute<ReadableStore>, 'explain'>,
): Promise<Response | undefined> {
  let response: Response;
  try {
    response = await store.open(path, { start, seen });
  } catch (error) {
    throw gate.explain(error);
  }
  if (response.status !== 404 && response.status !== 412) return response;
  await response.discard();
  if (response.status === 404) return undefined;
  throw changed({ path }, 'it was written while it was read');
}

async function openFile(http: HttpClient, get: Get): Promise<ByteStream | undefined> {
  let seen: Validators | undefined;
  return unbroken(
    http,
    async (start) => {
      const response = await get(start, seen);
      if (response === undefined) return undefined;
      seen ??= validatorsOf(response);
      return { stream: response.stream, offset: offsetOf(response, start) };
    },
    'GET {file}',
  );
}
