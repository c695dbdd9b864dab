import { clauseOf, hasCode, messageOf, PromoteError, sentenceOf } from '../../../domain/errors.ts';
import type { ReadableStore } from '../../../storage/object-store.ts';
import {
  ClosedRoutes,
  choiceAfter,
  RouteRefused,
  SMALL_FILE_CHOICE,
  type Route,
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

/** The route beside the Files API, as people read it. */
export interface SecondRoute {
  readonly route: Extract<Route, 'temporary credentials' | 'artifact calls'>;
  /** What is said where both are refused by a right, and where neither is there. */
  readonly notAllowed: string;
  readonly noRoute: string;
}

/** The storage of a version, by temporary credentials. */
export const VERSION_STORAGE: SecondRoute = {
  route: 'temporary credentials',
  notAllowed:
    'Both routes to the files were refused. Check EXECUTE on the model with USE CATALOG and USE SCHEMA and, to write, the right to create versions. If these are granted, ask the administrator whether the Files API serves /Models to this principal, or have the metastore issue temporary credentials (external data access).',
  noRoute:
    'Ask the administrator of the workspace whether the Files API serves /Models or temporary credentials are issued.',
};

/** What {@link FilesRoute} goes between. */
export interface FilesRouteOptions<Store extends ReadableStore> {
  readonly operation: StorageOperation;
  readonly openStorage: () => Promise<Store>;
  readonly second: SecondRoute;
  /** Whether a failure closes the Files API; default: a refusal. */
  readonly closes?: ((error: unknown) => boolean) | undefined;
  /** Whether the Files API has the files at all; default: it has. */
  readonly isServed?: boolean;
}

/**
 * The Files API for one folder, and the storage behind it for when it is closed: which of both, the first refusal decides for
 * good.
 */
export class FilesRoute<Store extends ReadableStore> {
  /** Shared with whatever reads large files of the folder. */
  readonly closed = new ClosedRoutes();
  readonly #options: FilesRouteOptions<Store>;
  #refused: RouteRefused | undefined;
  #hasServed = false;
  #label = '';

  constructor(options: FilesRouteOptions<Store>) {
    this.#options = options;
  }

  /** The way of small files, as it is now. */
  get choice(): RouteChoice {
    if (this.#refused === undefined && this.#isServed) return SMALL_FILE_CHOICE;
    return choiceAfter(this.closed, { route: this.#options.second.route, reason: this.#label });
  }

  /** By the Files API, or where it is closed by the storage. Where both are, the error names what each said. */
  async pass<T>(byApi: () => Promise<T>, byStorage: (store: Store) => Promise<T>): Promise<T> {
    if (this.#refused === undefined && this.#isServed) {
      try {
        const done = await byApi();
        this.#hasServed = true;
        return done;
      } catch (error) {
        // Where it took files of this version, a refusal is about this one: the version may be finished by now.
        const isClosed = (this.#options.closes ?? isRefusal)(error);
        if (!isClosed || (this.#options.operation === 'write' && this.#hasServed)) throw error;
        this.#refused = new RouteRefused(messageOf(error), error);
        this.closed.close('workspace', this.#refused);
        // Of files that the API does not know it signs no URLs either.
        if (this.#options.closes !== undefined) this.closed.close('signed URL', this.#refused);
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
    if (!this.#isServed) return refusedAlone(error);
    const refusal = this.#refused?.cause;
    const { second } = this.#options;
    const isClosed = error instanceof RouteRefused || hasCode(error, 'not-found');
    if (!isClosed || !(refusal instanceof PromoteError)) return error;
    const message = `${sentenceOf(refusal)} ${capital(second.route)} failed as well: ${clauseOf(error)}.`;
    const { cause } = error;
    if (hasCode(cause, 'unavailable')) return new PromoteError(message, { ...cause.details, cause: error });
    const { code } = refusal.details;
    const none = { code: 'unsupported', outcome: 'unsupported', fix: second.noRoute } as const;
    if (code === 'protocol') return new PromoteError(message, { ...none, cause: error });
    const fix = code === 'unsupported' ? second.noRoute : second.notAllowed;
    return new PromoteError(message, { ...refusal.details, fix, cause: error });
  }

  get #isServed(): boolean {
    return this.#options.isServed ?? true;
  }

  async #inStorage<T>(use: (store: Store) => Promise<T>): Promise<T> {
    try {
      const store = await this.#options.openStorage();
      this.#label = store.label;
      return await use(store);
    } catch (error) {
      throw this.explain(error);
    }
  }
}

/** What the only route refuses, as the workspace or the storage said it; any other error as it is. */
function refusedAlone(error: unknown): unknown {
  if (!(error instanceof RouteRefused)) return error;
  if (error.cause instanceof PromoteError) return error.cause;
  const message = `The files cannot be read: ${clauseOf(error)}.`;
  return new PromoteError(message, {
    code: 'rejected',
    outcome: 'denied',
    fix: ONLY_ROUTE_FIX,
    cause: error,
  });
}

const ONLY_ROUTE_FIX =
  'Run the step from a network that the storage of the workspace allows, or have its administrator allow this one.';

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
