import { digestsOf } from '../../transfer/digest.ts';
import { inParallel } from '../../transfer/in-parallel.ts';
import { ONLY_CHOICE, type RouteChoice } from '../../transfer/route.ts';
import type { TransferTools } from '../../transfer/large-file.ts';
import { hashFile, PARALLEL_FILES } from '../../transfer/read-files.ts';
import { BufferWindow } from '../../transfer/window.ts';
import type { ApplyContext } from '../context.ts';
import { refuseWhenCancelled } from '../../domain/cancelled.ts';
import type { CopyRequest, CopyResult } from './request.ts';
import { withReadProgress } from '../../transfer/progress.ts';
import { waitUntilReady } from './ready.ts';
import { requireUnchanged } from './source-change.ts';
import { SeenSource } from './seen-source.ts';
import { recordDigests, verifyReady } from './verify.ts';
import type { OwnVersion } from './own-version.ts';

/** Said of every file where a version points at its source. */
const POINTER: RouteChoice = {
  route: 'pointer',
  reason: 'the copy points at the files of its source; no files were copied',
};

/**
 * Finishes a copy in a registry whose versions point at their source: the version is there at once and its files are
 * the source's. They are read all the same, through both versions: that the pointer leads there is what is proved.
 */
export async function followPointer(
  request: CopyRequest,
  own: OwnVersion,
  context: ApplyContext,
): Promise<CopyResult> {
  const tools: TransferTools = {
    window: new BufferWindow(),
    refuseWhenCancelled: () => refuseWhenCancelled(context.signal),
  };
  const reporting = withReadProgress(
    tools,
    'Reading the source',
    { files: request.files, sides: 1 },
    context,
  );
  const files = await inParallel(request.files, PARALLEL_FILES, async (file) => ({
    ...file,
    sha256: await hashFile(file, request.source.bytes, reporting),
    read: request.source.bytes.choice ?? ONLY_CHOICE,
    write: POINTER,
  }));
  await requireUnchanged(request, files);
  const digests = digestsOf(files);
  const version = await waitUntilReady(request, own.version, context);
  const target = new SeenSource(context.snapshot.registry.openSource(own.name, own.version));
  await verifyReady({ place: own, files, target, mode: request.verify, isHeld: false }, tools, context);
  await recordDigests(own, version.tags, digests, context);
  const read = await waitUntilReady(request, own.version, context);
  return { version: read, digests, files, target, verified: request.verify, takenOver: 0 };
}
