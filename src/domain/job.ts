/** A saved job of a workspace, as far as a run of it depends on it. Ids are texts: they have up to 64 bits. */
export interface SavedJob {
  readonly id: string;
  readonly name: string;
  /** Names of the job parameters that it defines. */
  readonly parameters: readonly string[];
  /** Whom its runs act as; absent where that is not shown. */
  readonly runsAs?: string;
  /** Whether it always runs, so that starting it ends the run that is active. */
  readonly isContinuous: boolean;
  /** How many of its runs may be active at once; 0: none. */
  readonly concurrentRuns: number;
}

/** What of models starts the runs of a job, in the words of the workspace. */
export interface ModelTrigger {
  /** `MODEL_ALIAS_SET`, `MODEL_VERSION_READY`, `MODEL_CREATED`, or another one. */
  readonly condition: string;
  /** A model, a schema, or empty for every model. */
  readonly securable: string;
  /** Aliases that it is about; empty for any. */
  readonly aliases: readonly string[];
  readonly isPaused: boolean;
}

/** A job that starts by what happens to models. */
export interface TriggeredJob {
  readonly id: string;
  readonly name: string;
  readonly triggers: readonly ModelTrigger[];
}

/** Jobs that start by what happens to models; `isCut` where there are more jobs than were looked at. */
export interface TriggeredJobs {
  readonly jobs: readonly TriggeredJob[];
  readonly isCut: boolean;
}

/** How a run or task ended, in the words of the workspace: those of the newer view where it is there, else of the older one. */
export interface RunEnding {
  /** `status.termination_details.code`. */
  readonly code?: string;
  /** `state.life_cycle_state`. */
  readonly lifeCycle?: string;
  /** `state.result_state`. */
  readonly result?: string;
  readonly message: string;
}

/** The newest attempt of a task of a run. */
export interface TaskRun {
  readonly id: string;
  readonly key: string;
  /** Absent while it is not over. */
  readonly ending?: RunEnding;
  /** Whether tasks of its kind have an output. */
  readonly hasOutput: boolean;
}

/** A run of a job. */
export interface JobRun {
  readonly id: string;
  readonly jobId: string;
  /** The word of the workspace for where it is. */
  readonly state: string;
  /** Absent while it is not over. */
  readonly ending?: RunEnding;
  /** All of its tasks where it is over, else the first ones. */
  readonly tasks: readonly TaskRun[];
}

/** A run by its id, and the name under which it is listed. */
export interface NamedRun {
  readonly id: string;
  readonly name: string;
}

/** What a task left behind. */
export interface TaskOutput {
  /** What a notebook gave to `dbutils.notebook.exit`. */
  readonly exitValue?: string;
  /** Whether {@link exitValue}, or where there is none {@link logs}, was cut. */
  readonly isCut: boolean;
  /** What a script printed, the last part of it. */
  readonly logs?: string;
  /** The exception that ended it. */
  readonly error?: string;
  /** The run of another job that it started. */
  readonly startedRun?: string;
}

/** Whom a run acts as. */
export type RunAs =
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'service-principal'; readonly id: string };

/** The e-mail address of a user, or the application id of a service principal. */
export function identityName(identity: RunAs): string {
  return identity.kind === 'user' ? identity.name : identity.id;
}

/** What a script runs on: serverless compute with packages for it, or a cluster as it is. */
export type ScriptCompute =
  | { readonly kind: 'serverless'; readonly environment: string; readonly packages: readonly string[] }
  | { readonly kind: 'cluster'; readonly id: string };

/** What a script runs on, for people. */
export function computeText(compute: ScriptCompute): string {
  if (compute.kind === 'cluster') return `cluster ${compute.id}`;
  const { environment, packages } = compute;
  const also = packages.length === 0 ? '' : ` with ${packages.join(', ')}`;
  return `serverless compute, environment ${environment}${also}`;
}

/** A run of a script that no saved job has; the same token asks for the same run. */
export interface ScriptOrder {
  /** How the workspace lists the run. */
  readonly name: string;
  /** Path of the script in the workspace. */
  readonly file: string;
  readonly arguments: readonly string[];
  readonly compute: ScriptCompute;
  /** Absent: the caller. */
  readonly runAs?: RunAs;
  readonly timeoutSeconds: number;
  /** At most 64 characters. */
  readonly token: string;
}

/** A run that is asked for; the same token asks for the same run. */
export interface RunOrder {
  readonly job: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** At most 64 characters. */
  readonly token: string;
}

/** A saved job by its id or name, or a script of the repository that is run once. */
export type NamedJob = NamedSavedJob | NamedScript;

/** A saved job by its id or name. */
export interface NamedSavedJob {
  readonly kind: 'saved';
  readonly named: string;
}

/** A script of the repository, and what it runs on. */
export interface NamedScript {
  readonly kind: 'script';
  /** Path of the file on the runner. */
  readonly file: string;
  /** The last part of it. */
  readonly name: string;
  readonly compute: ScriptCompute;
  /** Absent: the caller. */
  readonly runAs?: RunAs;
}

/** Where the bytes of a copy go through: this machine, or a run of a script in the workspace. */
export type Engine =
  | { readonly kind: 'runner' }
  | { readonly kind: 'workspace'; readonly compute: ScriptCompute; readonly runAs?: RunAs };
