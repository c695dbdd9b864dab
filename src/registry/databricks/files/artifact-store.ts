import type { FileEntry } from '../../../domain/file-entry.ts';
import type { HttpClient } from '../../../http/client.ts';
import { protocolError } from '../../../http/failed-response.ts';
import type { HttpRequest } from '../../../http/request.ts';
import type { Response } from '../../../http/transport.ts';
import { callStore } from '../../../storage/call.ts';
import {
  rangeHeaders,
  READ_RESPONSES,
  type ReadableStore,
  type StoreRange,
} from '../../../storage/object-store.ts';
import { pages } from '../../call.ts';
import { filesOfTree, type Listed } from '../../folder-tree.ts';
import * as wire from '../wire/artifacts.ts';
import { isFresh, type AgeingUrl } from './signed.ts';

/** Folders within folders; more is a hostile or broken listing. */
const MAX_DEPTH = 50;

/** Folders that are listed at the same time. */
const PARALLEL_FOLDERS = 8;

/** The calls by which a workspace lists artifacts and signs URLs of them. */
export interface ArtifactCalls {
  /** What is read, for people. */
  readonly label: string;
  /** The folder that is read, below the root that listed paths begin at; empty for the root. */
  readonly root: string;
  readonly list: (path: string) => HttpRequest;
  readonly sign: (path: string) => Promise<AgeingUrl>;
}

/** Artifacts as MLflow's client reads them: each listed by the workspace, and read by a URL that it signs (workspace-apis §8.2). */
export class ArtifactStore implements ReadableStore {
  readonly label: string;
  readonly #http: HttpClient;
  readonly #calls: ArtifactCalls;
  readonly #urls = new Map<string, Promise<AgeingUrl>>();

  constructor(http: HttpClient, calls: ArtifactCalls) {
    this.#http = http;
    this.#calls = calls;
    this.label = calls.label;
  }

  list(): Promise<FileEntry[]> {
    return filesOfTree({
      hostile,
      most: MAX_DEPTH,
      parallel: PARALLEL_FOLDERS,
      pagesOf: (folder) => this.#pagesOf(folder),
    });
  }

  open(path: string, range: StoreRange): Promise<Response> {
    return callStore(this.#http, {
      call: 'GET {signed URL}',
      method: 'GET',
      url: (renew) => this.#url(path, renew),
      headers: rangeHeaders(range),
      accept: READ_RESPONSES,
      streams: true,
    });
  }

  /** The pages of one folder. A path that is a file is listed as itself. */
  async *#pagesOf(folder: string): AsyncGenerator<Listed[]> {
    const { root } = this.#calls;
    const asked = joined(root, folder);
    for await (const page of pages(this.#http, this.#calls.list(asked), wire.artifactPage))
      yield (page.files ?? []).flatMap((row): Listed[] => {
        if (row.is_dir !== true && row.path === asked) return [];
        if (root !== '' && !row.path.startsWith(`${root}/`))
          throw hostile(`names "${row.path}", which is outside of the folder`);
        const path = root === '' ? row.path : row.path.slice(root.length + 1);
        return [row.is_dir === true ? { path, isFolder: true } : { path, size: row.file_size ?? 0 }];
      });
  }

  async #url(path: string, renew: boolean): Promise<AgeingUrl> {
    const known = renew ? undefined : await this.#urls.get(path);
    if (isFresh(this.#http, known)) return known;
    const signing = this.#calls.sign(joined(this.#calls.root, path));
    this.#urls.set(path, signing);
    return signing;
  }
}

function joined(folder: string, path: string): string {
  return [folder, path].filter((part) => part !== '').join('/');
}

function hostile(problem: string): Error {
  return protocolError(`${problem}; no file was read or written`, 'the listing of artifacts');
}
