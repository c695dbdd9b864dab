import { fileDigestNow } from './files.ts';
import type { Model, Version, MetastoreState } from './state.ts';

/** What matters of one version; files are path → size and sha256 (hex, or the name of generated content). */
export interface VersionSnapshot {
  version: number;
  status: string;
  description: string | null;
  source: string;
  runId: string | null;
  modelId: string | null;
  createdBy: string;
  tags: Record<string, string>;
  files: Record<string, { size: number; sha256: string }>;
}

/** What matters of one model; aliases are spelled as they were set. */
export interface ModelSnapshot {
  owner: string;
  description: string | null;
  deploymentJobId: string | null;
  tags: Record<string, string>;
  aliases: Record<string, number>;
  versions: Record<string, VersionSnapshot>;
}

/** A copy of all that a test compares; free of times, so nothing written means nothing different. */
export interface MetastoreSnapshot {
  models: Record<string, ModelSnapshot>;
  /** `type:name` → principal → sorted privileges. */
  grants: Record<string, Record<string, string[]>>;
  owners: Record<string, string>;
}

/** Takes the copy. */
export function snapshotOf(state: MetastoreState): MetastoreSnapshot {
  const sorted = <Value>(entries: Iterable<[string, Value]>): Record<string, Value> =>
    Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    models: sorted([...state.models.values()].map((model) => [model.name, modelSnapshot(model, sorted)])),
    grants: sorted(
      [...state.grants]
        .filter(([, rows]) => rows.size > 0)
        .map(([key, rows]) => [key, sorted([...rows].map(([who, set]) => [who, [...set].sort()]))]),
    ),
    owners: sorted(
      [...state.catalogs.values(), ...state.schemas.values()].map((securable) => [
        securable.name,
        securable.owner,
      ]),
    ),
  };
}

type Sorted = <Value>(entries: Iterable<[string, Value]>) => Record<string, Value>;

function modelSnapshot(model: Model, sorted: Sorted): ModelSnapshot {
  return {
    owner: model.owner,
    description: model.description ?? null,
    deploymentJobId: model.deploymentJobId ?? null,
    tags: sorted(model.tags),
    aliases: sorted([...model.aliases.values()].map((alias) => [alias.alias, alias.version])),
    versions: sorted(
      [...model.versions.values()].map((version) => [
        String(version.version),
        versionSnapshot(version, sorted),
      ]),
    ),
  };
}

function versionSnapshot(version: Version, sorted: Sorted): VersionSnapshot {
  return {
    version: version.version,
    status: version.status,
    description: version.description ?? null,
    source: version.source,
    runId: version.runId ?? null,
    modelId: version.modelId ?? null,
    createdBy: version.createdBy,
    tags: sorted(version.tags),
    files: sorted(
      [...version.files].map(([path, file]) => [
        path,
        { size: file.content.size, sha256: fileDigestNow(file) },
      ]),
    ),
  };
}
