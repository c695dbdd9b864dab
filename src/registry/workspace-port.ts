import type { JobRun, NamedRun, RunAs, SavedJob, TaskOutput, TriggeredJobs } from '../domain/job.ts';
import type { Metric } from '../domain/metric.ts';
import type { ModelVersion } from '../domain/model.ts';
import type { ListedEndpoint, ServingEndpoint } from '../domain/serving.ts';
import type { LoggedModel, LoggedRun } from '../domain/tracking.ts';
import type { FileSource } from '../transfer/port.ts';

/** Saved jobs and their runs, as far as they can be read. Ids are texts of digits. */
export interface JobReader {
  /** Ids of the jobs of a name, in any case, that the caller is shown. */
  findJobs(name: string): Promise<readonly string[]>;
  /** Jobs with triggers on models, of the first ones that the caller is shown; what fails is not asked for again. */
  findTriggered(): Promise<TriggeredJobs>;
  getJob(id: string): Promise<SavedJob | undefined>;
  getRun(id: string): Promise<JobRun | undefined>;
  /** Of the submitted runs that are active and that the caller is shown, those of some names. */
  findActiveRuns(names: readonly string[]): Promise<readonly NamedRun[]>;
  /** What a task left behind, by the id of its own run. */
  getOutput(taskRun: string): Promise<TaskOutput>;
}

/** Serving endpoints, as far as the caller is shown them. */
export interface ServingReader {
  /** Those that the caller is shown: that one is not among them proves nothing. `once`: what fails is not asked for again. */
  listEndpoints(how?: 'once'): Promise<readonly ListedEndpoint[]>;
  /** `once`: what fails is not asked for again. */
  getEndpoint(name: string, how?: 'once'): Promise<ServingEndpoint | undefined>;
  /** What the containers of an entity said while they were built. */
  getBuildLogs(name: string, entity: string): Promise<string>;
}

/** Files of a workspace, as far as they can be read; undefined for what does not exist. */
export interface WorkspaceFileReader {
  /** Names of the folders right below a folder. */
  folders(path: string): Promise<readonly string[] | undefined>;
  /** Names of everything right below a folder. */
  names(path: string): Promise<readonly string[] | undefined>;
  read(path: string): Promise<Uint8Array | undefined>;
}

/** Metrics of what a version was made of; undefined where this workspace does not know it. `once`: nothing waits for it, so that a read that fails is not sent again. */
export interface MetricReader {
  ofModel(modelId: string, tries?: 'once'): Promise<readonly Metric[] | undefined>;
  /** Of a run, without those of other logged models than this one. */
  ofRun(runId: string, modelId: string | undefined, tries?: 'once'): Promise<readonly Metric[] | undefined>;
}

/** Runs, logged models and versions of a workspace's own registry, as what versions are registered from; undefined for what does not exist. */
export interface TrackingReader {
  getRun(id: string): Promise<LoggedRun | undefined>;
  getModel(id: string): Promise<LoggedModel | undefined>;
  /** The logged models that a run made under a name. */
  findModels(run: LoggedRun, name: string): Promise<readonly LoggedModel[]>;
  /** Absent where there is no registry beside the one that this is. */
  getWorkspaceVersion?(this: void, name: string, version: number): Promise<ModelVersion | undefined>;

  /** The files of a folder of a run. Throws `unsupported` where they are in a store that nobody reads for us. */
  openRun(run: LoggedRun, path: string): FileSource;
  openModel(model: LoggedModel): FileSource;
  openWorkspaceVersion?(this: void, name: string, version: number): FileSource;
}

/**
 * Writes a folder of the caller's own in a workspace, which nobody else has a reason to write to: each of these leads to the same
 * state however often it is sent, and may be sent again.
 */
export interface WorkspaceFolderWriter {
  /** Makes a folder and those above it. */
  make(path: string): Promise<void>;
  /** Puts bytes at a path of a folder, in place of what stands there. */
  put(path: string, bytes: Uint8Array): Promise<void>;
  /** Lets another identity read what is in a folder. */
  letRead(path: string, reader: RunAs): Promise<void>;
  /** Deletes a folder and all that is in it, in a run of ours that was cancelled too; one that is not there is fine. */
  remove(path: string): Promise<void>;
}
