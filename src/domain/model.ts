import type { FullName } from './full-name.ts';

/** A tag of a model or a version. Keys are case-sensitive. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** An alias and the number of the version that it names. */
export interface Alias {
  readonly alias: string;
  readonly version: number;
}

/** A registered model as the registry describes it. */
export interface RegisteredModel {
  readonly name: FullName;
  /** A user, a group or a service principal; absent where the registry has no owners. */
  readonly owner?: string;
  readonly description?: string;
  readonly aliases: readonly Alias[];
}

/** What another call says of a registered model: its aliases, its tags, and the job that each new version starts. */
export interface ModelExtras {
  readonly aliases: readonly Alias[];
  readonly tags: readonly Tag[];
  /** A Databricks job that starts, with the owner's credentials, on each new version (uc-protocol §14.2). */
  readonly deploymentJobId?: string;
}

/** `UNKNOWN` stands for a status that this tool has not learnt: it parses and is never taken for READY. */
export const MODEL_VERSION_STATUSES = [
  'READY',
  'PENDING_REGISTRATION',
  'FAILED_REGISTRATION',
  'UNKNOWN',
] as const;

/** One entry of {@link MODEL_VERSION_STATUSES}. */
export type ModelVersionStatus = (typeof MODEL_VERSION_STATUSES)[number];

/** A dependency of a version, in the words of the registry. */
export interface ModelDependency {
  readonly type: string;
  readonly name: string;
}

/** A version of a registered model. */
export interface ModelVersion {
  readonly name: FullName;
  readonly version: number;
  readonly status: ModelVersionStatus;
  readonly statusMessage?: string;
  readonly description?: string;
  readonly source?: string;
  readonly runId?: string;
  readonly runWorkspaceId?: string;
  readonly modelId?: string;
  readonly createdBy?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt?: number;
  readonly aliases: readonly Alias[];
  readonly tags: readonly Tag[];
  readonly dependencies: readonly ModelDependency[];
}

/** A row of a list: what registries promise in lists (neither aliases nor tags). */
export type ListedVersion = Pick<ModelVersion, 'name' | 'version' | 'status'> & {
  readonly source?: string;
  readonly createdBy?: string;
};

/** The value of a tag, or undefined. */
export function tagValue(tags: readonly Tag[], key: string): string | undefined {
  return tags.find((tag) => tag.key === key)?.value;
}
