import { messageOf } from '../domain/errors.ts';

/** The way of a file's bytes: through the workspace, or straight to its storage by signed URLs. */
export type Road = 'memory' | 'workspace' | 'signed URL' | 'signed parts' | 'resumable upload' | 'pointer';

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

/** The reason to name for the road that is taken in place of another. */
export function insteadReason(refused: LaneRefused, road: Road): string {
  return `${road} refused: ${messageOf(refused).replace(/\.$/u, '')}`;
}
