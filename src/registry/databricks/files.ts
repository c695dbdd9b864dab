import type { FullName } from '../../domain/full-name.ts';
import type { HttpClient } from '../../http/client.ts';
import { header, protocolError } from '../../http/errors.ts';
import type { StorageEndpoints } from '../../storage/endpoints.ts';
import { ClosedRoads, SMALL_LANE } from '../../transfer/lane.ts';
import type { ByteRange, ByteStream, FileSink, FileSource } from '../../transfer/port.ts';
import { readWhole } from '../file-path.ts';
import { listFiles } from './files-listing.ts';
import { MultipartWriter } from './files-parts.ts';
import { fileRequest, versionRoot } from './files-path.ts';
import { DatabricksRangeReader } from './files-ranges.ts';
import { signedResumable } from './files-resumable.ts';
import { presign } from './files-signed.ts';
import { getFile, offsetOf, unbroken } from './files-stream.ts';
import { readingRoads } from './reading-roads.ts';
import { versionStorage } from './version-storage.ts';
import * as wire from './wire-files.ts';

/** The workspace road of the Files API takes no file over 5 GiB (databricks-sdk-py `mixins/files.py`; mlflow/mlflow#23955). */
const MAX_PUT_BYTES = 5 * 1024 ** 3;

/** The files of a version through the Files API, read (uc-protocol §9.2). */
export function filesApiSource(
  http: HttpClient,
  name: FullName,
  version: number,
  endpoints: StorageEndpoints,
): FileSource {
  const root = versionRoot(name, version);
  const closed = new ClosedRoads();
  const openStorage = versionStorage(http, { name, version }, 'read', endpoints);
  const open = (path: string, range?: ByteRange) => openFile(http, `${root}/${path}`, range);
  return {
    lane: SMALL_LANE,
    list: () => listFiles(http, root),
    open,
    async read(path, limit) {
      const stream = await open(path);
      return stream === undefined ? undefined : readWhole(stream, path, limit);
    },
    openRanges: (file) =>
      new DatabricksRangeReader(http, file, readingRoads(http, root, file, openStorage), closed),
  };
}

/** The files of a pending version through the Files API, written: small ones in one PUT, large ones in parts. */
export function filesApiSink(
  http: HttpClient,
  name: FullName,
  version: number,
  endpoints: StorageEndpoints,
): FileSink {
  const root = versionRoot(name, version);
  const openStorage = versionStorage(http, { name, version }, 'write', endpoints);
  return {
    maxFileSize: MAX_PUT_BYTES,
    async write(file, open) {
      const request = fileRequest('PUT', `${root}/${file.path}`, { overwrite: true });
      await http.send(request, { contentType: 'application/octet-stream', length: file.size, open });
    },
    async openParts(file) {
      const path = `${root}/${file.path}`;
      const query = { action: 'initiate-upload', overwrite: true };
      const begun = await presign(http, { ...fileRequest('POST', path, query), json: {} }, wire.initiated);
      const multipart = begun.multipart_upload?.session_token;
      const resumable = begun.resumable_upload?.session_token;
      const session = multipart ?? resumable;
      if (session !== undefined) http.mask(session);
      if (multipart !== undefined) return new MultipartWriter({ http, path, file, token: multipart });
      if (resumable !== undefined) return signedResumable({ http, path, file, token: resumable });
      throw protocolError('names no kind of upload', 'POST /api/2.0/fs/files{path}?action=initiate-upload');
    },
    openStorage: async (file) => (await openStorage()).openParts(file),
  };
}

async function openFile(
  http: HttpClient,
  path: string,
  range: ByteRange | undefined,
): Promise<ByteStream | undefined> {
  let unmodifiedSince: string | undefined;
  const end = range === undefined ? undefined : range.start + range.length;
  const bytes = await unbroken(
    http,
    range?.start ?? 0,
    async (start) => {
      const asked =
        start === 0 && end === undefined ? undefined : { start, ...(end === undefined ? {} : { end }) };
      const answer = await getFile(http, path, asked, unmodifiedSince);
      if (answer === undefined) return undefined;
      unmodifiedSince ??= header(answer.headers, 'last-modified') || undefined;
      return { stream: answer.stream, offset: asked === undefined ? 0 : offsetOf(answer, start) };
    },
    'GET /api/2.0/fs/files{path}',
  );
  return bytes === undefined || range === undefined ? bytes : firstOf(bytes, range.length);
}

/** At most `length` bytes: a server that ignores ranges sends more. */
async function* firstOf(bytes: ByteStream, length: number): AsyncGenerator<Uint8Array> {
  let left = length;
  for await (const chunk of bytes) {
    if (chunk.length >= left) {
      yield chunk.subarray(0, left);
      return;
    }
    left -= chunk.length;
    yield chunk;
  }
}
