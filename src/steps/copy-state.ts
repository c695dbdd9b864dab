import type { FileEntry } from '../domain/digest.ts';
import type { FullName } from '../domain/full-name.ts';
import { UNVERIFIED_HOLD } from '../domain/hold.ts';
import {
  tagValue,
  type ListedVersion,
  type ModelExtras,
  type ModelVersion,
  type RegisteredModel,
} from '../domain/model.ts';
import { formatModelUri } from '../domain/model-uri.ts';
import { holdOf } from '../domain/rules.ts';
import { TAG_KEYS } from '../domain/tag-keys.ts';
import { digestsOf, listingDigest } from '../transfer/digest.ts';
import type { FileSource } from '../transfer/port.ts';
import { readAhead } from '../transfer/read-ahead.ts';
import { BufferWindow } from '../transfer/window.ts';
import { refuseWhenCancelled, type ApplyContext } from './apply.ts';
import { compareFiles } from './copy-compare.ts';
import type { CopyResult } from './copy-order.ts';
import { withReadProgress } from './copy-progress.ts';
import type { Snapshot } from './snapshot.ts';
import { listVersions } from './versions.ts';

/** Models up to this size are read ahead while the rest is decided: one round less, and the memory is bounded. Bytes. */
const READ_AHEAD_BYTES = 16 * 1024 * 1024;

/** A version as a copy finds it: what it is, its files, and where their bytes come from. */
export interface CopySource {
  readonly version: ModelVersion;
  readonly files: readonly FileEntry[];
  readonly bytes: FileSource;
}

/** The model that a copy goes to, as it is before. */
export interface CopyDestination {
  readonly model: RegisteredModel | undefined;
  readonly extras: ModelExtras | undefined;
  readonly versions: readonly ListedVersion[];
}

/** The files of a source, listed; small ones are read already. */
export async function readSourceFiles(
  name: FullName,
  version: number,
  snapshot: Snapshot,
): Promise<Omit<CopySource, 'version'>> {
  const source = snapshot.registry.openSource(name, version);
  const files = await source.list();
  const total = files.reduce((sum, file) => sum + file.size, 0);
  return { files, bytes: total <= READ_AHEAD_BYTES ? await readAhead(files, source) : source };
}

/** The destination as it is: the model, its job, and its versions, which tell of earlier copies. */
export async function readDestination(name: FullName, snapshot: Snapshot): Promise<CopyDestination> {
  const [model, extras, versions] = await Promise.all([
    snapshot.model(name),
    snapshot.extras(name),
    listVersions(name, snapshot),
  ]);
  return { model, extras, versions };
}

/** Of a model's versions the copies of the same source version that an earlier run made or began, newest first. */
export function earlierCopies(
  of: Pick<ModelVersion, 'name' | 'version'> & { readonly mark: string },
  versions: readonly ModelVersion[],
): ModelVersion[] {
  const uri = formatModelUri(of.name, of.version);
  return versions
    .filter(({ source }) => source === undefined || source === uri)
    .filter((version) => isOurCopy(version, of.mark))
    .sort((a, b) => b.version - a.version);
}

/** What a finished copy is worth: an equal copy, one that is no longer what was recorded of it, or another one. */
export type CopyComparison =
  { readonly kind: 'equal'; readonly result: CopyResult } | { readonly kind: 'damaged' | 'other' };

/**
 * Compares a finished copy with its source, every byte of both. `damaged` when its bytes contradict the digest that
 * was recorded when they were verified.
 */
export async function compareCopy(
  order: { readonly source: CopySource; readonly files: readonly FileEntry[] },
  copy: ModelVersion,
  context: Pick<ApplyContext, 'snapshot' | 'clock' | 'log' | 'signal'>,
): Promise<CopyComparison> {
  const { source, files } = order;
  const target = context.snapshot.registry.openSource(copy.name, copy.version);
  const listed = await target.list();
  if (listingDigest(listed) !== listingDigest(files)) {
    const recorded = tagValue(copy.tags, TAG_KEYS.listing);
    return { kind: recorded === listingDigest(files) ? 'damaged' : 'other' };
  }
  const tools = withReadProgress(
    { window: new BufferWindow(), refuseWhenCancelled: () => refuseWhenCancelled(context.signal) },
    `${formatModelUri(copy.name, copy.version)} is compared with its source`,
    { files, sides: 2 },
    context,
  );
  const compared = await compareFiles(files, { source: source.bytes, target }, tools);
  const digests = digestsOf(compared);
  if (!compared.every(({ isEqual }) => isEqual)) {
    const recorded = tagValue(copy.tags, TAG_KEYS.digest);
    return { kind: recorded === digests.content ? 'damaged' : 'other' };
  }
  const takenOver = files.length;
  return {
    kind: 'equal',
    result: { version: copy, digests, files: compared, verified: 'full', takenOver },
  };
}

function isOurCopy(version: ModelVersion, mark: string): boolean {
  const ours =
    tagValue(version.tags, TAG_KEYS.origin) === mark && tagValue(version.tags, TAG_KEYS.run) !== undefined;
  const hold = holdOf(version);
  return (
    ours &&
    (hold === undefined || hold === UNVERIFIED_HOLD) &&
    (version.status === 'READY' || version.status === 'PENDING_REGISTRATION')
  );
}

/** The pending version that carries a marker, or undefined; where versions only point, none is ever pending. */
export async function listOwnPending(
  name: FullName,
  marker: string,
  snapshot: Snapshot,
): Promise<number | undefined> {
  const versions = await listVersions(name, snapshot);
  const points = snapshot.registry.capabilities.upload === 'pointer';
  const newest = versions
    .filter((row) => row.status === 'PENDING_REGISTRATION' || points)
    .sort((a, b) => b.version - a.version);
  for (const row of newest) {
    const version = await snapshot.registry.getModelVersion(name, row.version);
    if (version !== undefined && tagValue(version.tags, TAG_KEYS.run) === marker) return row.version;
  }
  return undefined;
}
