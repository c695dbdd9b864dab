import { hasCode, PromoteError } from '../../domain/errors.ts';
import type { FileEntry } from '../../domain/file-entry.ts';
import { WORKSPACE_BYTES, type ClosedRoute } from '../../policy/engine.ts';
import type { FileSource } from '../../transfer/port.ts';
import { LARGE_FILE } from '../../transfer/route.ts';

/**
 * Whether the largest file can only be read through the workspace, by its first byte; undefined where it cannot be told, where no file
 * is large, and where the size alone says enough.
 */
export async function findClosedRoute(
  files: readonly FileEntry[],
  bytes: FileSource,
): Promise<ClosedRoute | undefined> {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const [largest] = [...files].sort((a, b) => b.size - a.size);
  if (largest === undefined || largest.size < LARGE_FILE || total >= WORKSPACE_BYTES) return undefined;
  try {
    const choice = await bytes.openRanges?.(largest).tryRoute?.();
    return choice?.route === 'workspace' ? { path: largest.path, why: choice.reason } : undefined;
  } catch (error) {
    // The copy itself says what is wrong with the file.
    if (!(error instanceof PromoteError) || hasCode(error, 'cancelled', 'interrupted')) throw error;
    return undefined;
  }
}
