import type { NewVersionChange } from '../../plan/change.ts';
import type { Digests, FileEntry } from '../../domain/file-entry.ts';
import type { ModelDependency, ModelVersion, Tag } from '../../domain/model.ts';
import type { CopyOrigin } from '../../facts/copy/origin.ts';
import type { CopySource } from '../../facts/copy/source.ts';
import type { VerifyMode } from '../../policy/verify-mode.ts';
import type { CopiedFile } from '../../transfer/copy-files.ts';
import type { CopyTransfer } from '../../transfer/progress.ts';
import type { SeenSource } from './seen-source.ts';

/** What is to be copied, as it was decided. */
export interface CopyRequest {
  readonly change: NewVersionChange;
  readonly source: CopySource;
  readonly files: readonly FileEntry[];
  readonly tags: readonly Tag[];
  readonly description: string | undefined;
  readonly dependencies: readonly ModelDependency[];
  readonly origin: CopyOrigin;
  /** Names the source on the copy: `originMark`. */
  readonly originMark: string;
  /** The sha256 in hex of the `MLmodel` that was judged; undefined of a version, and where none was read. */
  readonly judgedMlmodel: string | undefined;
  /** Names this run and this copy; found again on a version when the response to its creation is lost. */
  readonly marker: string;
  /** A pending version that an earlier run began and that is continued. */
  readonly pending?: ModelVersion | undefined;
  readonly verify: VerifyMode;
  /** Milliseconds to wait for READY. */
  readonly waitTimeout: number;
  /** Called when the version exists, and again, without a number, when it was deleted. */
  readonly onVersion?: (version: number | undefined) => void;
  /** Reads what the next step needs beside the last read of the copy, so that it costs no round of its own. */
  readonly alongside?: (() => Promise<unknown>) | undefined;
}

/** A finished copy. */
export interface CopyResult {
  readonly version: ModelVersion;
  readonly digests: Digests;
  /** Every file with its sha256, and the way it went. */
  readonly files: readonly CopiedFile[];
  /** Its files as its registry has them, and what their store said of those that were read. */
  readonly target: SeenSource;
  readonly verified: VerifyMode;
  /** How it is compared again from here, where its bytes are not to go through here; default: as it was verified. */
  readonly comparedHere?: VerifyMode;
  /** Files that an earlier run had sent, and that were not sent again. */
  readonly takenOver: number;
  /** What this run moved; absent where it moved nothing. */
  readonly transfer?: CopyTransfer;
}
