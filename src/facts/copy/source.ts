import type { FileEntry } from '../../domain/file-entry.ts';
import type { FullName } from '../../domain/full-name.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import type { ModelVersion } from '../../domain/model.ts';
import type { FileSource } from '../../transfer/port.ts';
import { readAhead } from '../../transfer/read-ahead.ts';
import type { Snapshot } from '../snapshot.ts';

/** Models up to this size are read ahead while the rest is decided: one round less, and the memory is bounded. Bytes. */
const READ_AHEAD_BYTES = 16 * 1024 * 1024;

/** What is known of the source of a new version, which the version may take over. */
export type KnownSource = Pick<ModelVersion, 'description' | 'tags' | 'runId' | 'runWorkspaceId' | 'modelId'>;

/** What a new version is made of: a version, or whatever else is registered. */
export interface CopySource {
  /** As people name it: `models:/a.b.c/5`, `runs:/<id>/model`, `models:/m-<id>` or a folder. */
  readonly uri: string;
  /** What the registry is given as the source, which is what MLflow's client gives. */
  readonly recorded: string;
  readonly known: KnownSource;
  readonly files: readonly FileEntry[];
  /** Where their bytes come from. */
  readonly bytes: FileSource;
  readonly presence: Presence;
  /** The files as they lie there; absent of a version, whose files stay as they are. */
  readonly folder?: FileSource;
}

/** How it shows that something which was read is not there any more. */
export interface Presence {
  readonly isGone: () => Promise<boolean>;
  /** What to use in place of it, after "then": `copy another version`. */
  readonly instead: string;
}

/** A version as a copy finds it. */
export interface VersionSource extends CopySource {
  readonly version: ModelVersion;
}

/** The files of a source, and where their bytes come from. */
export type SourceFiles = Pick<CopySource, 'files' | 'bytes'>;

/** The files of a source, listed where they were not before; small ones are read already. */
export async function readFiles(source: FileSource, listed?: readonly FileEntry[]): Promise<SourceFiles> {
  const files = listed ?? (await source.list());
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const bytes = total <= READ_AHEAD_BYTES ? await readAhead(files, source) : source;
  return { files, bytes };
}

/** A version and its files as the source of a copy. */
export function versionSource(
  version: ModelVersion,
  files: SourceFiles,
  { registry }: Pick<Snapshot, 'registry'>,
): VersionSource {
  const uri = formatModelUri(version.name, version.version);
  return { uri, recorded: uri, known: version, version, ...files, presence: presenceOf(version, registry) };
}

/** Whether a version is still there. */
export function presenceOf(
  { name, version }: { readonly name: FullName; readonly version: number },
  registry: Pick<Snapshot['registry'], 'getModelVersion'>,
): Presence {
  return {
    isGone: async () => (await registry.getModelVersion(name, version)) === undefined,
    instead: 'copy another version',
  };
}
