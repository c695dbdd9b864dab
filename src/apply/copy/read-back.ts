import { hasCode, PromoteError } from '../../domain/errors.ts';
import type { FileEntry } from '../../domain/file-entry.ts';
import { show } from '../../domain/printable.ts';
import { handledLater } from '../../domain/promises.ts';
import type { VerifyMode } from '../../policy/verify-mode.ts';
import type { CopiedFile } from '../../transfer/copy-files.ts';
import { listingDigest } from '../../transfer/digest.ts';
import type { TransferTools } from '../../transfer/large-file.ts';
import type { FileSource } from '../../transfer/port.ts';
import { hashFile } from '../../transfer/read-files.ts';

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
    // A file that differs is reported first; the list is awaited only after it.
    handledLater(listed);
    await Promise.all([...this.#workers]);
    this.requireGood();
    const found = await listed;
    if (!this.#isShown || found === undefined) return false;
    if (listingDigest(found) !== listingDigest(files)) throw mismatch('the list of its files differs');
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

/** Compares one file with what was sent; a difference is read a second time before it is believed. */
export async function compareFile(file: CopiedFile, source: FileSource, tools: TransferTools): Promise<void> {
  if ((await hashFile(file, source, tools)) === file.sha256) return;
  if ((await hashFile(file, source, tools)) === file.sha256) return;
  throw mismatch(`the sha256 of ${show(file.path)} differs`);
}

export function mismatch(problem: string): PromoteError {
  return new PromoteError(`The files of the copy differ from those that were sent: ${problem}.`, {
    code: 'verification',
    outcome: 'error',
    fix: 'Run the step again. If the error persists, report it with the report file.',
  });
}

/** Whether a registry shows the files of a pending version is not confirmed (uc-protocol §17): refusals mean no. */
export function isNotShown(error: unknown): boolean {
  return hasCode(error, 'permission-denied', 'rejected', 'not-found', 'unsupported');
}
