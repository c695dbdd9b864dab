import type { FileEntry } from '../domain/digest.ts';
import { hasCode, messageOf } from '../domain/errors.ts';
import type { FullName } from '../domain/full-name.ts';
import { formatModelUri } from '../domain/model-uri.ts';
import { tagValue, type ModelVersion, type Tag } from '../domain/model.ts';
import { OWN_TAG_PREFIX, TAG_KEYS } from '../domain/tag-keys.ts';
import { copyFiles, type CopiedFile } from '../transfer/copy-files.ts';
import { digestsOf } from '../transfer/digest.ts';
import { inParallel } from '../transfer/in-parallel.ts';
import type { TransferTools } from '../transfer/large-file.ts';
import type { FileSource } from '../transfer/port.ts';
import { hashFile, PARALLEL_FILES } from '../transfer/read-files.ts';
import { BufferWindow } from '../transfer/window.ts';
import { writeOwnTag } from './own-tag.ts';
import { REFUSALS, refuseWhenCancelled, type ApplyContext } from './apply.ts';
import { createVersion } from './copy-create.ts';
import type { CopyOrder, CopyResult } from './copy-order.ts';
import { followPointer } from './copy-pointer.ts';
import { CopyProgress } from './copy-progress.ts';
import { waitUntilReady } from './copy-ready.ts';
import { isReadBack, ReadBack, recordDigests, UNVERIFIED_HOLD, verifyReady } from './copy-verify.ts';
import { withdraw } from './copy-withdraw.ts';

/**
 * Makes a copy: creates the version with a marker, streams the files with `MLmodel` last, reads them back, records
 * the digests, finalizes, waits for READY and reads the version back.
 *
 * When it fails, the version that it created is deleted while it is pending, where the caller may; else the message
 * names it, and the next run continues it.
 */
export async function makeCopy(order: CopyOrder, context: ApplyContext): Promise<CopyResult> {
  refuseWhenCancelled(context.signal);
  context.journal.begin(order.change);
  const begun = order.pending === undefined ? undefined : await filesOfPending(order, context);
  const number = begun?.number ?? (await createOrNote(order, context));
  order.onVersion?.(number);
  try {
    const points = context.snapshot.registry.capabilities.upload === 'pointer';
    const result = points
      ? await followPointer(order, number, context)
      : await fillVersion(order, number, begun?.files ?? [], context);
    context.journal.end(order.change, 'done');
    return result;
  } catch (error) {
    if (begun !== undefined) throw error;
    throw await withdraw(order, number, error, context);
  }
}

/** Creates the version; a refusal is noted as such, so that nobody looks for what was not made. */
async function createOrNote(order: CopyOrder, context: ApplyContext): Promise<number> {
  try {
    return await createVersion(order, context);
  } catch (error) {
    if (hasCode(error, 'cancelled', ...REFUSALS)) context.journal.end(order.change, 'not-done');
    throw error;
  }
}

/** The files that a pending version has already; undefined when it has others than the source, and is left alone. */
async function filesOfPending(
  order: CopyOrder,
  context: ApplyContext,
): Promise<{ readonly number: number; readonly files: readonly FileEntry[] } | undefined> {
  const { pending, files, change } = order;
  const { snapshot, log } = context;
  if (pending === undefined) return undefined;
  const uri = formatModelUri(change.destination, pending.version);
  try {
    const present = await snapshot.registry.openSource(change.destination, pending.version).list();
    const wanted = new Set(files.map(({ path }) => path));
    if (present.every(({ path }) => wanted.has(path))) {
      await alignLabels(pending, order, context);
      log.info(`${uri} was begun by an earlier run and is continued: ${present.length} files are there.`);
      return { number: pending.version, files: present };
    }
    log.warning(
      `${uri} was begun by an earlier run and has files that the source has not: it is left alone.`,
    );
    return undefined;
  } catch (error) {
    if (!hasCode(error, 'permission-denied', 'rejected', 'not-found', 'unsupported')) throw error;
    log.info(
      `${uri} was begun by an earlier run, and its files are not shown (${messageOf(error)}): all are sent.`,
    );
    return { number: pending.version, files: [] };
  }
}

/**
 * Makes the labels of a version that is continued those of this run. The marker is ours from here on, so that the run
 * that began it, should it still live, does not delete what this one fills.
 */
async function alignLabels(pending: ModelVersion, order: CopyOrder, context: ApplyContext): Promise<void> {
  const target = { kind: 'version', name: pending.name, version: pending.version } as const;
  await writeOwnTag(target, TAG_KEYS.run, order.marker, context);
  const wanted = new Set(order.tags.map(({ key }) => key));
  const surplus = pending.tags.filter(({ key }) => !key.startsWith(OWN_TAG_PREFIX) && !wanted.has(key));
  await Promise.all(surplus.map(({ key }) => writeOwnTag(target, key, null, context)));
  const missing = order.tags.filter(({ key, value }) => tagValue(pending.tags, key) !== value);
  await Promise.all(missing.map(({ key, value }) => writeOwnTag(target, key, value, context)));
  if ((pending.description ?? '') === (order.description ?? '')) return;
  await context.snapshot.registry.setDescription(target, order.description ?? '');
}

async function fillVersion(
  order: CopyOrder,
  number: number,
  present: readonly FileEntry[],
  context: ApplyContext,
): Promise<CopyResult> {
  const { registry } = context.snapshot;
  const place = { name: order.change.destination, version: number };
  const tools: TransferTools = {
    window: new BufferWindow(),
    refuseWhenCancelled: () => refuseWhenCancelled(context.signal),
  };
  const target = registry.openSource(place.name, number);
  const taken = await takeOver(order, present, target, tools);
  const left = order.files.filter(({ path }) => !taken.some((file) => file.path === path));
  const progress = new CopyProgress(
    left,
    left.filter((file) => isReadBack(file, order.verify)),
    context,
  );
  const readBack = new ReadBack(target, order.verify, {
    ...tools,
    onRead: (bytes) => progress.addReadBack(bytes),
  });
  try {
    const sent = await copyFiles(left, order.source.bytes, registry.openSink(place.name, number), {
      ...tools,
      onBytes: (bytes) => progress.addSent(bytes),
      onFile: (file) => {
        progress.addFile();
        readBack.add(file);
      },
      onLaneClosed: (road, reason) =>
        context.log.info(`Large files do not go by ${road} from here (${reason}): another way is tried.`),
    });
    const files = [...taken, ...sent];
    const digests = digestsOf(files);
    const [shown] = await Promise.all([readBack.end(order.files), recordDigests(place, digests, context)]);
    const { transfer } = progress;
    refuseWhenCancelled(context.signal);
    if (!shown) {
      await writeOwnTag({ kind: 'version', ...place }, TAG_KEYS.hold, UNVERIFIED_HOLD, context);
    }
    await finalize(place, context);
    const version = await waitUntilReady(order, number, context);
    if (!shown) await verifyReady(files, version, order.verify, tools, context);
    const tags = withDigests(version.tags, digests.content, digests.listing);
    return {
      version: { ...version, tags },
      digests,
      files,
      verified: order.verify,
      takenOver: taken.length,
      transfer,
    };
  } finally {
    await readBack.settle();
  }
}

/** Finalizes; a refusal or a lost answer is no failure when the version is READY all the same. */
async function finalize(
  { name, version }: { readonly name: FullName; readonly version: number },
  { snapshot: { registry } }: ApplyContext,
): Promise<void> {
  try {
    await registry.finalizeModelVersion(name, version);
  } catch (error) {
    if (hasCode(error, 'cancelled', 'interrupted', 'unauthenticated')) throw error;
    const found = await registry.getModelVersion(name, version).catch(() => undefined);
    if (found?.status !== 'READY') throw error;
  }
}

/** Files that an earlier run sent whole: read on both sides, and equal. They are not sent again. */
async function takeOver(
  order: CopyOrder,
  present: readonly FileEntry[],
  target: FileSource,
  tools: TransferTools,
): Promise<CopiedFile[]> {
  const sizes = new Map(present.map(({ path, size }) => [path, size]));
  const candidates = order.files.filter(({ path, size }) => sizes.get(path) === size);
  const compared = await inParallel(candidates, PARALLEL_FILES, async (file) => {
    const [sha256, theirs] = await Promise.all([
      hashFile(file, order.source.bytes, tools),
      isReadBack(file, order.verify) ? hashFile(file, target, tools) : undefined,
    ]);
    const lane = { road: 'workspace', reason: 'sent by an earlier run' } as const;
    return theirs === undefined || theirs === sha256 ? [{ ...file, sha256, read: lane, write: lane }] : [];
  });
  return compared.flat();
}

function withDigests(tags: readonly Tag[], content: string, listing: string): Tag[] {
  const ours: readonly string[] = [TAG_KEYS.digest, TAG_KEYS.listing, TAG_KEYS.hold];
  return [
    ...tags.filter(({ key }) => !ours.includes(key)),
    { key: TAG_KEYS.digest, value: content },
    { key: TAG_KEYS.listing, value: listing },
  ];
}
