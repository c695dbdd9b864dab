import { messageOf } from '../domain/errors.ts';

/** The way of a file's bytes: through the workspace, straight to its storage by signed URLs or temporary credentials, or sent before. */
export type Road =
  | 'memory'
  | 'workspace'
  | 'signed URL'
  | 'signed parts'
  | 'resumable upload'
  | 'temporary credentials'
  | 'pointer'
  | 'earlier run';

/** A road and why it was taken: one clause. */
export interface Lane {
  readonly road: Road;
  readonly reason: string;
}

/** From this size on a file goes in parts by signed URLs: the threshold of the official SDKs (databricks-sdk-py `config.py`, 50 MiB). Bytes. */
export const LARGE_FILE = 50 * 1024 * 1024;

/** What is said of files below {@link LARGE_FILE}. */
export const SMALL_LANE: Lane = { road: 'workspace', reason: 'below 50 MiB' };

/** What is said where a registry has one road only. */
export const ONLY_LANE: Lane = { road: 'workspace', reason: 'the only one of this registry' };

/** A road is closed from here, and another may be open: no failure of the transfer yet. */
export class LaneRefused extends Error {
  override readonly name = 'LaneRefused';

  constructor(reason: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
  }
}

/** Roads that were tried and are closed, in the order in which they were: shared by files, so that each is tried once. */
export class ClosedRoads {
  readonly #refusals = new Map<Road, LaneRefused>();

  /** Notes that a road is closed; true when that was not known. */
  close(road: Road, refused: LaneRefused): boolean {
    if (this.#refusals.has(road)) return false;
    this.#refusals.set(road, refused);
    return true;
  }

  has(road: Road): boolean {
    return this.#refusals.has(road);
  }

  /** What closed a road, where it is. */
  get(road: Road): LaneRefused | undefined {
    return this.#refusals.get(road);
  }

  /** Each road and what it said, or undefined when all are open. */
  get told(): string | undefined {
    if (this.#refusals.size === 0) return undefined;
    return [...this.#refusals]
      .map(([road, refused]) => `${road} refused: ${messageOf(refused).replace(/\.$/u, '')}`)
      .join('; ');
  }
}

/** A road, and why it is taken: what closed those before it, then what is to be said of itself. */
export function laneAfter(closed: ClosedRoads, { road, reason }: Lane): Lane {
  return {
    road,
    reason: [closed.told, reason].filter((text) => text !== undefined && text !== '').join('; '),
  };
}
