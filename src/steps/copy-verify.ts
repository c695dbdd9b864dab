import { toldElsewhere } from '../domain/told-elsewhere.ts';
import type { Digests, FileEntry } from '../domain/digest.ts';
import { hasCode, messageOf, PromoteError } from '../domain/errors.ts';
import { formatModelUri } from '../domain/model-uri.ts';
import { tagValue, type ModelVersion, type Tag } from '../domain/model.ts';
import { TAG_KEYS } from '../domain/tag-keys.ts';
import { show } from '../domain/text.ts';
import type { CopiedFile } from '../transfer/copy-files.ts';
import { listingDigest } from '../transfer/digest.ts';
import { allEnded, inParallel } from '../transfer/in-parallel.ts';
import type { TransferTools } from '../transfer/large-file.ts';
import type { FileSource } from '../transfer/port.ts';
import { hashFile, PARALLEL_FILES } from '../transfer/read-files.ts';
import { sharingFailure } from '../transfer/shared-failure.ts';
import { withReadProgress } from './copy-progress.ts';
import type { SeenSource } from './copy-seen.ts';
import { holdMismatch, liftOwnHold } from './copy-hold.ts';
import type { ApplyContext } from './apply.ts';
import type { VerifyMode } from './copy-order.ts';
import { writeOwnTags } from './own-tag.ts';
import type { OwnVersion } from './own-version.ts';

/** Files up to this size are read back in every mode. Bytes. */
export const SMALL_BYTES = 1024 * 1024;

/** Files that are read back while others are still sent. */
const BESIDE = 8;

/** Whether a file is read back in a mode. */
export function isReadBack(file: FileEntry, mode: VerifyMode): boolean {
  return mode === 'full' || file.size <= SMALL_BYTES;
}

/** Reads files of a pending copy back while others are still sent; where the registry does not show them, it says so. */
export class ReadBack {
  readonly #target: FileSource;
  readonly #mode: VerifyMode;
  readonly #tools: TransferTools;
  readonly #waiting: CopiedFile[] = [];
  readonly #workers = new Set<Promise<void>>();
  #isShown = true;
  #failure: { readonly error: unknown } | undefined;

  constructor(target: FileSource, mode: VerifyMode, tools: TransferTools) {
    this.#target = target;
    this.#mode = mode;
    this.#tools = tools;
  }

  /** Begins to read a file back, as soon as there is room. */
  add(file: CopiedFile): void {
    if (!this.#isShown || this.#failure !== undefined || !isReadBack(file, this.#mode)) return;
    this.#waiting.push(file);
    if (this.#workers.size >= BESIDE) return;
    const worker = this.#work().finally(() => this.#workers.delete(worker));
    this.#workers.add(worker);
  }

  /** Throws at once what {@link ReadBack.end} would throw: more need not be sent of a copy that is wrong already. */
  requireGood(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** When every file was read: whether the registry showed them. Throws `verification` when one differs. */
  async end(files: readonly FileEntry[]): Promise<boolean> {
    const listed = this.#list();
    // A file that differs is told first; the list is awaited only after it.
    toldElsewhere(listed);
    await Promise.all([...this.#workers]);
    this.requireGood();
    const found = await listed;
    if (!this.#isShown || found === undefined) return false;
    if (listingDigest(found) !== listingDigest(files)) throw mismatch('the list of its files is another');
    return true;
  }

  /** When nothing of it is under way any more; never throws. */
  async settle(): Promise<void> {
    this.#waiting.length = 0;
    await Promise.all([...this.#workers]);
  }

  async #list(): Promise<readonly FileEntry[] | undefined> {
    try {
      return await this.#target.list();
    } catch (error) {
      if (isNotShown(error)) return undefined;
      throw error;
    }
  }

  async #work(): Promise<void> {
    for (let file = this.#waiting.shift(); file !== undefined; file = this.#waiting.shift()) {
      try {
        await compareFile(file, this.#target, this.#tools);
      } catch (error) {
        if (isNotShown(error)) this.#isShown = false;
        else this.#failure ??= { error };
        this.#waiting.length = 0;
      }
    }
  }
}

/** A copy that is READY, as it is verified. */
export interface ReadyCopy {
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
 * that they count only when they are the same now, when nobody can write them any more. A copy that differs is put on
 * hold, so that no action ever takes it; one that was on hold only until now is freed.
 */
export async function verifyReady(
  { place, files, target, mode, isHeld }: ReadyCopy,
  tools: TransferTools,
  context: ApplyContext,
): Promise<void> {
  const version = { kind: 'version', name: place.name, version: place.version } as const;
  const uri = formatModelUri(place.name, place.version);
  const shared = sharingFailure(tools);
  const readAgain = async (): Promise<void> => {
    const again = await notProven(
      files.filter((file) => isReadBack(file, mode)),
      target,
    );
    const telling = withReadProgress(
      shared.tools,
      `${uri} is read back`,
      { files: again, sides: 1 },
      context,
    );
    await inParallel(again, PARALLEL_FILES, (file) => shared.guard(() => compareFile(file, target, telling)));
  };
  try {
    const [, listed] = await allEnded([shared.guard(readAgain), shared.guard(() => target.list())]);
    if (listingDigest(listed) !== listingDigest(files)) throw mismatch('the list of its files is another');
  } catch (error) {
    if (!hasCode(error, 'verification')) throw error;
    const held = await sayHeld(version, context);
    throw new PromoteError(`${uri} is not what was sent, and ${held}: ${error.message}`, {
      code: 'verification',
      outcome: 'error',
      fix: 'Run again for another copy, and report this one.',
    });
  }
  // Reading took its time, and somebody may have put it on hold for a reason of their own.
  if (isHeld) await liftOwnHold(version, context);
}

/** Files of which the store does not prove that they are what was read back. */
async function notProven(files: readonly CopiedFile[], target: SeenSource): Promise<CopiedFile[]> {
  const proven = await inParallel(files, PARALLEL_FILES, (file) => target.isUnchanged(file));
  return files.filter((_, index) => proven[index] !== true);
}

/** Puts a wrong copy on hold; when that fails too, both are said. */
async function sayHeld(target: Parameters<typeof holdMismatch>[0], context: ApplyContext): Promise<string> {
  try {
    await holdMismatch(target, context);
    return 'is on hold now';
  } catch (error) {
    return `could not be put on hold (${messageOf(error)})`;
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

/** Compares one file with what was sent; a difference is read a second time before it is believed. */
async function compareFile(file: CopiedFile, source: FileSource, tools: TransferTools): Promise<void> {
  if ((await hashFile(file, source, tools)) === file.sha256) return;
  if ((await hashFile(file, source, tools)) === file.sha256) return;
  throw mismatch(`${show(file.path)} has another sha256`);
}

function mismatch(problem: string): PromoteError {
  return new PromoteError(`The files of the copy are not those that were sent: ${problem}.`, {
    code: 'verification',
    outcome: 'error',
    fix: 'Run again. If it stays, report it with the report file.',
  });
}

/** Whether a registry shows the files of a pending version is not confirmed (uc-protocol §17): refusals mean no. */
export function isNotShown(error: unknown): boolean {
  return hasCode(error, 'permission-denied', 'rejected', 'not-found', 'unsupported');
}
