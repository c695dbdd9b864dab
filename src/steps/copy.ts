import type { FileEntry } from '../domain/digest.ts';
import { hasCode, messageOf } from '../domain/errors.ts';
import type { FullName } from '../domain/full-name.ts';
import { formatModelUri } from '../domain/model-uri.ts';
import { tagValue, type ModelVersion, type Tag } from '../domain/model.ts';
import { OWN_TAG_PREFIX, TAG_KEYS } from '../domain/tag-keys.ts';
import { copyFiles, type CopiedFile } from '../transfer/copy-files.ts';
import { digestsOf } from '../transfer/digest.ts';
import { allEnded } from '../transfer/in-parallel.ts';
import type { TransferTools } from '../transfer/large-file.ts';
import type { FileSource } from '../transfer/port.ts';
import { BufferWindow } from '../transfer/window.ts';
import { writeOwnTag } from './own-tag.ts';
import { REFUSALS, refuseWhenCancelled, type ApplyContext } from './apply.ts';
import { compareFiles } from './copy-compare.ts';
import { createVersion } from './copy-create.ts';
import { explainGone, type Party } from './copy-gone.ts';
import type { CopyOrder, CopyResult } from './copy-order.ts';
import { followPointer } from './copy-pointer.ts';
import { amount, CopyProgress, sizeOf, withReadProgress } from './copy-progress.ts';
import { waitUntilReady } from './copy-ready.ts';
import { SeenSource } from './copy-seen.ts';
import {
  isNotShown,
  isReadBack,
  ReadBack,
  recordDigests,
  UNVERIFIED_HOLD,
  verifyReady,
} from './copy-verify.ts';
import { leave, withdraw } from './copy-withdraw.ts';

/**
 * Makes a copy: creates the version with a marker, streams the files with `MLmodel` last, reads them back, records
 * the digests, finalizes, waits for READY and reads the version back.
 *
 * When it fails before the version was finalized, the version that it created is deleted while it is pending, where the
 * caller may; else the message names it, and what the next run does with it.
 */
export async function makeCopy(order: CopyOrder, context: ApplyContext): Promise<CopyResult> {
  refuseWhenCancelled(context.signal);
  context.journal.begin(order.change);
  const begun = order.pending === undefined ? undefined : await takeUp(order.pending, order, context);
  const number = begun?.number ?? (await createOrNote(order, context));
  order.onVersion?.(number);
  const life: Life = { isContinued: begun !== undefined, isFinalized: false };
  try {
    const points = context.snapshot.registry.capabilities.upload === 'pointer';
    const result = points
      ? await followPointer(order, number, context)
      : await fillVersion(order, { number, files: begun?.files ?? [], life }, context);
    context.journal.end(order.change, 'done');
    return result;
  } catch (error) {
    const stays = life.isContinued || life.isFinalized;
    const explained = await explainGone(error, partiesOf(order, number, context));
    throw stays
      ? await leave(order, number, explained, context)
      : await withdraw(order, number, explained, context);
  }
}

function partiesOf(
  { source, change }: CopyOrder,
  number: number,
  { snapshot: { registry } }: ApplyContext,
): readonly Party[] {
  const copy = { name: change.destination, version: number };
  return [
    { role: 'source', version: source.version, registry: source.registry },
    { role: 'copy', version: copy, registry },
  ];
}

/** What decides whether a version may be deleted when its copy fails. */
interface Life {
  readonly isContinued: boolean;
  /** Whether the registry may have taken it as finalized: it may get READY at any moment. */
  isFinalized: boolean;
}

/** A version that is filled: its number, and the files that it has already. */
interface Begun {
  readonly number: number;
  readonly files: readonly FileEntry[];
}

/** Creates the version; a refusal is noted as such, so that nobody looks for what was not made. */
async function createOrNote(order: CopyOrder, context: ApplyContext): Promise<number> {
  try {
    return await createVersion(order, context);
  } catch (error) {
    if (hasCode(error, 'cancelled', ...REFUSALS)) context.journal.end(order.change, 'not-done');
    const { source } = order;
    throw await explainGone(error, [{ role: 'source', version: source.version, registry: source.registry }]);
  }
}

/** Takes up a pending version; undefined when it has other files than the source, and is left alone. */
async function takeUp(
  pending: ModelVersion,
  order: CopyOrder,
  context: ApplyContext,
): Promise<Begun | undefined> {
  const number = pending.version;
  const uri = formatModelUri(order.change.destination, number);
  try {
    const files = await filesOfPending(pending, context);
    const wanted = new Set(order.files.map(({ path }) => path));
    if (!files.every(({ path }) => wanted.has(path))) {
      context.log.warning(
        `${uri} was begun by an earlier run and has files that the source has not: it is left alone.`,
      );
      return undefined;
    }
    await alignLabels(pending, order, context);
    context.log.info(`${uri} was begun by an earlier run and is continued: ${files.length} files are there.`);
    return { number, files };
  } catch (error) {
    const explained = await explainGone(error, partiesOf(order, number, context));
    throw await leave(order, number, explained, context);
  }
}

/** The files that a pending version has already; none where the registry does not show them. */
async function filesOfPending(
  { name, version }: ModelVersion,
  { snapshot, log }: ApplyContext,
): Promise<readonly FileEntry[]> {
  try {
    return await snapshot.registry.openSource(name, version).list();
  } catch (error) {
    if (!isNotShown(error)) throw error;
    log.info(
      `The files of ${formatModelUri(name, version)} are not shown (${messageOf(error)}): all are sent.`,
    );
    return [];
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
  const surplus = pending.tags.filter(
    ({ key }) => key === TAG_KEYS.hold || (!key.startsWith(OWN_TAG_PREFIX) && !wanted.has(key)),
  );
  await Promise.all(surplus.map(({ key }) => writeOwnTag(target, key, null, context)));
  const missing = order.tags.filter(({ key, value }) => tagValue(pending.tags, key) !== value);
  await Promise.all(missing.map(({ key, value }) => writeOwnTag(target, key, value, context)));
  if ((pending.description ?? '') === (order.description ?? '')) return;
  await context.snapshot.registry.setDescription(target, order.description ?? '');
}

async function fillVersion(
  order: CopyOrder,
  { number, files: present, life }: Begun & { readonly life: Life },
  context: ApplyContext,
): Promise<CopyResult> {
  const { registry } = context.snapshot;
  const place = { name: order.change.destination, version: number };
  const tools: TransferTools = {
    window: new BufferWindow(),
    refuseWhenCancelled: () => refuseWhenCancelled(context.signal),
  };
  const target = new SeenSource(registry.openSource(place.name, number));
  const taken = await takeOver(order, { number, files: present }, target, tools, context);
  const have = new Set(taken.map(({ path }) => path));
  const left = order.files.filter(({ path }) => !have.has(path));
  if (life.isContinued) {
    context.log.info(
      `${formatModelUri(place.name, number)}: ${taken.length} of ${order.files.length} files are there and equal; ${left.length} files are sent, ${amount(sizeOf(left))}, an unfinished one from its first byte unless its store tells what arrived.`,
    );
  }
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
      refuseWhenCancelled: () => {
        tools.refuseWhenCancelled();
        readBack.requireGood();
      },
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
    const isReady = await finalize(place, life, context);
    if (!isReady) await waitUntilReady({ ...order, alongside: undefined }, number, context);
    // What was refused of a pending version may be open of a READY one.
    const opened = shown ? target : new SeenSource(registry.openSource(place.name, number));
    const copy = { place, files, target: opened, mode: order.verify, isHeld: !shown };
    const [, version] = await allEnded([
      verifyReady(copy, tools, context),
      waitUntilReady(order, number, context),
    ]);
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

/**
 * Finalizes; true where the version is known to be READY then. A refusal or a lost answer is no failure when the version is READY all the same; nor is a refusal of a
 * version that an earlier run may have finalized and that is not READY yet. A refusal of the only request leaves the
 * version as it was.
 */
async function finalize(
  { name, version }: { readonly name: FullName; readonly version: number },
  life: Life,
  { snapshot: { registry }, log }: ApplyContext,
): Promise<boolean> {
  const before = registry.requestsBegun;
  life.isFinalized = true;
  try {
    return (await registry.finalizeModelVersion(name, version)) === 'READY';
  } catch (error) {
    const isRefused = hasCode(error, ...REFUSALS) && registry.requestsBegun - before === 1;
    if (isRefused) life.isFinalized = false;
    if (hasCode(error, 'cancelled', 'interrupted', 'unauthenticated')) throw error;
    const found = await registry.getModelVersion(name, version).catch(() => undefined);
    if (found?.status === 'READY') return true;
    const mayBeSecond = life.isContinued || !isRefused;
    if (found?.status !== 'PENDING_REGISTRATION' || !mayBeSecond || !hasCode(error, ...SECOND)) throw error;
    log.info(`Finalizing was refused (${messageOf(error)}): it may have been done already.`);
    return false;
  }
}

/** What registries say of a version that is finalized already. */
const SECOND = ['rejected', 'conflict', 'already-exists'] as const;

/** Files that an earlier run sent whole: read on both sides, and equal. They are not sent again. */
async function takeOver(
  order: CopyOrder,
  { number, files }: Begun,
  target: FileSource,
  tools: TransferTools,
  context: ApplyContext,
): Promise<CopiedFile[]> {
  const sizes = new Map(files.map(({ path, size }) => [path, size]));
  const candidates = order.files.filter(({ path, size }) => sizes.get(path) === size);
  const uri = formatModelUri(order.change.destination, number);
  const telling = withReadProgress(
    tools,
    `What ${uri} has is compared`,
    { files: candidates, sides: 2 },
    context,
  );
  const compared = await compareFiles(candidates, { source: order.source.bytes, target }, telling);
  return compared.filter(({ isEqual }) => isEqual);
}

function withDigests(tags: readonly Tag[], content: string, listing: string): Tag[] {
  const ours: readonly string[] = [TAG_KEYS.digest, TAG_KEYS.listing, TAG_KEYS.hold];
  return [
    ...tags.filter(({ key }) => !ours.includes(key)),
    { key: TAG_KEYS.digest, value: content },
    { key: TAG_KEYS.listing, value: listing },
  ];
}
