import type {
  Emulator,
  EmulatorOptions,
  Fault,
  FaultRule,
  Metastore,
  MetastoreSnapshot,
} from '../../emulator/index.ts';
import type { ActionName } from '../../src/index.ts';
import type { PolicyHost } from './policy-host.ts';

/** Signs in as the demo's promoter. */
export const PROMOTER_TOKEN = 'emulator-promoter';

/** What one run of an action left behind, as far as a scenario looks at it. */
export interface Ended {
  readonly outcome: string;
  readonly changed: boolean;
  /** The code of the error that the report tells; `internal` is a fault of this tool. */
  readonly code: string | undefined;
  /** The verdict, or why there is none. */
  readonly said: string;
}

/** A run of a job: how it ended, or will since it was asked to, and the values of its parameters, or of the arguments of its script. */
export interface SeenRun {
  readonly code: string | undefined;
  readonly values: Readonly<Record<string, string>>;
}

/** The runs of the jobs of a workspace. */
export function jobRunsOf({ metastore }: Pick<Emulator, 'metastore'>): SeenRun[] {
  return [...metastore.state.workspace.runs.values()].map(({ ending, stopping, parameters, tasks }) => ({
    code: (ending ?? stopping)?.code,
    values: Object.fromEntries([
      ...parameters.map(({ name, value }) => [name, value]),
      ...(tasks[0]?.resolved ?? []).flatMap((each) => {
        const { name, value } = /^--(?<name>[^=]+)=(?<value>.*)$/su.exec(each)?.groups ?? {};
        return name === undefined ? [] : [[name, value]];
      }),
    ]) as Record<string, string>,
  }));
}

/** What this tool has left among the files of a workspace. */
export function leftFilesOf({ metastore }: Pick<Emulator, 'metastore'>): string[] {
  return [...metastore.state.workspace.objects.keys()].filter((path) => path.includes('/.uc-promote/'));
}

/** sha256 of each file of a folder by its path; empty where there is no such folder. */
export type FolderFiles = Readonly<Record<string, string>>;

/** Everything that is known when an action was struck by a fault and run again. */
export interface Aftermath {
  readonly before: MetastoreSnapshot;
  /** As the runs that were struck left it. */
  readonly between: MetastoreSnapshot;
  readonly after: MetastoreSnapshot;
  /** The runs of jobs in the end. */
  readonly jobRuns: readonly SeenRun[];
  /** What this tool has left among the files of the workspace in the end. */
  readonly leftFiles: readonly string[];
  /** What the folder of the scenario held as the struck runs left it, and in the end; undefined where it has none. */
  readonly folder?: { readonly between: FolderFiles; readonly after: FolderFiles } | undefined;
  /** Whether somebody else meddled; a clean run has nobody. */
  readonly isMeddled: boolean;
  /** Undefined when the process was killed. */
  readonly struck: Ended | undefined;
  readonly again: Ended;
}

/** What a meddler can reach beside the metastore. */
export interface Around {
  /** Where the workspace responds. */
  readonly url: string;
  /** Where the policy file is kept, in a scenario that has one. */
  readonly policy: PolicyHost | undefined;
}

/** Somebody else who does something while the action runs. */
export interface Meddler {
  /** What they do, for people. */
  readonly does: string;
  /** Does it where it can be done now; returns what undoes it for the run that is judged, where that has to be. */
  readonly act: (metastore: Metastore, around: Around) => (() => void) | undefined;
}

/** What leaves a plan. */
export interface PlannedBy {
  readonly action: ActionName;
  readonly inputs: Readonly<Record<string, string>>;
}

/** An action in a world, and what must hold of the world whatever happens on the way. */
export interface Scenario {
  readonly name: string;
  readonly action: ActionName;
  readonly inputs: Readonly<Record<string, string>>;
  readonly token: string;
  /** The action whose dry run leaves the plan that is applied: it runs before each trial, in the same world. */
  readonly plannedBy?: PlannedBy;
  /** The input that names a folder of the machine: each world gets one of its own. */
  readonly folderInput?: string;
  readonly emulator?: EmulatorOptions;
  /** A request that the registry refuses in every run. */
  readonly refuses?: FaultRule & { readonly kind: Fault };
  /** How a run ends that nothing strikes; default `ok`. */
  readonly outcome?: string;
  readonly prepare?: (metastore: Metastore) => void;
  /** The policy file of the repository; default: there is no GitHub to ask. */
  readonly policy?: string;
  /** Whether the action is run again in the same attempt of its workflow; default: in the next one. */
  readonly sameAttempt?: boolean;
  /** How often in a row the same request is struck before the run that is judged; default once. */
  readonly rounds?: number;
  /** Does something at each request, in place of strikes on it. */
  readonly meddler?: Meddler;
  /** Requests that are alike share the strikes, so that `npm run test:crash` stays short; default each gets all. */
  readonly sharesStrikes?: boolean;
  /** Only points that this takes are tried; default all. */
  readonly wants?: (point: Point) => boolean;
  /** One sentence for each thing that is wrong. */
  readonly faultsOf: (aftermath: Aftermath) => readonly string[];
}

/** One request of a clean run: the `occurrence`th (from 0) with this method and path. */
export interface Point {
  readonly method: string;
  readonly path: string;
  readonly template: string;
  readonly occurrence: number;
  readonly sent: number;
  readonly received: number;
}

/** The requests of a clean run as points. */
export function pointsOf(requests: Emulator['requests']): Point[] {
  const seen = new Map<string, number>();
  return requests.map(({ method, path, template, bytesIn, bytesOut }) => {
    const key = `${method} ${path}`;
    const occurrence = seen.get(key) ?? 0;
    seen.set(key, occurrence + 1);
    return { method, path, template, occurrence, sent: bytesIn, received: bytesOut };
  });
}

/** A point in words. */
export function pointText({ method, path, occurrence }: Point): string {
  return `${method} ${path}${occurrence === 0 ? '' : ` (${occurrence + 1})`}`;
}
