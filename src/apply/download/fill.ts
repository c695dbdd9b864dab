import { refuseWhenCancelled } from '../../domain/cancelled.ts';
import { counted } from '../../domain/count.ts';
import type { FileEntry, HashedFile } from '../../domain/file-entry.ts';
import { sizeText } from '../../domain/size-text.ts';
import { copyFiles } from '../../transfer/copy-files.ts';
import { contentDigest, signedFiles } from '../../transfer/digest.ts';
import type { FolderPlace } from '../../transfer/folder/fault.ts';
import { otherFiles, type PresentFile, type TargetFolder } from '../../transfer/folder/target.ts';
import type { TransferTools } from '../../transfer/large-file.ts';
import type { FileSource } from '../../transfer/port.ts';
import { CopyProgress, sizeOf, withReadProgress, type CopyTransfer } from '../../transfer/progress.ts';
import { hashFiles } from '../../transfer/read-files.ts';
import { BufferWindow } from '../../transfer/window.ts';
import type { DownloadContext } from './request.ts';

/** What is downloaded, from where, and into what. */
interface FillParts {
  readonly uri: string;
  readonly place: FolderPlace;
  readonly source: FileSource;
  readonly target: TargetFolder;
  readonly files: readonly FileEntry[];
}

type KeptFile = PresentFile & HashedFile;

/** Has every file of a version in a folder: what is there already and whole stays, and the rest is downloaded. */
export class FolderFill {
  readonly #parts: FillParts;
  readonly #context: DownloadContext;
  readonly #tools: TransferTools;
  readonly #moved = { sent: 0, readBack: 0, tookMs: 0 };

  constructor(parts: FillParts, context: DownloadContext) {
    this.#parts = parts;
    this.#context = context;
    this.#tools = {
      window: new BufferWindow(),
      refuseWhenCancelled: () => refuseWhenCancelled(context.signal),
    };
  }

  /**
   * What is there counts by the digest that was recorded of all files; where there is none, where it leaves a file out, or where it
   * differs, a file is compared with the registry's own bytes.
   */
  async run(
    recorded: string | undefined,
  ): Promise<{ readonly files: HashedFile[]; readonly kept: number; readonly transfer: CopyTransfer }> {
    const present = await this.#hashPresent();
    const covered = recorded === undefined ? [] : signedFiles(present);
    let kept = [...covered, ...(await this.#equalTo(without(present, covered)))];
    let files = [...kept, ...(await this.#fetch(without(this.#parts.files, kept)))];
    if (recorded !== undefined && kept.length > 0 && contentDigest(files) !== recorded) {
      const equal = await this.#equalTo(kept);
      const wrong = without(kept, equal);
      const right = without(files, wrong);
      files = [...right, ...(await this.#fetch(without(this.#parts.files, right)))];
      kept = equal;
    }
    return { files, kept: kept.length, transfer: this.#moved };
  }

  async #hashPresent(): Promise<KeptFile[]> {
    const { target, place, files } = this.#parts;
    const { present } = target;
    if (present.length === 0) return [];
    this.#context.log.info(
      `${counted(present.length, 'file')} of ${files.length} ${present.length === 1 ? 'is' : 'are'} in ${place.path} already.`,
    );
    const tools = this.#reporting(`Reading the files in ${place.path}`, present);
    const hashed: KeptFile[] = [];
    for (const where of ['folder', 'staging'] as const) {
      const own = present.filter((file) => file.where === where);
      for (const file of await hashFiles(own, target.source(where), tools)) hashed.push({ ...file, where });
    }
    return hashed;
  }

  /** Of files that are there those that equal the registry's. Throws where another one has its name in the folder. */
  async #equalTo(kept: readonly KeptFile[]): Promise<KeptFile[]> {
    if (kept.length === 0) return [];
    const { uri, source, place } = this.#parts;
    const tools = this.#reporting(`Comparing the files in ${place.path} with ${uri}`, kept);
    const theirs = new Map((await hashFiles(kept, source, tools)).map(({ path, sha256 }) => [path, sha256]));
    const equal = kept.filter(({ path, sha256 }) => theirs.get(path) === sha256);
    const strange = without(kept, equal).filter(({ where }) => where === 'folder');
    if (strange.length > 0)
      throw otherFiles(
        place,
        strange.map(({ path }) => path),
      );
    return equal;
  }

  async #fetch(files: readonly FileEntry[]): Promise<HashedFile[]> {
    if (files.length === 0) return [];
    const { source, target } = this.#parts;
    const { log } = this.#context;
    await target.requireSpace(sizeOf(files));
    log.info(`Downloading ${counted(files.length, 'file')}, ${sizeText(sizeOf(files))}.`);
    const progress = new CopyProgress(files, [], this.#context, 'downloaded');
    const fetched = await copyFiles(files, source, target.sink, {
      ...this.#tools,
      onBytes: (bytes) => progress.addSent(bytes),
      onFile: () => progress.addFile(),
      finish: (writer) => writer.finish(),
      abandon: (writer) => writer.abandon(),
      onRouteClosed: (route, reason) => log.info(`${route} is closed (${reason}); trying another route.`),
    });
    const { sent, tookMs } = progress.transfer;
    this.#moved.sent += sent;
    this.#moved.tookMs += tookMs;
    return fetched;
  }

  #reporting(what: string, files: readonly FileEntry[]): TransferTools {
    return withReadProgress(this.#tools, what, { files, sides: 1 }, this.#context);
  }
}

function without<F extends FileEntry>(files: readonly F[], others: readonly FileEntry[]): F[] {
  const paths = new Set(others.map(({ path }) => path));
  return files.filter(({ path }) => !paths.has(path));
}
