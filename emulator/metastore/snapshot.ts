import { rightsKey } from '../workspace/rights.ts';
import type { Endpoint, Json } from '../workspace/serving/state.ts';
import type { ObjectRight } from '../workspace/state.ts';
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
  /** By name. */
  endpoints: Record<string, EndpointSnapshot>;
}

/** What an endpoint serves, or will once an update that succeeds has ended; entities by name, with the share of each. */
export interface EndpointSnapshot {
  served: Record<string, { fields: Json; percentage: number }>;
  /** All else of it. */
  rest: Json;
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
    endpoints: sorted(
      [...state.workspace.endpoints.values()].map((endpoint) => [
        endpoint.name,
        endpointSnapshot(
          endpoint,
          state.workspace.rights.get(rightsKey('serving-endpoints', endpoint.id)) ?? [],
          sorted,
        ),
      ]),
    ),
  };
}

type Sorted = <Value>(entries: Iterable<[string, Value]>) => Record<string, Value>;

function endpointSnapshot(
  endpoint: Endpoint,
  rights: readonly ObjectRight[],
  sorted: Sorted,
): EndpointSnapshot {
  const { pending, aiGateway, description, notifications, creator } = endpoint;
  const config = pending?.failure === undefined ? (pending?.config ?? endpoint.config) : endpoint.config;
  const shares = new Map(config?.routes.map(({ name, percentage }) => [name, percentage]));
  return {
    served: sorted(
      (config?.served ?? []).map(({ name, fields }) => [
        name,
        { fields: sorted(Object.entries(fields)), percentage: shares.get(name) ?? 0 },
      ]),
    ),
    rest: {
      autoCapture: config?.autoCapture ?? null,
      tags: sorted(endpoint.tags),
      aiGateway: aiGateway ?? null,
      description: description ?? null,
      notifications: notifications ?? null,
      creator,
      rights,
    },
  };
}

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
