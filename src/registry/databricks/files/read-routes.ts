import type { FileEntry } from '../../../domain/file-entry.ts';
import { handledLater } from '../../../domain/promises.ts';
import { messageOf } from '../../../domain/errors.ts';
import type { HttpClient } from '../../../http/client.ts';
import type { Response } from '../../../http/transport.ts';
import { callStore } from '../../../storage/call.ts';
import { rangeHeaders, type StoreRange } from '../../../storage/object-store.ts';
import { RouteRefused, type RouteChoice } from '../../../transfer/route.ts';
import { changed } from '../../../transfer/changed.ts';
import type { FilesFolder } from './folder.ts';
import { isRefusal } from './route.ts';
import { expireTime, isFresh, presign, toSignedUrl, type AgeingUrl } from './signed.ts';
import { getFile } from './get-file.ts';
import * as wire from '../wire/files.ts';

/** That a file is not there the workspace says more clearly than a signed URL. */
const SIGNED_RESPONSES = new Set([200, 206, 412]);

/** One way on which ranges of a file are opened. Throws `RouteRefused` where it is closed. */
export interface ReadRoute {
  /** The reason is what is to be said of the route itself. */
  readonly choice: () => RouteChoice;
  /** 200 or 206; 412 when the file is no more what was `seen`. */
  readonly open: (range: StoreRange) => Promise<Response>;
}

/** The routes of one large file, in the order in which they are tried. */
export function readRoutes(http: HttpClient, folder: FilesFolder, file: FileEntry): readonly ReadRoute[] {
  const storage = storageRoute(folder, file);
  if (folder.root === undefined) return [storage];
  const path = `${folder.root}/${file.path}`;
  return [signedRoute(http, path), workspaceRoute(http, path, file), storage];
}

/** A signed download URL straight from the storage, renewed as it ages. */
function signedRoute(http: HttpClient, path: string): ReadRoute {
  let signed: Promise<AgeingUrl> | undefined;
  const ask = async (): Promise<AgeingUrl> => {
    const query = { path, expire_time: expireTime(http) };
    const template = '/api/2.0/fs/create-download-url';
    const request = { method: 'POST', template, query, retry: 'safe' } as const;
    return toSignedUrl(http, await presign(http, request, wire.downloadUrl));
  };
  const url = async (renew: boolean): Promise<AgeingUrl> => {
    const known = renew ? undefined : signed;
    const settled = await known;
    if (known !== undefined && isFresh(http, settled)) return settled;
    // Another part may have asked for a new one in the meantime.
    if (signed === known || renew) {
      signed = ask();
      handledLater(signed);
    }
    return signed ?? ask();
  };
  return {
    choice: () => ({ route: 'signed URL', reason: '50 MiB or more' }),
    open: (range) =>
      callStore(http, {
        call: 'GET {signed URL}',
        method: 'GET',
        url,
        headers: rangeHeaders(range),
        accept: SIGNED_RESPONSES,
        streams: true,
      }),
  };
}

/** Through the workspace. What it refuses another route may open; that it is not there, or fails, is no refusal. */
function workspaceRoute(http: HttpClient, path: string, file: FileEntry): ReadRoute {
  return {
    choice: () => ({ route: 'workspace', reason: '' }),
    async open(range) {
      try {
        const response = await getFile(http, path, range, range.seen?.modified);
        if (response === undefined) throw changed(file, 'it no longer exists');
        return response;
      } catch (error) {
        if (!isRefusal(error)) throw error;
        throw new RouteRefused(messageOf(error), error);
      }
    },
  };
}

/** Straight from the storage behind the Files API. */
function storageRoute({ openStorage, second }: FilesFolder, file: FileEntry): ReadRoute {
  let label = '';
  return {
    choice: () => ({ route: second.route, reason: label }),
    async open(range) {
      const store = await openStorage();
      label = store.label;
      const response = await store.open(file.path, range);
      if (response.status !== 404) return response;
      await response.discard();
      throw changed(file, 'it no longer exists');
    },
  };
}
