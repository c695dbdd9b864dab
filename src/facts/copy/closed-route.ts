import { hasCode, PromoteError } from '../../domain/errors.ts';
import type { FileEntry } from '../../domain/file-entry.ts';
import { WORKSPACE_BYTES, type ClosedRoute } from '../../policy/engine.ts';
import type { FileSource } from '../../transfer/port.ts';
import { LARGE_FILE, type RouteChoice } from '../../transfer/route.ts';

/**
 * Whether the largest file can only be read through the workspace, by its first byte; undefined where that cannot be known, where no file
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

/** A large file that went through the workspace, of those of a copy; undefined for none. */
export function closedRouteOf(
  files: readonly (FileEntry & { readonly read: RouteChoice; readonly write: RouteChoice })[],
): ClosedRoute | undefined {
  for (const { path, size, read, write } of files) {
    const way = [write, read].find(({ route }) => route === 'workspace');
    if (size >= LARGE_FILE && way !== undefined) return { path, why: way.reason };
  }
  return undefined;
}
