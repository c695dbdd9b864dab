import type { Clock, Logger, Random, RequestBudget } from '../../domain/ports.ts';
import type { RepositoryEvent } from '../../domain/repository-event.ts';
import type { EventSender } from '../../domain/event-sender.ts';
import type { JobEnvironment } from '../../domain/job-environment.ts';
import type { ProcessEnding } from '../../domain/process-ending.ts';
import type { Shell } from '../../domain/shell.ts';
import type { GitHub } from '../../github/port.ts';
import type { PlannedRegistry } from '../../plan/file.ts';
import type { RegistryReader } from '../../registry/port.ts';
import type { MoveSurroundings } from '../../facts/move-effects.ts';
import type { Snapshot } from '../../facts/snapshot.ts';
import type { OpenFolder } from '../../facts/registration/source.ts';
import type { Outputs } from '../../inputs/outputs.ts';
import type { Connection } from './connection.ts';
import type { ActionRecord, NoOutputs } from './record.ts';

/** The workflow run that an action belongs to. Outside of one, the texts are `local`. */
export interface RunIdentity {
  /** The system that runs it, such as `github`; `none` at a terminal. */
  readonly provider: string;
  readonly repository: string;
  readonly runId: string;
  /** Whose jobs may hand a plan on to each other: the run, or what another system calls a pipeline. */
  readonly pipelineId: string;
  readonly attempt: string;
  readonly actor: string;
  /** GitHub logins: who started the run, and who started this attempt of it. Empty outside of a run. */
  readonly requesters: readonly string[];
  readonly sha: string;
  readonly workflowRef: string;
}

/** How a command of the user's ended, whether the time limit ended it, and after how long. */
export type CommandResult = ProcessEnding & {
  readonly timedOut: boolean;
  readonly durationMs: number;
  /** The runner's files that it wrote into, which are again what they were; default: none. */
  readonly restored?: readonly string[];
  /** The last line that it printed as an error; default: none. */
  readonly lastError?: string;
};

/** Runs a command of the user's with exactly the given environment. */
export type RunCommand = (
  command: string,
  options: {
    readonly environment: Readonly<Record<string, string>>;
    /** What reads the command as a text; default: none, it is a program and its arguments. */
    readonly shell?: Shell;
    readonly timeoutMs: number;
    /** Ends the command when the run is cancelled. */
    readonly signal: AbortSignal;
  },
) => Promise<CommandResult>;

/** What is wrong with a command of the user's, as far as it shows before it is run: there may be no such program. */
export type CheckCommand = (
  command: string,
  options: { readonly environment: Readonly<Record<string, string>>; readonly shell?: Shell },
) => Promise<string | undefined>;

/** A file of this tool as it is built. */
export interface ProductFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** An empty folder for as long as it is needed. */
export interface OwnFolder {
  readonly path: string;
  /** Removes it with all that is in it. */
  remove(): Promise<void>;
}

/** Everything that an action works with; all of it can be given by a test. Nothing of it writes. */
export interface ActionContext<Inputs, Out extends Outputs = NoOutputs> {
  readonly inputs: Inputs;
  readonly record: ActionRecord<Out>;
  /** What was read of the registry that is written to. */
  readonly destination: Snapshot;
  /** What was read of the registry that a copy comes from; a registry instance of its own. */
  readonly source: Snapshot;
  /** Whether the source is in another workspace than the destination, signed in to by credentials of its own. */
  readonly hasOwnSource: boolean;
  /** Who set off the event of this run, where GitHub says it; a text is why that cannot be read. */
  readSender(this: void): Promise<EventSender | string | undefined>;
  /** The event that this run is of, such as `push`, where GitHub says it. */
  readonly event: string | undefined;
  /** Which state of the repository followed which, where an event set off this run; undefined outside of a workflow. */
  readEvent(this: void): Promise<RepositoryEvent | undefined>;
  /** The environment that the job of this step runs in, asked for once. */
  jobEnvironment(this: void): Promise<JobEnvironment>;
  /** What goes on around the moves of this run, where several moves share what was read; absent: each reads its own. */
  readonly surroundings?: MoveSurroundings | undefined;
  /** A further registry instance, under a budget of its own. */
  openRegistry(this: void, budget: RequestBudget): RegistryReader;
  /** GitHub's API, asked with a token of the job's. */
  openGitHub(this: void, token: string): GitHub;
  /** The text of a file that the user named; throws a clause that says why it cannot be read. */
  readText(this: void, path: string): Promise<string>;
  /** The files by which this tool runs elsewhere. */
  readProduct(this: void): Promise<readonly ProductFile[]>;
  /** The file that the user named, or those below a folder whose names are `wanted`; undefined where nothing is there. */
  readFolder(
    this: void,
    path: string,
    wanted: (name: string) => boolean,
  ): Promise<readonly { readonly path: string; readonly bytes: Uint8Array }[] | undefined>;
  /** Makes a folder that only this run uses, which the post step removes where the run cannot. */
  makeFolder(this: void): Promise<OwnFolder>;
  /** The folder of a model at a path that the user named. */
  readonly openFolder: OpenFolder;
  readonly connection: Connection;
  /** The registry that is written to, as a plan names it. */
  plannedRegistry(this: void): Promise<PlannedRegistry>;
  readonly run: RunIdentity;
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly runCommand: RunCommand;
  readonly checkCommand: CheckCommand;
  readonly environment: Readonly<Record<string, string | undefined>>;
}
