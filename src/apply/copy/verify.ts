import { refuseWhenCancelled } from '../../domain/cancelled.ts';
import { clauseOf, hasCode, PromoteError } from '../../domain/errors.ts';
import type { Digests } from '../../domain/file-entry.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import { tagValue, type ModelVersion, type Tag } from '../../domain/model.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import type { VerifyMode } from '../../policy/verify-mode.ts';
import type { CopiedFile } from '../../transfer/copy-files.ts';
import { listingDigest } from '../../transfer/digest.ts';
import { allEnded, inParallel } from '../../transfer/in-parallel.ts';
import type { TransferTools } from '../../transfer/large-file.ts';
import { withReadProgress } from '../../transfer/progress.ts';
import { PARALLEL_FILES } from '../../transfer/read-files.ts';
import { sharingFailure } from '../../transfer/shared-failure.ts';
import { BufferWindow } from '../../transfer/window.ts';
import type { ApplyContext } from '../context.ts';
import { explainGone, versionParty } from './gone.ts';
import { holdMismatch, liftOwnHold, type VersionTarget } from './hold.ts';
import { writeOwnTags } from './own-tag.ts';
import type { OwnVersion } from './own-version.ts';
import { isReadBack, compareFile, mismatch } from './read-back.ts';
import type { CopyResult } from './request.ts';
import type { SeenSource } from './seen-source.ts';

/** A copy that is READY, as it is verified. */
interface ReadyCopy {
  readonly place: Pick<ModelVersion, 'name' | 'version'>;
  /** What was sent. */
  readonly files: readonly CopiedFile[];
  /** Its files now; what was read back by it before is read again where its store does not prove that it is the same. */
  readonly target: SeenSource;
  readonly mode: VerifyMode;
  /** Whether it is on hold only until now, since its files were not shown before. */
  readonly isHeld: boolean;
}

/**
 * Verifies a READY copy: files of a pending version can be exchanged or added by others after they were read back, so
 * that they count only when they are the same now, when nobody gets access to write them any more. A copy that differs is put on
 * hold, so that no action ever takes it; one that was on hold only until now is freed.
 */
export async function verifyReady(
  copy: ReadyCopy,
  tools: TransferTools,
  context: ApplyContext,
): Promise<void> {
  try {
    await compareReady(copy, tools, context);
  } catch (error) {
    throw await holdDifferent(copy.place, error, 'error', 'differs from what was sent', context);
  }
  // Reading took its time, and somebody may have put it on hold for a reason of their own.
  if (copy.isHeld) await liftOwnHold(targetOf(copy.place), context);
}

/**
 * Verifies a copy once more after its validation: for as long as that took, a signed URL or a credential that was given out
 * while the version was pending may have written into it, whatever its status. What was validated is what goes on.
 */
export async function verifyValidated(
  { version, files, target, verified, comparedHere = verified }: CopyResult,
  context: ApplyContext,
): Promise<void> {
  const tools = {
    window: new BufferWindow(),
    refuseWhenCancelled: () => refuseWhenCancelled(context.signal),
  };
  try {
    await compareReady({ place: version, files, target, mode: comparedHere }, tools, context);
  } catch (thrown) {
    const { registry } = context.snapshot;
    const error = await explainGone(thrown, [versionParty('copy', version, registry)]);
    throw await holdDifferent(version, error, 'conflict', 'changed while it was validated', context);
  }
}

/** Throws `verification` where a copy is not what was read of it, by what its store proves and by its bytes. */
async function compareReady(
  { place, files, target, mode }: Omit<ReadyCopy, 'isHeld'>,
  tools: TransferTools,
  context: ApplyContext,
): Promise<void> {
  const uri = formatModelUri(place.name, place.version);
  const shared = sharingFailure(tools);
  const readAgain = async (): Promise<void> => {
    const again = await notProven(
      files.filter((file) => isReadBack(file, mode)),
      target,
    );
    const reporting = withReadProgress(
      shared.tools,
      `Reading ${uri} back`,
      { files: again, sides: 1 },
      context,
    );
    await inParallel(again, PARALLEL_FILES, (file) =>
      shared.guard(() => compareFile(file, target, reporting)),
    );
  };
  const [, listed] = await allEnded([shared.guard(readAgain), shared.guard(() => target.list())]);
  if (listingDigest(listed) !== listingDigest(files)) throw mismatch('the list of its files differs');
}

/** Puts a copy that differs on hold; what is thrown of it then. Any other error stays as it is. */
async function holdDifferent(
  place: ReadyCopy['place'],
  error: unknown,
  outcome: 'error' | 'conflict',
  problem: string,
  context: ApplyContext,
): Promise<unknown> {
  if (!hasCode(error, 'verification')) return error;
  const held = await sayHeld(targetOf(place), context);
  const uri = formatModelUri(place.name, place.version);
  return new PromoteError(`${uri} ${problem} and ${held}: ${error.message}`, {
    code: 'verification',
    outcome,
    fix: 'Run the step again to make another copy, and report this one.',
  });
}

function targetOf({ name, version }: ReadyCopy['place']): VersionTarget {
  return { kind: 'version', name, version };
}

/** Files of which the store does not prove that they are what was read back. */
async function notProven(files: readonly CopiedFile[], target: SeenSource): Promise<CopiedFile[]> {
  const proven = await inParallel(files, PARALLEL_FILES, (file) => target.isUnchanged(file));
  return files.filter((_, index) => proven[index] !== true);
}

/** Puts a wrong copy on hold; when that fails too, both are said. */
async function sayHeld(target: VersionTarget, context: ApplyContext): Promise<string> {
  try {
    await holdMismatch(target, context);
    return 'is on hold now';
  } catch (error) {
    return `could not be put on hold (${clauseOf(error)})`;
  }
}

/** Notes both digests on a version, which has `tags` so far, for whoever reads it later. */
export async function recordDigests(
  own: OwnVersion,
  tags: readonly Tag[],
  { content, listing }: Digests,
  context: ApplyContext,
): Promise<void> {
  if (!own.isJustSeen) await own.look(context.snapshot);
  const changes = [
    [TAG_KEYS.digest, content],
    [TAG_KEYS.listing, listing],
  ] as const;
  await writeOwnTags(
    changes.map(([key, value]) => own.tagChange(key, tagValue(tags, key) ?? null, value)),
    context,
    true,
  );
}
