import type {
  JobReader,
  MetricReader,
  ServingReader,
  TrackingReader,
  WorkspaceFileReader,
  WorkspaceFolderWriter,
} from './workspace-port.ts';
import type { AliasRules } from '../domain/alias.ts';
import type { AuditedMove } from '../domain/audited-move.ts';
import type { ManualCommands } from './commands.ts';
import type { FullName, Naming } from '../domain/full-name.ts';
import type {
  ListedVersion,
  ModelDependency,
  ModelExtras,
  ModelVersion,
  ModelVersionStatus,
  RegisteredModel,
  Tag,
} from '../domain/model.ts';
import type { RunOrder, ScriptOrder } from '../domain/job.ts';
import type { PrincipalGroup } from '../domain/principal.ts';
import type { WantedServing } from '../domain/serving.ts';
import type { Caller, AccessPolicy, Privilege, PrivilegeAssignment, Securable } from '../domain/privilege.ts';
import type { ChangeTarget } from '../domain/change-target.ts';
import type { TagRules } from '../domain/tag-keys.ts';
import type { FileSink, FileSource, UploadLimits } from '../transfer/port.ts';

/** What a registry can do. Policy, facts and apply look at this and never at a registry's name. */
export interface Capabilities extends AliasRules {
  /** What tags have to be like, or that there are none. */
  readonly tags: TagRules | 'none';
  /** Whether effective grants can be read, only direct ones, or none. */
  readonly grants: 'effective' | 'direct' | 'none';
  /**
   * The owner of the metastore, a catalog or a schema stands in for the owner of what is below, only owners write, and
   * there is no MANAGE.
   */
  readonly ownersReachDown: boolean;
  /** Whether a group may hold a privilege or own an object; where not, every principal is a user. */
  readonly groups: boolean;
  /** The privileges that there are, or all that this tool knows. */
  readonly privileges: readonly Privilege[] | 'all';
  /** A version's files are uploaded while it is pending, or it only points at its source. */
  readonly upload: 'pending' | 'pointer';
  /** Whether the files of a version can be read through the registry. */
  readonly files: boolean;
  readonly owners: boolean;
  readonly deploymentJobs: boolean;
  /** Whether there are jobs that can be run beside it. */
  readonly jobs: boolean;
  /** Whether there are endpoints that serve versions. */
  readonly serving: boolean;
  /** Whether metrics of versions can be read. */
  readonly metrics: boolean;
  /** Whether it keeps an audit log of who moved which alias that can be asked. */
  readonly auditLog: boolean;
  readonly names: Naming;
}

/** Who owns a catalog or schema, and whether this workspace may use the catalog at all. */
export interface ParentSecurable {
  readonly securable: Securable;
  readonly owner?: string;
  /** The metastore that it is in, where the registry has them. */
  readonly metastoreId?: string;
  /** A catalog that another metastore shares by Delta Sharing. */
  readonly isShared?: boolean;
}

/** What a metastore says of itself. */
export interface Metastore {
  readonly owner?: string;
  /** Whether grants on a parent hold below it; absent where it does not say. */
  readonly inheritance?: 'yes' | 'no';
}

/** People and groups as a registry lists them. */
export interface Directory {
  /** A group by the name that grants use. */
  findGroup(name: string): Promise<PrincipalGroup | undefined>;
  /** A group that is a member of another, of which only the id is known. */
  getGroup(id: string): Promise<PrincipalGroup | undefined>;
  /** The id of a user by e-mail address, of a service principal by application id. */
  findPerson(name: string): Promise<string | undefined>;
}

/** The run that trained a version, as far as lineage shows it. */
export interface TrainingRun {
  readonly workspaceId?: string;
  readonly notebookId?: string;
  readonly jobId?: string;
  readonly jobRunId?: string;
  /** Who started the run, as the client that logged it said (MLflow's tag `mlflow.user`); nothing vouches for it. */
  readonly user?: string;
}

/** A request for a new version; `marker` tags name the run that asks, so that a lost response can be found again. */
export interface NewVersion {
  readonly name: FullName;
  readonly source: string;
  readonly tags: readonly Tag[];
  readonly description?: string;
  readonly runId?: string;
  readonly runWorkspaceId?: string;
  readonly modelId?: string;
  readonly lineage?: TrainingRun;
  readonly dependencies?: readonly ModelDependency[];
}

/** Which moves of aliases an audit log is asked for. Milliseconds since the epoch. */
export interface MovesAsked {
  /** What runs the question: the id of a SQL warehouse. */
  readonly warehouse: string;
  /** The models whose aliases are asked about, at least one. */
  readonly names: readonly FullName[];
  readonly since: number;
  readonly until: number;
}

/** What an audit log has of a span of time: rows may be late or missing, so that none proves nothing. */
export interface AuditedMoves {
  /** Of all aliases of the models, oldest first. */
  readonly moves: readonly AuditedMove[];
  /** Whether older ones were left out, as there are too many. */
  readonly isCut: boolean;
}

/** Where models are listed: one schema, or all schemas of a catalog. */
export interface ListScope {
  readonly catalog: string;
  readonly schema?: string;
}

/**
 * What can be read of a model registry, in domain words. One instance per side of a copy.
 *
 * Reads of one object return undefined only when the registry says that the object does not exist; every other
 * failure is a `PromoteError` (`permission-denied`, `unauthenticated`, `unavailable`, `protocol`, …).
 */
export interface RegistryReader {
  readonly capabilities: Capabilities;
  readonly commands: ManualCommands;
  /** How many requests this instance has begun that something waits for: what was read is fresh while the number stays. */
  readonly requestsBegun: number;

  getCaller(): Promise<Caller>;
  /**
   * Asks what only such a registry responds to, for everybody whom it lets in; returns what was read. Absent where
   * {@link getCaller} is such a call.
   */
  tryAccess?(): Promise<string>;
  getRegisteredModel(name: FullName): Promise<RegisteredModel | undefined>;
  getModelVersion(name: FullName, version: number): Promise<ModelVersion | undefined>;
  /** Tags and deployment job of a model; version tags come with the version. */
  getModelExtras(name: FullName): Promise<ModelExtras | undefined>;
  /** The version that an alias names now, or null: read past every cache of lists. */
  getAlias(name: FullName, alias: string): Promise<number | null>;
  listModelVersions(name: FullName): AsyncIterable<ListedVersion>;
  listRegisteredModels(scope: ListScope): AsyncIterable<FullName>;

  /** Catalog or schema; undefined when it does not exist. */
  getParent(securable: Securable): Promise<ParentSecurable | undefined>;
  /**
   * Names of what the caller is shown right below: the catalogs of the metastore, the schemas of a catalog, without what
   * they are in. Absent where a registry has neither.
   */
  listNames?(above: Securable): AsyncIterable<string>;
  /** Grants in force on a securable; with a principal, at least the rows that concern it. */
  getEffectiveGrants(securable: Securable, principal?: string): Promise<readonly PrivilegeAssignment[]>;
  /** The metastore itself; absent where a registry does not describe it. */
  getMetastore?(): Promise<Metastore | undefined>;
  /** The policies that grant or deny on a catalog or schema and below it, inherited ones included; absent where there are none. */
  listPolicies?(parent: Securable): Promise<readonly AccessPolicy[]>;
  /** Absent where a registry has no lists of people and groups that could be read. */
  readonly directory?: Directory;

  /** Who moved the aliases of models, by one question to an audit log; absent where a registry keeps none. */
  findMoves?(asked: MovesAsked): Promise<AuditedMoves>;

  /** The run, where this workspace knows it; absent where a registry has no runs. */
  getTrainingRun?(runId: string): Promise<TrainingRun | undefined>;
  /** Whether this workspace knows a logged model; absent where a registry has none. */
  hasLoggedModel?(modelId: string): Promise<boolean>;

  /** Absent where a registry has no runs. */
  readonly tracking?: TrackingReader;

  /** Absent where there are no jobs. */
  readonly jobs?: JobReader;
  /** Absent where there are no endpoints. */
  readonly serving?: ServingReader;
  /** Absent where there are no jobs. */
  readonly workspaceFiles?: WorkspaceFileReader;
  /** Absent where there are no metrics. */
  readonly metrics?: MetricReader;

  /** The files of a version, for reading. */
  openSource(name: FullName, version: number): FileSource;
  /** The sizes of files that a version takes. */
  readonly uploadLimits: UploadLimits;
}

/**
 * What writes to a registry; only `apply/` is handed one. Each write is one request, which no client sends again by itself,
 * whatever becomes of it: the loop in apply/write.ts compares before every try.
 */
export interface RegistryWriter {
  setAlias(name: FullName, alias: string, version: number): Promise<void>;
  deleteAlias(name: FullName, alias: string): Promise<void>;
  setTag(target: ChangeTarget, key: string, value: string): Promise<void>;
  deleteTag(target: ChangeTarget, key: string): Promise<void>;
  setDescription(target: ChangeTarget, description: string): Promise<void>;
  createRegisteredModel(name: FullName): Promise<void>;
  setOwner(name: FullName, owner: string): Promise<void>;
  /** `to` is in the same schema. A registry may take its short name alone, or its full one; which, nobody documents. */
  renameModel(name: FullName, to: FullName, form: 'short' | 'full'): Promise<void>;
  /** Deletes the model with every version that it has. */
  deleteModel(name: FullName): Promise<void>;

  /** Returns the number; after a lost response the caller looks for its marker. */
  createModelVersion(version: NewVersion): Promise<number>;
  /** Returns the status that the version then has by the response; `UNKNOWN` where it says none. */
  finalizeModelVersion(name: FullName, version: number): Promise<ModelVersionStatus>;
  deleteModelVersion(name: FullName, version: number): Promise<void>;

  /** The files of a pending version, for writing. */
  openSink(name: FullName, version: number): FileSink;

  /** Starts a run of a saved job, or finds the one of the order's token: unlike other writes it may be sent again. Returns its id. */
  runJob?(order: RunOrder): Promise<string>;
  /** The same of a script without a saved job. */
  runScript?(order: ScriptOrder): Promise<string>;
  /** Asks a run to end, in a run of ours that was cancelled too; one that is over stays as it ended. */
  cancelRun?(run: string): Promise<void>;
  /** Absent where there are no jobs. */
  readonly workspaceFolders?: WorkspaceFolderWriter;

  /** Begins an update of what an endpoint serves, in place of all that it serves; the former stays live until it is ready. */
  setServing?(endpoint: string, wanted: WantedServing): Promise<void>;
}

/** A registry as it is opened: whoever reads is handed the reader alone. */
export interface Registry extends RegistryReader, RegistryWriter {}
