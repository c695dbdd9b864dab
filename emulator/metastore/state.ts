import type { AuditEvent } from '../workspace/sql/state.ts';
import { emptyWorkspace, type WorkspaceState } from '../workspace/state.ts';
import type { StoredFile } from './content.ts';

/** A user or a service principal. `name` is what grants call it: e-mail, or application id. */
export interface Principal {
  kind: 'user' | 'service-principal';
  id: string;
  name: string;
  displayName: string;
}

/** A group; members are names of users, service principals and other groups. */
export interface Group {
  id: string;
  name: string;
  members: Set<string>;
}

/**
 * `boundWorkspaces` undefined: open to every workspace of the metastore. `share` names what another metastore shares by
 * Delta Sharing, for a catalog that was made of it.
 */
export interface Catalog {
  name: string;
  owner: string;
  createdBy: string;
  createdAt: number;
  boundWorkspaces?: readonly string[];
  share?: string;
}

/** `name` has two levels. */
export interface Schema {
  name: string;
  owner: string;
  createdBy: string;
  createdAt: number;
}

/** Status names of a version, the closed list of both API families. */
export type VersionStatus = 'PENDING_REGISTRATION' | 'FAILED_REGISTRATION' | 'READY';

/** A dependency in the wording of the older family: type and full name. */
export interface Dependency {
  type: string;
  name: string;
}

/** One alias; `alias` is spelled as it was set, lookups compare in lower case. */
export interface Alias {
  id: string;
  alias: string;
  version: number;
}

/** One model version. Times are milliseconds since 1970; files are keyed by path relative to the version. */
export interface Version {
  id: string;
  version: number;
  status: VersionStatus;
  createdAt: number;
  updatedAt: number;
  createdBy: string;
  updatedBy: string;
  description: string | undefined;
  source: string;
  runId: string | undefined;
  runTrackingServerId: string | undefined;
  /** The logged model that it was made of; undefined where it names none. */
  modelId: string | undefined;
  tags: Map<string, string>;
  dependencies: Dependency[];
  files: Map<string, StoredFile>;
  directories: Set<string>;
  storageLocation: string;
  deploymentRun: string | undefined;
  /** Reads left until a finalized version turns READY; absent when nothing is under way. */
  finalizing?: number;
}

/** A registered model; `name` is the full name of three levels. */
export interface Model {
  id: string;
  name: string;
  owner: string;
  createdAt: number;
  createdBy: string;
  updatedAt: number;
  updatedBy: string;
  description: string | undefined;
  tags: Map<string, string>;
  /** Keyed by the alias in lower case. */
  aliases: Map<string, Alias>;
  versions: Map<number, Version>;
  nextVersion: number;
  deploymentJobId: string | undefined;
}

/** What can be granted on; a registered model is a `function` there. */
export type SecurableType = 'metastore' | 'catalog' | 'schema' | 'function';

/**
 * An attribute-based policy that grants privileges on the models below a catalog or schema that carry a tag, or denies
 * privileges on everything there; without `whenTag` always.
 */
export interface GrantPolicy {
  effect?: 'grant' | 'deny';
  except?: readonly string[];
  name: string;
  onType: 'catalog' | 'schema';
  onName: string;
  to: readonly string[];
  privileges: readonly string[];
  whenTag?: readonly [key: string, value: string];
}

/** A run of an experiment as `runs/get` shows it. */
export interface Run {
  runId: string;
  experimentId?: string;
  workspaceId?: string;
  tags?: Record<string, string>;
  metrics?: LoggedMetric[];
  /** The logged models that it made, each at a step. */
  outputs?: { modelId: string; step: number }[];
  isDeleted?: boolean;
  artifacts?: Artifacts;
}

/** Files below an artifact root, by relative path, and who may read the experiment that they are of; default: everybody. */
export interface Artifacts {
  files: Map<string, StoredFile>;
  readers?: readonly string[];
}

/** A version of the workspace's own registry, which is none of Unity Catalog. */
export interface WorkspaceVersion {
  name: string;
  version: number;
  status: VersionStatus;
  description?: string;
  source: string;
  runId?: string;
  tags: Record<string, string>;
  createdBy: string;
  artifacts: Artifacts;
}

/** A value of a metric, as MLflow's client logs it; NaN and infinities are texts. */
export interface LoggedMetric {
  key: string;
  value: number | 'NaN' | 'Infinity' | '-Infinity';
  step?: number;
  dataset?: { name: string; digest: string };
  /** The logged model that it is of. */
  modelId?: string;
  /** The run that logged it, where that is another one. */
  runId?: string;
}

/** An MLflow 3 logged model. */
export interface LoggedModel {
  modelId: string;
  experimentId?: string;
  name?: string;
  sourceRunId?: string;
  tags?: Record<string, string>;
  metrics?: LoggedMetric[];
  /** Default: `LOGGED_MODEL_READY`. */
  status?: string;
  artifacts?: Artifacts;
}

/** An access token; `expiresAt` in milliseconds since 1970. */
export interface Token {
  principal: string;
  expiresAt: number | undefined;
}

/** All state of the metastore and of the workspace around it. Plain data, no rules. */
export interface MetastoreState {
  metastoreId: string;
  workspaceId: string;
  accountId: string;
  metastoreOwner: string;
  /** Before `1.0` grants on a parent do not hold below it (docs, "Upgrade to privilege inheritance"). */
  privilegeModel: '0.1' | '1.0';
  policies: GrantPolicy[];
  /** Bucket of the storage locations. */
  bucket: string;
  principals: Map<string, Principal>;
  groups: Map<string, Group>;
  /** Groups of the workspace alone, which grants do not know; one may have the name of a group of the account. */
  localGroups: Group[];
  catalogs: Map<string, Catalog>;
  schemas: Map<string, Schema>;
  models: Map<string, Model>;
  /** Keyed by `type:name`; then principal → privileges. */
  grants: Map<string, Map<string, Set<string>>>;
  tokens: Map<string, Token>;
  /** Application id → client secrets. */
  secrets: Map<string, Set<string>>;
  federationPolicies: FederationPolicy[];
  /** Jobs of GitHub by the token with which they ask for ID tokens. */
  jobs: Map<string, JobIdentity>;
  /** Life of an OAuth token. */
  oauthSeconds: number;
  /** The most models that a schema, and versions that a model may have; absent for as many as are wanted. */
  quotas: { modelsOfSchema?: number; versionsOfModel?: number };
  runs: Map<string, Run>;
  loggedModels: Map<string, LoggedModel>;
  /** Versions of the workspace's own registry, by name and number. */
  workspaceVersions: Map<string, WorkspaceVersion>;
  /** What the audit log records, oldest first. */
  auditEvents: AuditEvent[];
  /** Jobs, files and endpoints. */
  workspace: WorkspaceState;
  nextId: number;
}

/** A world without anything but its metastore. */
export function emptyState(): MetastoreState {
  return {
    metastoreId: '3f1c2a9e-0000-4000-8000-00000000e1e1',
    workspaceId: '4242424242424242',
    accountId: '00000000-0000-4000-8000-acc000000000',
    metastoreOwner: 'metastore-admins',
    privilegeModel: '1.0',
    policies: [],
    bucket: 'emulator-bucket',
    principals: new Map(),
    groups: new Map(),
    localGroups: [],
    catalogs: new Map(),
    schemas: new Map(),
    models: new Map(),
    grants: new Map(),
    tokens: new Map(),
    secrets: new Map(),
    federationPolicies: [],
    jobs: new Map(),
    oauthSeconds: 3600,
    quotas: {},
    runs: new Map(),
    loggedModels: new Map(),
    workspaceVersions: new Map(),
    auditEvents: [],
    workspace: emptyWorkspace(),
    nextId: 1,
  };
}

/** The next identifier, in the form of a UUID; the same in every run. */
export function nextId(state: MetastoreState): string {
  const id = state.nextId;
  state.nextId += 1;
  return `00000000-0000-4000-8000-${id.toString(16).padStart(12, '0')}`;
}

/** Key of the grants on one securable; names compare in lower case. */
export function grantKey(type: SecurableType, name: string): string {
  return `${type}:${name.toLowerCase()}`;
}

/** What an ID token must carry to sign somebody in. Without `principal` it is a policy of the account. */
export interface FederationPolicy {
  /** Application id of the service principal. */
  principal?: string;
  issuer: string;
  /** Empty: the id of the account. */
  audiences: readonly string[];
  /** Of a service principal's policy: the exact `sub`. A policy of the account takes `sub` as the name of the principal. */
  subject?: string;
}

/** A job of GitHub that may ask for ID tokens. */
interface JobIdentity {
  issuer: string;
  subject: string;
  /** Life of its ID tokens. */
  seconds: number;
}
