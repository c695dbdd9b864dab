import type { Digests, HashedFile } from '../../domain/file-entry.ts';
import type { ModelVersion } from '../../domain/model.ts';
import type { CopyTransfer } from '../../transfer/progress.ts';
import type { ApplyContext } from '../context.ts';

/** A version that is wanted as files, and the folder that is to hold them. */
export interface DownloadRequest {
  readonly version: ModelVersion;
  /** Its path, which may begin at the folder of the job. */
  readonly folder: string;
  /** The input or variable that names it. */
  readonly input: string;
}

/** The files of a version in a folder. */
export interface Download {
  /** The whole path of the folder. */
  readonly path: string;
  readonly files: readonly HashedFile[];
  readonly bytes: number;
  readonly digests: Digests;
  /** By what the bytes were judged: the digest that was recorded when a copy was verified, or their sizes alone. */
  readonly verified: 'digest' | 'sizes';
  /** How many of the files were there already. */
  readonly kept: number;
  readonly transfer: CopyTransfer;
}

/** What a download works with. */
export type DownloadContext = Pick<ApplyContext, 'snapshot' | 'clock' | 'log' | 'signal'>;
