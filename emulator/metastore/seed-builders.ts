import { createHash } from 'node:crypto';
import type { StoredFile } from './content.ts';
import type { GeneratedFile } from './generator.ts';
import {
  nextId,
  type Artifacts,
  type Dependency,
  type Model,
  type VersionStatus,
  type MetastoreState,
} from './state.ts';

/** How a seeded model may differ from the plain one. */
export interface ModelSeed {
  owner?: string;
  createdBy?: string;
  description?: string;
  tags?: Readonly<Record<string, string>>;
  deploymentJobId?: string;
}

/** How a seeded version may differ from the plain one. Files are keyed by relative path. */
export interface VersionSeed {
  files?: Readonly<Record<string, Uint8Array | string | GeneratedFile>>;
  status?: VersionStatus;
  tags?: Readonly<Record<string, string>>;
  description?: string;
  runId?: string;
  modelId?: string;
  source?: string;
  createdBy?: string;
  /** Milliseconds since the epoch; default: now. */
  createdAt?: number;
  dependencies?: readonly Dependency[];
}

/** Artifacts as they are seeded: files by relative path, and who may read them. */
export interface ArtifactSeed {
  files?: VersionSeed['files'];
  readers?: readonly string[];
}

/** Artifacts of a run, a logged model or a version of the workspace's own registry. */
export function artifactsOf({ files = {}, readers }: ArtifactSeed, now: number): Artifacts {
  return {
    files: new Map(Object.entries(files).map(([path, file]) => [path, storedFile(file, now)])),
    ...(readers === undefined ? {} : { readers }),
  };
}

/** Puts a model into the world without asking for a right. */
export function createModel(state: MetastoreState, now: number, fullName: string, seed: ModelSeed): Model {
  const [catalog = '', schemaName = ''] = fullName.split('.');
  const schema = state.schemas.get(`${catalog}.${schemaName}`.toLowerCase());
  if (!schema) throw new Error(`No schema for model ${fullName}.`);
  const owner = seed.owner ?? schema.owner;
  const createdBy = seed.createdBy ?? owner;
  const model: Model = {
    id: nextId(state),
    name: fullName,
    owner,
    createdAt: now,
    createdBy,
    updatedAt: now,
    updatedBy: createdBy,
    description: seed.description,
    tags: new Map(Object.entries(seed.tags ?? {})),
    aliases: new Map(),
    versions: new Map(),
    nextVersion: 1,
    deploymentJobId: seed.deploymentJobId,
  };
  state.models.set(fullName.toLowerCase(), model);
  return model;
}

/** Puts a version into the world without asking for a right; returns its number. */
export function addVersion(state: MetastoreState, now: number, fullName: string, seed: VersionSeed): number {
  const model = state.models.get(fullName.toLowerCase());
  if (!model) throw new Error(`No model ${fullName}.`);
  const id = nextId(state);
  const number = model.nextVersion;
  model.nextVersion += 1;
  const createdBy = seed.createdBy ?? model.createdBy;
  model.versions.set(number, {
    id,
    version: number,
    status: seed.status ?? 'READY',
    createdAt: seed.createdAt ?? now,
    updatedAt: now,
    createdBy,
    updatedBy: createdBy,
    description: seed.description,
    source: seed.source ?? `runs:/${seed.runId ?? 'unknown'}/model`,
    runId: seed.runId,
    runTrackingServerId: undefined,
    modelId: seed.modelId,
    tags: new Map(Object.entries(seed.tags ?? {})),
    dependencies: [...(seed.dependencies ?? [])],
    files: new Map(Object.entries(seed.files ?? {}).map(([path, file]) => [path, storedFile(file, now)])),
    directories: new Set(),
    storageLocation: `s3://${state.bucket}/metastore/${state.metastoreId}/models/${model.id}/versions/${id}`,
    deploymentRun: undefined,
  });
  return number;
}

function storedFile(file: Uint8Array | string | GeneratedFile, now: number): StoredFile {
  const modified = Math.floor(now / 1000) * 1000;
  const contentType = 'application/octet-stream';
  if (typeof file !== 'string' && !(file instanceof Uint8Array)) {
    return {
      content: { kind: 'generated', size: file.size, seed: file.seed ?? 1, offset: 0 },
      modified,
      contentType,
    };
  }
  const bytes = typeof file === 'string' ? Buffer.from(file, 'utf8') : file;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { content: { kind: 'memory', size: bytes.length, bytes }, modified, contentType, sha256 };
}
