import type { ModelVersion } from '../../domain/model.ts';
import type { NewVersionChange } from '../../plan/change.ts';
import type { WorkspaceRelation } from '../../policy/copy.ts';
import type { FoundHold } from '../../policy/hold/findings.ts';
import type { ClosedRoute } from '../../policy/engine.ts';
import type { EqualVersion } from '../../policy/equal-versions.ts';
import type { OriginMark } from '../../policy/origin.ts';
import type { SignatureCheck } from '../signature.ts';
import type { CopyDestination } from './destination.ts';
import type { CopyOrigin } from './origin.ts';
import type { CopySource, VersionSource } from './source.ts';

/** Everything that a new version is decided on, read. */
export interface CopyReading {
  /** The change that makes the version. */
  readonly change: NewVersionChange;
  readonly source: CopySource;
  readonly signature: SignatureCheck;
  readonly destination: CopyDestination;
  /** Every version of the destination. */
  readonly versions: readonly ModelVersion[];
  /** Those of them that an earlier run made or began from the same source, newest first. */
  readonly earlier: readonly ModelVersion[];
  /** Those of them that are on hold and equal the source. */
  readonly equalHolds: readonly EqualVersion[];
  /** The holds on the models of source and destination that stop the source. */
  readonly holds: readonly FoundHold[];
  readonly origin: CopyOrigin;
  /** Names the source on the copy. */
  readonly originMark: OriginMark;
  readonly relation: WorkspaceRelation;
  /** Whether another metastore shares the source, as far as it was seen. */
  readonly isShared: boolean;
}

/** What a copy of a version is decided on. */
export interface VersionReading extends CopyReading {
  readonly source: VersionSource;
  /** A large file of the source that this machine gets through the workspace alone, as far as it was seen. */
  readonly closed: ClosedRoute | undefined;
}
