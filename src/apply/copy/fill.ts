import { counted } from '../../domain/count.ts';
import { clauseOf, hasCode } from '../../domain/errors.ts';
import { foreignHold } from '../../domain/hold.ts';
import type { Tag } from '../../domain/model.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import { writeFailureOf } from '../../domain/write-failure.ts';
import { copyFiles } from '../../transfer/copy-files.ts';
import { digestsOf } from '../../transfer/digest.ts';
import { allEnded } from '../../transfer/in-parallel.ts';
import type { TransferTools } from '../../transfer/large-file.ts';
import { BufferWindow } from '../../transfer/window.ts';
import type { ApplyContext } from '../context.ts';
import { refuseWhenCancelled } from '../../domain/cancelled.ts';
import { makeWrite, notBegun, type Look } from '../write.ts';
import { holdUntilVerified } from './hold.ts';
import type { OwnVersion } from './own-version.ts';
import { sizeText } from '../../domain/size-text.ts';
import { CopyProgress, sizeOf } from '../../transfer/progress.ts';
import { isReadBack, ReadBack } from './read-back.ts';
import { waitUntilReady } from './ready.ts';
import type { CopyRequest, CopyResult } from './request.ts';
import { type Begun, takeOver } from './resume.ts';
import { SeenSource } from './seen-source.ts';
import { requireUnchanged } from './source-change.ts';
import { abandonUpload, finishUpload } from './upload-end.ts';
import { recordDigests, verifyReady } from './verify.ts';

/** What decides whether a version may be deleted when its copy fails. */
export interface CopyState {
  readonly isContinued: boolean;
  /** Whether the registry may have taken it as finalized: it may get READY at any moment. */
  isFinalized: boolean;
}

export async function fillVersion(
  request: CopyRequest,
  { own, files: present, tags: had, copyState }: Begun & { readonly copyState: CopyState },
  context: ApplyContext,
): Promise<CopyResult> {
  const { registry } = context.snapshot;
  const { version: number, name } = own;
  const tools: TransferTools = {
    window: new BufferWindow(),
    refuseWhenCancelled: () => refuseWhenCancelled(context.signal),
  };
  const target = new SeenSource(registry.openSource(name, number));
  const taken = await takeOver(request, { uri: own.uri, files: present }, target, tools, context);
  const have = new Set(taken.map(({ path }) => path));
  const left = request.files.filter(({ path }) => !have.has(path));
  if (copyState.isContinued) {
    context.log.info(
      `${own.uri}: ${taken.length} of ${request.files.length} files exist and are equal; sending ${counted(left.length, 'file')}, ${sizeText(sizeOf(left))}. An incomplete file is sent from its first byte, unless its store reports what arrived.`,
    );
  }
  const progress = new CopyProgress(
    left,
    left.filter((file) => isReadBack(file, request.verify)),
    context,
  );
  const readBack = new ReadBack(target, request.verify, {
    ...tools,
    onRead: (bytes) => progress.addReadBack(bytes),
  });
  try {
    const sent = await copyFiles(left, request.source.bytes, context.writer.openSink(name, number), {
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
      onRouteClosed: (route, reason) =>
        context.log.info(
          `Large files cannot be sent by ${route} from here (${reason}); trying another route.`,
        ),
    });
    const files = [...taken, ...sent];
    const digests = digestsOf(files);
    const [shown] = await Promise.all([
      readBack.end(request.files),
      recordDigests(own, had, digests, context),
    ]);
    const { transfer } = progress;
    refuseWhenCancelled(context.signal);
    await requireUnchanged(request, files);
    if (!shown) await holdUntilVerified(own, context);
    const isReady = await finalize(own, copyState, context);
    if (!isReady) await waitUntilReady({ ...request, alongside: undefined }, number, context);
    // What was refused of a pending version may be open of a READY one.
    const opened = shown ? target : new SeenSource(registry.openSource(name, number));
    const copy = { place: own, files, target: opened, mode: request.verify, isHeld: !shown };
    const [, version] = await allEnded([
      verifyReady(copy, tools, context),
      waitUntilReady(request, number, context),
    ]);
    const tags = withDigests(version.tags, digests.content, digests.listing);
    return {
      version: { ...version, tags },
      digests,
      files,
      target: opened,
      verified: request.verify,
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
async function finalize(own: OwnVersion, copyState: CopyState, context: ApplyContext): Promise<boolean> {
  const state = notBegun();
  const look = async (): Promise<Look<boolean>> => {
    const { status } = await own.look(context.snapshot);
    return status === 'PENDING_REGISTRATION' ? 'open' : { done: status === 'READY' };
  };
  const send = () => sendFinalize(own, () => copyState.isContinued || state.wasDoubtful, context);
  copyState.isFinalized = true;
  try {
    return await makeWrite({ look, send }, context, {
      isLookedAt: !copyState.isContinued && own.isJustSeen,
      state,
    });
  } catch (error) {
    copyState.isFinalized = state.wasDoubtful;
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
  { snapshot: { registry }, writer, log }: ApplyContext,
): Promise<boolean> {
  try {
    return (await writer.finalizeModelVersion(name, version)) === 'READY';
  } catch (error) {
    const { again, mayBeDone } = writeFailureOf(error);
    if (again || mayBeDone || hasCode(error, 'cancelled', 'unauthenticated', 'other-identity')) throw error;
    const found = await registry.getModelVersion(name, version).catch(() => undefined);
    if (found?.status === 'READY') return true;
    if (found?.status !== 'PENDING_REGISTRATION' || !mayBeSecond() || !hasCode(error, ...SECOND)) throw error;
    log.info(`Finalizing was refused (${clauseOf(error)}); it may already be done.`);
    return false;
  }
}

/** What registries say of a version that is finalized already. */
const SECOND = ['rejected', 'conflict', 'already-exists'] as const;

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
