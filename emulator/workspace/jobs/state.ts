import type { Ending } from './endings.ts';

/** A JSON object as it was sent. */
export type Json = Readonly<Record<string, unknown>>;

/** A saved job; its settings are kept as they were sent. */
export interface Job {
  id: string;
  creator: string;
  createdAt: number;
  settings: Json;
}

/** Where a run or a task is, in the words of `status.state`. */
export type LifeState =
  'BLOCKED' | 'QUEUED' | 'PENDING' | 'RUNNING' | 'WAITING' | 'TERMINATING' | 'TERMINATED';

/** What a task printed and how it failed. */
export interface TaskOutput {
  logs: string;
  truncated: boolean;
  error?: string;
  errorTrace?: string;
}

/** One attempt of one task. Times are milliseconds since 1970, `undefined` before they came. */
export interface TaskRun {
  id: string;
  key: string;
  /** The task as it was sent. */
  task: Json;
  attempt: number;
  state: LifeState;
  createdAt: number;
  startedAt: number | undefined;
  /** When its process was started. */
  executingAt: number | undefined;
  endedAt: number | undefined;
  ending: Ending | undefined;
  output: TaskOutput | undefined;
  /** Its parameters after the references in them were resolved. */
  resolved: readonly string[] | undefined;
}

/** A parameter of a job and what a run has for it. */
export interface RunParameter {
  name: string;
  default: string;
  value: string;
}

/** What a run does again: the first time is the original. */
export interface Attempt {
  /** Absent for the original. */
  id: string | undefined;
  startedAt: number;
  endedAt: number | undefined;
  ending: Ending | undefined;
  taskRuns: string[];
}

/** A run of a saved job, or one that was submitted. */
export interface JobRun {
  id: string;
  /** Of a submitted run: an id that no saved job has. */
  jobId: string;
  type: 'JOB_RUN' | 'SUBMIT_RUN';
  name: string;
  creator: string;
  runAs: string;
  /** What it runs, as the job was when the run was made. */
  settings: Json;
  parameters: readonly RunParameter[];
  /** `python_params` of the request. */
  pythonParameters: readonly string[] | undefined;
  /** Waits where it would be skipped. */
  queues: boolean;
  state: LifeState;
  createdAt: number;
  startedAt: number | undefined;
  endedAt: number | undefined;
  ending: Ending | undefined;
  /** Why it has to end, once somebody or the time limit asked for that. */
  stopping: Ending | undefined;
  /** Reads that have to see it TERMINATING before it may be TERMINATED. */
  terminatingReads: number;
  tasks: TaskRun[];
  attempts: Attempt[];
}

/** Whether nothing of a run or task will happen any more. */
export function isFinal({ state }: { readonly state: LifeState }): boolean {
  return state === 'TERMINATED';
}
