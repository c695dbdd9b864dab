import type { TagChange } from '../domain/change.ts';
import type { Digests, FileEntry } from '../domain/digest.ts';
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
import { isSameUri, mayBeOrigin, type OriginMark } from '../policy/origin.ts';
import { digestsOf, listingDigest } from '../transfer/digest.ts';
import type { Registry } from '../registry/port.ts';
import type { FileSource } from '../transfer/port.ts';
import { readAhead } from '../transfer/read-ahead.ts';
import { BufferWindow } from '../transfer/window.ts';
import { refuseWhenCancelled, type ApplyContext } from './apply.ts';
import { compareFiles } from './copy-compare.ts';
import type { CopyResult } from './copy-order.ts';
import { withReadProgress } from './copy-progress.ts';
import { explainGone } from './copy-gone.ts';
import type { Snapshot } from './snapshot.ts';
import { listVersions } from './versions.ts';

/** Models up to this size are read ahead while the rest is decided: one round less, and the memory is bounded. Bytes. */
const READ_AHEAD_BYTES = 16 * 1024 * 1024;

/** A version as a copy finds it: what it is, its files, and where their bytes come from. */
export interface CopySource {
  readonly version: ModelVersion;
  readonly files: readonly FileEntry[];
  readonly bytes: FileSource;
  /** Where the version is. */
  readonly registry: Registry;
}

/** The model that a copy goes to, as it is before. */
export interface CopyDestination {
  /** In the registry's spelling; as it was asked for where there is none yet. */
  readonly name: FullName;
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
  const bytes = total <= READ_AHEAD_BYTES ? await readAhead(files, source) : source;
  return { files, bytes, registry: snapshot.registry };
}

/** The destination as it is: the model, its job, and its versions, which tell of earlier copies. */
export async function readDestination(name: FullName, snapshot: Snapshot): Promise<CopyDestination> {
  const [model, extras, versions] = await Promise.all([
    snapshot.model(name),
    snapshot.extras(name),
    listVersions(name, snapshot),
  ]);
  return { name: model?.name ?? name, model, extras, versions };
}

/**
 * Of a model's versions the copies that an earlier run made or began of the same source version, newest first; also those
 * whose mark does not show whether it is the same, which only the bytes decide.
 */
export function earlierCopies(mark: OriginMark, versions: readonly ModelVersion[]): ModelVersion[] {
  return versions
    .filter(({ source }) => source === undefined || isSameUri(source, mark.uri, mark.naming))
    .filter((version) => isOurCopy(version, mark))
    .sort((a, b) => b.version - a.version);
}

/**
 * What a finished copy is worth: an equal copy, one that is no longer what was recorded of it, another one, or another
 * one of which nothing was recorded.
 */
export type CopyComparison =
  | { readonly kind: 'equal'; readonly result: CopyResult }
  | { readonly kind: 'damaged' | 'other' | 'unrecorded' };

/**
 * Compares a finished copy with its source, every byte of both. `damaged` when its bytes contradict the digest that
 * was recorded when they were verified, also where the source was changed in the same way.
 */
export async function compareCopy(
  order: { readonly source: CopySource; readonly files: readonly FileEntry[] },
  copy: ModelVersion,
  context: Pick<ApplyContext, 'snapshot' | 'clock' | 'log' | 'signal'>,
): Promise<CopyComparison> {
  try {
    return await compareWithSource(order, copy, context);
  } catch (error) {
    const { registry } = context.snapshot;
    throw await explainGone(error, [
      { role: 'source', version: order.source.version, registry: order.source.registry },
      { role: 'copy', version: copy, registry },
    ]);
  }
}

async function compareWithSource(
  { source, files }: Parameters<typeof compareCopy>[0],
  copy: ModelVersion,
  context: Parameters<typeof compareCopy>[2],
): Promise<CopyComparison> {
  const target = context.snapshot.registry.openSource(copy.name, copy.version);
  const listed = await target.list();
  const { digest, listing } = recordOf(copy);
  if (listingDigest(listed) !== listingDigest(files)) return { kind: unequal(listing, listingDigest(files)) };
  const tools = withReadProgress(
    { window: new BufferWindow(), refuseWhenCancelled: () => refuseWhenCancelled(context.signal) },
    `${formatModelUri(copy.name, copy.version)} is compared with its source`,
    { files, sides: 2 },
    context,
  );
  const compared = await compareFiles(files, { source: source.bytes, target }, tools);
  const digests = digestsOf(compared);
  if (!compared.every(({ isEqual }) => isEqual)) return { kind: unequal(digest, digests.content) };
  if ((digest ?? digests.content) !== digests.content || (listing ?? digests.listing) !== digests.listing)
    return { kind: 'damaged' };
  const takenOver = files.length;
  return {
    kind: 'equal',
    result: { version: copy, digests, files: compared, verified: 'full', takenOver },
  };
}

/** What was recorded of a copy when it was verified. */
function recordOf({ tags }: ModelVersion): {
  readonly digest: string | undefined;
  readonly listing: string | undefined;
} {
  return { digest: tagValue(tags, TAG_KEYS.digest), listing: tagValue(tags, TAG_KEYS.listing) };
}

/** What a copy is that differs from its source now. */
function unequal(recorded: string | undefined, source: string): 'damaged' | 'other' | 'unrecorded' {
  if (recorded === undefined) return 'unrecorded';
  return recorded === source ? 'damaged' : 'other';
}

/** The changes that complete the record of an equal copy: a run that died may have left it without one, or on hold. */
export function completeRecord(version: ModelVersion, digests: Digests): TagChange[] {
  const target = { kind: 'version', name: version.name, version: version.version } as const;
  const wanted: readonly (readonly [string, string | null])[] = [
    [TAG_KEYS.digest, digests.content],
    [TAG_KEYS.listing, digests.listing],
    [TAG_KEYS.hold, null],
  ];
  return wanted.flatMap(([key, to]): TagChange[] => {
    const from = tagValue(version.tags, key) ?? null;
    return from === to ? [] : [{ kind: 'tag', target, key, from, to }];
  });
}

function isOurCopy(version: ModelVersion, mark: OriginMark): boolean {
  const origin = tagValue(version.tags, TAG_KEYS.origin);
  const ours =
    origin !== undefined && mayBeOrigin(origin, mark) && tagValue(version.tags, TAG_KEYS.run) !== undefined;
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
