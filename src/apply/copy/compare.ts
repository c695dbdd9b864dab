import type { TagChange } from '../../plan/changes/tag.ts';
import type { Digests, FileEntry } from '../../domain/file-entry.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import { tagValue, type ModelVersion } from '../../domain/model.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import type { CopySource } from '../../facts/copy/source.ts';
import type { CopiedFile } from '../../transfer/copy-files.ts';
import { digestsOf, listingDigest } from '../../transfer/digest.ts';
import { allEnded, inParallel } from '../../transfer/in-parallel.ts';
import type { TransferTools } from '../../transfer/large-file.ts';
import type { FileSource } from '../../transfer/port.ts';
import { hashFile, PARALLEL_FILES, PARALLEL_LARGE } from '../../transfer/read-files.ts';
import { LARGE_FILE, type RouteChoice } from '../../transfer/route.ts';
import { sharingFailure } from '../../transfer/shared-failure.ts';
import { BufferWindow } from '../../transfer/window.ts';
import type { ApplyContext } from '../context.ts';
import { refuseWhenCancelled } from '../../domain/cancelled.ts';
import { explainGone, sourceParty, versionParty } from './gone.ts';
import { withReadProgress } from '../../transfer/progress.ts';
import type { CopyResult } from './request.ts';
import { SeenSource } from './seen-source.ts';

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
  request: { readonly source: CopySource; readonly files: readonly FileEntry[] },
  copy: ModelVersion,
  context: Pick<ApplyContext, 'snapshot' | 'clock' | 'log' | 'signal'>,
): Promise<CopyComparison> {
  try {
    return await compareWithSource(request, copy, context);
  } catch (error) {
    const { registry } = context.snapshot;
    throw await explainGone(error, [sourceParty(request.source), versionParty('copy', copy, registry)]);
  }
}

async function compareWithSource(
  { source, files }: Parameters<typeof compareCopy>[0],
  copy: ModelVersion,
  context: Parameters<typeof compareCopy>[2],
): Promise<CopyComparison> {
  const target = new SeenSource(context.snapshot.registry.openSource(copy.name, copy.version));
  const listed = await target.list();
  const { digest, listing } = recordOf(copy);
  if (listingDigest(listed) !== listingDigest(files)) return { kind: unequal(listing, listingDigest(files)) };
  const tools = withReadProgress(
    { window: new BufferWindow(), refuseWhenCancelled: () => refuseWhenCancelled(context.signal) },
    `Comparing ${formatModelUri(copy.name, copy.version)} with its source`,
    { files, sides: 2 },
    context,
  );
  const compared = await compareFiles(files, { source: source.bytes, target }, tools);
  const digests = digestsOf(compared);
  if (!compared.every(({ isEqual }) => isEqual)) return { kind: unequal(digest, digests.content) };
  if ((digest ?? digests.content) !== digests.content || (listing ?? digests.listing) !== digests.listing)
    return { kind: 'damaged' };
  return {
    kind: 'equal',
    result: { version: copy, digests, files: compared, target, verified: 'full', takenOver: files.length },
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

/** A file that an earlier run sent, read on both sides. */
export interface ComparedFile extends CopiedFile {
  readonly isEqual: boolean;
}

/**
 * Reads files to the end on both sides, whatever is asked of a new copy: neither tags nor sizes prove what an earlier
 * run sent. A difference is read a second time before it is believed.
 */
export async function compareFiles(
  files: readonly FileEntry[],
  sides: { readonly source: FileSource; readonly target: FileSource },
  tools: TransferTools,
): Promise<ComparedFile[]> {
  const source = new SeenSource(sides.source);
  const target = new SeenSource(sides.target);
  const shared = sharingFailure(tools);
  const hash = (file: FileEntry, side: FileSource) => shared.guard(() => hashFile(file, side, shared.tools));
  const compare = async (file: FileEntry): Promise<ComparedFile> => {
    const [sha256, first] = await allEnded([hash(file, source), hash(file, target)]);
    const isEqual = first === sha256 || (await hash(file, target)) === sha256;
    return { ...file, sha256, isEqual, read: source.choiceOf(file), write: takenOver(target.choiceOf(file)) };
  };
  const compared = await allEnded([
    inParallel(
      files.filter(({ size }) => size >= LARGE_FILE),
      PARALLEL_LARGE,
      compare,
    ),
    inParallel(
      files.filter(({ size }) => size < LARGE_FILE),
      PARALLEL_FILES,
      compare,
    ),
  ]);
  return compared.flat();
}

/** What is said of the writing of a file that an earlier run sent, and how it was read here. */
function takenOver({ route, reason }: RouteChoice): RouteChoice {
  return { route: 'earlier run', reason: `reused, read by ${route}: ${reason}` };
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
