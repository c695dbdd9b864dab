import { clauseOf } from '../domain/errors.ts';

/**
 * The way of a file's bytes: from the disk of the runner, through the workspace, straight to its storage by signed URLs, those
 * of MLflow's artifact calls among them, or by temporary credentials, into a folder of the runner, or sent before.
 */
export type Route =
  | 'memory'
  | 'disk'
  | 'workspace'
  | 'signed URL'
  | 'signed parts'
  | 'resumable upload'
  | 'temporary credentials'
  | 'artifact calls'
  | 'pointer'
  | 'folder'
  | 'earlier run'
  | 'run in the workspace';

/** A route and why it was taken: one clause. */
export interface RouteChoice {
  readonly route: Route;
  readonly reason: string;
}

/** From this size on a file goes in parts by signed URLs: the threshold of the official SDKs (databricks-sdk-py `config.py`, 50 MiB). Bytes. */
export const LARGE_FILE = 50 * 1024 * 1024;

/** What is said of files below {@link LARGE_FILE}. */
export const SMALL_FILE_CHOICE: RouteChoice = { route: 'workspace', reason: 'below 50 MiB' };

/** What is said where a registry has one route only. */
export const ONLY_CHOICE: RouteChoice = { route: 'workspace', reason: 'the only route of this registry' };

/** A route is closed from here, and another may be open: no failure of the transfer yet. */
export class RouteRefused extends Error {
  override readonly name = 'RouteRefused';

  constructor(reason: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
  }
}

/** Routes that were tried and are closed, in the order in which they were: shared by files, so that each is tried once. */
export class ClosedRoutes {
  readonly #refusals = new Map<Route, RouteRefused>();

  /** Notes that a route is closed; true when that was not known. */
  close(route: Route, refused: RouteRefused): boolean {
    if (this.#refusals.has(route)) return false;
    this.#refusals.set(route, refused);
    return true;
  }

  has(route: Route): boolean {
    return this.#refusals.has(route);
  }

  /** What closed a route, where it is. */
  get(route: Route): RouteRefused | undefined {
    return this.#refusals.get(route);
  }

  /** Each route and what it said, or undefined when all are open. */
  get reasons(): string | undefined {
    if (this.#refusals.size === 0) return undefined;
    return [...this.#refusals].map(([route, refused]) => `${route} refused: ${clauseOf(refused)}`).join('; ');
  }
}

/** A route, and why it is taken: what closed those before it, then what is to be said of it. */
export function choiceAfter(closed: ClosedRoutes, { route, reason }: RouteChoice): RouteChoice {
  return {
    route,
    reason: [closed.reasons, reason].filter((text) => text !== undefined && text !== '').join('; '),
  };
}
