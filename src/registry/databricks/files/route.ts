import { clauseOf, hasCode, messageOf, PromoteError, sentenceOf } from '../../../domain/errors.ts';
import type { ObjectStore } from '../../../storage/object-store.ts';
import {
  ClosedRoutes,
  choiceAfter,
  RouteRefused,
  SMALL_FILE_CHOICE,
  type RouteChoice,
} from '../../../transfer/route.ts';
import type { StorageOperation } from './version-storage.ts';

/**
 * A refusal that closes the Files API, and may leave another route open: it serves `/Volumes` by its documents, and
 * `/Models` not for everybody (uc-protocol §9.1, §9.2). An outage is none, and that a file is not there is none.
 */
export function isRefusal(error: unknown): error is PromoteError {
  if (hasCode(error, 'permission-denied', 'rejected', 'unsupported')) return true;
  if (hasCode(error, 'invalid-input')) return error.details.httpStatus === 400;
  return hasCode(error, 'protocol') && error.details.serverCode === 'ENDPOINT_NOT_FOUND';
}

/** What to do where the files of a version may be read and written neither way, by what the Files API said. */
const NOT_ALLOWED =
  'Both routes to the files were refused. Check EXECUTE on the model with USE CATALOG and USE SCHEMA and, to write, the right to create versions. If these are granted, ask the administrator whether the Files API serves /Models to this principal, or have the metastore issue temporary credentials (external data access).';

const NO_ROUTE = {
  code: 'unsupported',
  outcome: 'unsupported',
  fix: 'Ask the administrator of the workspace whether the Files API serves /Models or temporary credentials are issued.',
} as const;

/**
 * The Files API for one version, and the version's own storage by temporary credentials for when it is closed: which of
 * both, the first refusal decides for good.
 */
export class FilesRoute {
  /** Shared with whatever reads large files of the version. */
  readonly closed = new ClosedRoutes();
  readonly #operation: StorageOperation;
  readonly #openStorage: () => Promise<ObjectStore>;
  #refused: RouteRefused | undefined;
  #hasServed = false;
  #label = '';

  constructor(operation: StorageOperation, openStorage: () => Promise<ObjectStore>) {
    this.#operation = operation;
    this.#openStorage = openStorage;
  }

  /** The way of small files, as it is now. */
  get choice(): RouteChoice {
    if (this.#refused === undefined) return SMALL_FILE_CHOICE;
    return choiceAfter(this.closed, { route: 'temporary credentials', reason: this.#label });
  }

  /** By the Files API, or where it is closed by the storage. Where both are, the error names what each said. */
  async pass<T>(byApi: () => Promise<T>, byStorage: (store: ObjectStore) => Promise<T>): Promise<T> {
    if (this.#refused === undefined) {
      try {
        const done = await byApi();
        this.#hasServed = true;
        return done;
      } catch (error) {
        // Where it took files of this version, a refusal is about this one: the version may be finished by now.
        if (!isRefusal(error) || (this.#operation === 'write' && this.#hasServed)) throw error;
        this.#refused = new RouteRefused(messageOf(error), error);
        this.closed.close('workspace', this.#refused);
      }
    }
    return this.#inStorage(byStorage);
  }

  /** By the Files API alone, for a large file, whose size may be what is refused. Throws `RouteRefused`. */
  async byApi(call: () => Promise<void>): Promise<void> {
    if (this.#refused !== undefined) throw this.#refused;
    try {
      await call();
    } catch (error) {
      throw isRefusal(error) ? new RouteRefused(messageOf(error), error) : error;
    }
  }

  /** What the storage refuses, as an error that names both refusals; any other error as it is. */
  explain(error: unknown): unknown {
    const refusal = this.#refused?.cause;
    const isClosed = error instanceof RouteRefused || hasCode(error, 'not-found');
    if (!isClosed || !(refusal instanceof PromoteError)) return error;
    const message = `${sentenceOf(refusal)} Temporary credentials failed as well: ${clauseOf(error)}.`;
    const { cause } = error;
    if (hasCode(cause, 'unavailable')) return new PromoteError(message, { ...cause.details, cause: error });
    const { code } = refusal.details;
    if (code === 'protocol') return new PromoteError(message, { ...NO_ROUTE, cause: error });
    const fix = code === 'unsupported' ? NO_ROUTE.fix : NOT_ALLOWED;
    return new PromoteError(message, { ...refusal.details, fix, cause: error });
  }

  async #inStorage<T>(use: (store: ObjectStore) => Promise<T>): Promise<T> {
    try {
      const store = await this.#openStorage();
      this.#label = store.label;
      return await use(store);
    } catch (error) {
      throw this.explain(error);
    }
  }
}
