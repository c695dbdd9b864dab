import type { FileEntry } from '../../domain/file-entry.ts';
import type { FullName } from '../../domain/full-name.ts';
import type { ModelVersion } from '../../domain/model.ts';
import type { RegistryReader } from '../../registry/port.ts';
import type { FileSource } from '../../transfer/port.ts';
import { readAhead } from '../../transfer/read-ahead.ts';
import type { Snapshot } from '../snapshot.ts';

/** Models up to this size are read ahead while the rest is decided: one round less, and the memory is bounded. Bytes. */
const READ_AHEAD_BYTES = 16 * 1024 * 1024;

/** A version as a copy finds it: what it is, its files, and where their bytes come from. */
export interface CopySource {
  readonly version: ModelVersion;
  readonly files: readonly FileEntry[];
  readonly bytes: FileSource;
  /** Where the version is. */
  readonly registry: RegistryReader;
}

/** The files of a source, listed; small ones are read already. */
export async function readSourceFiles(
  name: FullName,
  version: number,
  snapshot: Snapshot,
): Promise<Omit<CopySource, 'version'>> {
  const source = snapshot.registry.openSource(name, version);
  const files = await source.list();
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const bytes = total <= READ_AHEAD_BYTES ? await readAhead(files, source) : source;
  return { files, bytes, registry: snapshot.registry };
}
