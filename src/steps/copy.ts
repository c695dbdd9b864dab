import type { FileEntry } from '../domain/digest.ts';
import { hasCode, messageOf } from '../domain/errors.ts';
import { foreignHold } from '../domain/hold.ts';
import { formatModelUri } from '../domain/model-uri.ts';
import { tagValue, type ModelVersion, type Tag } from '../domain/model.ts';
import { holdOf } from '../domain/rules.ts';
import { isOwnTag, TAG_KEYS } from '../domain/tag-keys.ts';
import { writeFailureOf } from '../domain/write-failure.ts';
import { copyFiles, type CopiedFile } from '../transfer/copy-files.ts';
import { digestsOf } from '../transfer/digest.ts';
import { allEnded } from '../transfer/in-parallel.ts';
import type { TransferTools } from '../transfer/large-file.ts';
import type { FileSource } from '../transfer/port.ts';
import { BufferWindow } from '../transfer/window.ts';
import { makeChanges, refuseWhenCancelled, type ApplyContext } from './apply.ts';
import { holdUntilVerified, refuseHeld } from './copy-hold.ts';
import { compareFiles } from './copy-compare.ts';
import { createVersion } from './copy-create.ts';
import { explainGone, type Party } from './copy-gone.ts';
import type { CopyOrder, CopyResult } from './copy-order.ts';
import { followPointer } from './copy-pointer.ts';
import { amount, CopyProgress, sizeOf, withReadProgress } from './copy-progress.ts';
import { waitUntilReady } from './copy-ready.ts';
import { SeenSource } from './copy-seen.ts';
import { explainLimit } from './limit.ts';
import { isNotShown, isReadBack, ReadBack, recordDigests, verifyReady } from './copy-verify.ts';
import { leave, withdraw } from './copy-withdraw.ts';
import { abandonUpload, finishUpload } from './upload-end.ts';
import type { LabelChange } from './label.ts';
import { OwnVersion, PART_OF_COPY } from './own-version.ts';
import { makeWrite, notBegun, type Look } from './write.ts';

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
  const begun =
    (order.pending === undefined ? undefined : await takeUp(order.pending, order, context)) ??
    (await createOrNote(order, context));
  const number = begun.own.version;
  order.onVersion?.(number);
  const life: Life = { isContinued: begun.isContinued, isFinalized: false };
  try {
    const points = context.snapshot.registry.capabilities.upload === 'pointer';
    const result = points
      ? await followPointer(order, begun.own, context)
      : await fillVersion(order, { ...begun, life }, context);
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

/** A version that is filled: the files and tags that it has already. */
interface Begun {
  readonly own: OwnVersion;
  readonly isContinued: boolean;
  readonly files: readonly FileEntry[];
  readonly tags: readonly Tag[];
}

/** Creates the version; a refusal is noted as such, so that nobody looks for what was not made. */
async function createOrNote(order: CopyOrder, context: ApplyContext): Promise<Begun> {
  const state = notBegun();
  try {
    const version = await createVersion(order, context, state);
    const own = new OwnVersion({ name: order.change.destination, version }, order.marker, context.clock);
    return { own, isContinued: false, files: [], tags: [] };
  } catch (error) {
    if (!state.mayBeDone) context.journal.end(order.change, 'not-done');
    const { source } = order;
    const gone = await explainGone(error, [
      { role: 'source', version: source.version, registry: source.registry },
    ]);
    throw await explainLimit(gone, order.change, context.snapshot);
  }
}

/**
 * Takes up a pending version; undefined when it has other files than the source, or is no longer what was decided on, and
 * is left alone.
 */
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
    const claimed = await claim(pending, order, context);
    if (claimed === undefined) {
      context.log.warning(`${uri} was begun by an earlier run and is not as it was: it is left alone.`);
      return undefined;
    }
    context.log.info(`${uri} was begun by an earlier run and is continued: ${files.length} files are there.`);
    return { ...claimed, isContinued: true, files };
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
 * Makes a pending version this run's own: by its marker, which is written before anything else, so that the run that began
 * it, should it still live, neither deletes nor writes what this one fills; then by its labels. Undefined when it is no
 * longer what was decided on; one that was finished meanwhile is taken as it is.
 */
async function claim(
  pending: ModelVersion,
  order: CopyOrder,
  context: ApplyContext,
): Promise<Pick<Begun, 'own' | 'tags'> | undefined> {
  const { snapshot, clock } = context;
  const { name, version, tags } = pending;
  const quiet = { ...context, journal: PART_OF_COPY };
  const target = { kind: 'version', name, version } as const;
  const marker = tagValue(tags, TAG_KEYS.run) ?? null;
  const basis = [
    { kind: 'status', name, version, was: 'PENDING_REGISTRATION' },
    { kind: 'tag', target, key: TAG_KEYS.hold, was: tagValue(tags, TAG_KEYS.hold) ?? null },
  ] as const;
  try {
    await makeChanges(
      [{ kind: 'tag', target, key: TAG_KEYS.run, from: marker, to: order.marker, basis }],
      quiet,
    );
  } catch (error) {
    if (!hasCode(error, 'conflict')) throw error;
    const found = await snapshot.registry.getModelVersion(name, version);
    if (found?.status !== 'READY') return undefined;
    if (holdOf(found) !== undefined) throw error;
    return {
      own: new OwnVersion(pending, tagValue(found.tags, TAG_KEYS.run) ?? '', clock),
      tags: found.tags,
    };
  }
  refuseHeld(target, await snapshot.freshVersion(name, version));
  const own = new OwnVersion(pending, order.marker, clock);
  const labels = labelsOf(pending, order, own);
  await makeChanges(labels, quiet);
  const changed = new Map(
    labels.flatMap((each) => (each.kind === 'tag' ? [[each.key, each.to] as const] : [])),
  );
  return { own, tags: tags.filter(({ key }) => !changed.has(key)) };
}

/** The changes that make the labels of a version that is continued those of this run. */
function labelsOf(pending: ModelVersion, order: CopyOrder, own: OwnVersion): LabelChange[] {
  const wanted = new Set(order.tags.map(({ key }) => key));
  const isOwnHold = (tag: Tag) => tag.key === TAG_KEYS.hold && foreignHold({ tags: [tag] }) === undefined;
  const surplus = pending.tags.filter(
    (tag) => isOwnHold(tag) || (!isOwnTag(tag.key) && !wanted.has(tag.key)),
  );
  const missing = order.tags.filter(({ key, value }) => tagValue(pending.tags, key) !== value);
  const [from, to] = [pending.description ?? '', order.description ?? ''];
  const { target, basis } = own;
  return [
    ...surplus.map(({ key, value }) => own.tagChange(key, value, null)),
    ...missing.map(({ key, value }) => own.tagChange(key, tagValue(pending.tags, key) ?? null, value)),
    ...(from === to ? [] : [{ kind: 'description', target, from, to, basis } as const]),
  ];
}

async function fillVersion(
  order: CopyOrder,
  { own, files: present, tags: had, life }: Begun & { readonly life: Life },
  context: ApplyContext,
): Promise<CopyResult> {
  const { registry } = context.snapshot;
  const { version: number, name } = own;
  const tools: TransferTools = {
    window: new BufferWindow(),
    refuseWhenCancelled: () => refuseWhenCancelled(context.signal),
  };
  const target = new SeenSource(registry.openSource(name, number));
  const taken = await takeOver(order, { uri: own.uri, files: present }, target, tools, context);
  const have = new Set(taken.map(({ path }) => path));
  const left = order.files.filter(({ path }) => !have.has(path));
  if (life.isContinued) {
    context.log.info(
      `${own.uri}: ${taken.length} of ${order.files.length} files are there and equal; ${left.length} files are sent, ${amount(sizeOf(left))}, an unfinished one from its first byte unless its store tells what arrived.`,
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
    const sent = await copyFiles(left, order.source.bytes, registry.openSink(name, number), {
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
      finish: (writer) => finishUpload(writer, own, context),
      abandon: (writer) => abandonUpload(writer, own, context),
      onLaneClosed: (road, reason) =>
        context.log.info(`Large files do not go by ${road} from here (${reason}): another way is tried.`),
    });
    const files = [...taken, ...sent];
    const digests = digestsOf(files);
    const [shown] = await Promise.all([readBack.end(order.files), recordDigests(own, had, digests, context)]);
    const { transfer } = progress;
    refuseWhenCancelled(context.signal);
    if (!shown) await holdUntilVerified(own, context);
    const isReady = await finalize(own, life, context);
    if (!isReady) await waitUntilReady({ ...order, alongside: undefined }, number, context);
    // What was refused of a pending version may be open of a READY one.
    const opened = shown ? target : new SeenSource(registry.openSource(name, number));
    const copy = { place: own, files, target: opened, mode: order.verify, isHeld: !shown };
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
 * Finalizes, and says whether the response shows the version READY. What is no longer pending needs it no more: waiting for
 * READY shows what became of it. A refusal of the only request leaves the version as it was.
 */
async function finalize(own: OwnVersion, life: Life, context: ApplyContext): Promise<boolean> {
  const state = notBegun();
  const look = async (): Promise<Look<boolean>> => {
    const { status } = await own.look(context.snapshot);
    return status === 'PENDING_REGISTRATION' ? 'open' : { done: status === 'READY' };
  };
  const send = () => sendFinalize(own, () => life.isContinued || state.wasDoubtful, context);
  life.isFinalized = true;
  try {
    return await makeWrite({ look, send }, context, {
      isLookedAt: !life.isContinued && own.isJustSeen,
      state,
    });
  } catch (error) {
    life.isFinalized = state.wasDoubtful;
    throw error;
  }
}

/**
 * One request to finalize; true when the version is READY. A refusal is no failure when it is READY all the same; nor is
 * that of a version that an earlier run or an earlier try may have finalized, and that is not READY yet.
 */
async function sendFinalize(
  { name, version }: OwnVersion,
  mayBeSecond: () => boolean,
  { snapshot: { registry }, log }: ApplyContext,
): Promise<boolean> {
  try {
    return (await registry.finalizeModelVersion(name, version)) === 'READY';
  } catch (error) {
    const { again, mayBeDone } = writeFailureOf(error);
    if (again || mayBeDone || hasCode(error, 'cancelled', 'unauthenticated', 'other-identity')) throw error;
    const found = await registry.getModelVersion(name, version).catch(() => undefined);
    if (found?.status === 'READY') return true;
    if (found?.status !== 'PENDING_REGISTRATION' || !mayBeSecond() || !hasCode(error, ...SECOND)) throw error;
    log.info(`Finalizing was refused (${messageOf(error)}): it may have been done already.`);
    return false;
  }
}

/** What registries say of a version that is finalized already. */
const SECOND = ['rejected', 'conflict', 'already-exists'] as const;

/** Files that an earlier run sent whole: read on both sides, and equal. They are not sent again. */
async function takeOver(
  order: CopyOrder,
  { uri, files }: { readonly uri: string; readonly files: readonly FileEntry[] },
  target: FileSource,
  tools: TransferTools,
  context: ApplyContext,
): Promise<CopiedFile[]> {
  const sizes = new Map(files.map(({ path, size }) => [path, size]));
  const candidates = order.files.filter(({ path, size }) => sizes.get(path) === size);
  const telling = withReadProgress(
    tools,
    `What ${uri} has is compared`,
    { files: candidates, sides: 2 },
    context,
  );
  const compared = await compareFiles(candidates, { source: order.source.bytes, target }, telling);
  return compared.filter(({ isEqual }) => isEqual);
}

/** The tags of a copy that was verified: with its digests, and without the hold that it had until then. */
function withDigests(tags: readonly Tag[], content: string, listing: string): Tag[] {
  const isHeld = foreignHold({ tags }) !== undefined;
  const ours: readonly string[] = [TAG_KEYS.digest, TAG_KEYS.listing, ...(isHeld ? [] : [TAG_KEYS.hold])];
  return [
    ...tags.filter(({ key }) => !ours.includes(key)),
    { key: TAG_KEYS.digest, value: content },
    { key: TAG_KEYS.listing, value: listing },
  ];
}
