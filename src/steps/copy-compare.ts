import type { FileEntry } from '../domain/digest.ts';
import type { CopiedFile } from '../transfer/copy-files.ts';
import { allEnded, inParallel } from '../transfer/in-parallel.ts';
import { LARGE_FILE, type Lane } from '../transfer/lane.ts';
import type { TransferTools } from '../transfer/large-file.ts';
import type { FileSource } from '../transfer/port.ts';
import { hashFile, PARALLEL_FILES, PARALLEL_LARGE } from '../transfer/read-files.ts';
import { sharingFailure } from '../transfer/shared-failure.ts';
import { SeenSource } from './copy-seen.ts';

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
    return { ...file, sha256, isEqual, read: source.laneOf(file), write: takenOver(target.laneOf(file)) };
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
function takenOver({ road, reason }: Lane): Lane {
  return { road: 'earlier run', reason: `taken over, read by ${road}: ${reason}` };
}
