import type { FileEntry } from '../../domain/file-entry.ts';
import type { PromoteError } from '../../domain/errors.ts';
import type { FullName } from '../../domain/full-name.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import type { HttpClient } from '../../http/client.ts';
import { protocolError } from '../../http/failed-response.ts';
import type { RouteChoice } from '../../transfer/route.ts';
import type { FileSink, FileSource, UploadLimits } from '../../transfer/port.ts';
import { pages } from '../call.ts';
import { filesOfTree } from '../folder-tree.ts';
import { readWhole } from '../read-whole.ts';
import { unsupported } from '../unsupported.ts';
import { openWhole } from './file-stream.ts';
import { fileOfVersion, findPlace, type Place } from './place.ts';
import { requireServed } from './served-path.ts';
import * as wire from './wire.ts';

/** The files of a version, read through the server, whatever store they lie in (uc-protocol §12.1; MLflow 3.17.2). */
export function serverSource(http: HttpClient, name: FullName, version: number): FileSource {
  return placeSource(http, {
    label: formatModelUri(name, version),
    // A file alone, before anything was listed, needs no place: the server follows the version to it.
    file: fileOfVersion(name, version),
    find: () => findPlace(http, name, version),
    reason: 'the server serves the files of its versions',
  });
}

/** What is read through the server. */
interface ServedFolder {
  readonly label: string;
  /** How a file is asked for before anything was listed. */
  readonly file: Place['file'];
  readonly find: () => Promise<Place>;
  /** Why the bytes go this way. */
  readonly reason: string;
}

/** The files of a folder that the server lists and serves. */
export function placeSource(
  http: HttpClient,
  { label, file: first, find, reason }: ServedFolder,
): FileSource {
  let file = first;
  const open: FileSource['open'] = (path) => openWhole(http, path, file(path));
  const choice: RouteChoice = { route: 'workspace', reason };
  return {
    label,
    choice,
    async list() {
      const place = await find();
      file = place.file;
      return listFiles(http, place);
    },
    open,
    async read(path, limit) {
      const stream = await open(path);
      return stream === undefined ? undefined : readWhole(stream, path, limit);
    },
  };
}

/** Versions point at their files: nothing is ever written, and so no file is too large. */
export const UPLOAD_LIMITS: UploadLimits = { maxFileSize: Number.MAX_SAFE_INTEGER, maxInParts: 0 };

/** Refuses every write. */
export function noSink(): FileSink {
  return {
    ...UPLOAD_LIMITS,
    write: refuse,
  };
}

async function refuse(): Promise<never> {
  throw unsupported('upload into a version');
}

function listFiles(http: HttpClient, place: Place): Promise<FileEntry[]> {
  return filesOfTree({
    hostile,
    async *pagesOf(folder) {
      for await (const page of pages(http, place.list(folder), wire.listing))
        yield (page.files ?? []).map((row) => {
          const path = place.inside(folder, row.path);
          requireServed(path);
          return row.is_dir === true ? { path, isFolder: true } : { path, size: row.file_size ?? 0 };
        });
    },
  });
}

function hostile(problem: string): PromoteError {
  return protocolError(`${problem}; no file was read or written`, 'the listing of files');
}
