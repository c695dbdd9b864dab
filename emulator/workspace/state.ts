import type { StoredFile } from '../metastore/content.ts';
import type { Job, JobRun } from './jobs/state.ts';
import type { Endpoint, UpdateFailure } from './serving/state.ts';
import type { Statement, StatementError, Warehouse } from './sql/state.ts';

/** What stands at a path of the workspace; its path begins with `/` and has no `/Workspace` before it. */
export type WorkspaceObject = { id: string; path: string; createdAt: number; modifiedAt: number } & (
  | { type: 'DIRECTORY' }
  | { type: 'FILE'; file: StoredFile }
  | { type: 'NOTEBOOK'; file: StoredFile; language: string }
);

/** One right of one principal on an object of the workspace. */
export interface ObjectRight {
  principal: string;
  level: string;
}

/** Everything of a workspace that is not of its metastore. Plain data, no rules. */
export interface WorkspaceState {
  /** By path. */
  objects: Map<string, WorkspaceObject>;
  /** Saved jobs, by id; ids of jobs and runs are 64-bit numbers, kept as text. */
  jobs: Map<string, Job>;
  /** By id, in order of their start. */
  runs: Map<string, JobRun>;
  /** Idempotency token → id of its run, which may be deleted. */
  idempotency: Map<string, string>;
  /** Serving endpoints, by name. */
  endpoints: Map<string, Endpoint>;
  /** How the next updates of an endpoint end, by its name; `undefined` for one that succeeds. */
  nextUpdates: Map<string, (UpdateFailure | undefined)[]>;
  /** Functions of features that can be served, by full name in lower case. */
  featureSpecs: Set<string>;
  /** Foundation models that can be served, by full name in lower case. */
  foundationModels: Set<string>;
  /** How long an update takes that builds a container, and one that only moves traffic; milliseconds. */
  servingTimes: { build: number; route: number };
  /** Rights on an object, by `type/id`. */
  rights: Map<string, ObjectRight[]>;
  /** Application id of a service principal → who may run something as it (role `servicePrincipal/user`). */
  servicePrincipalUsers: Map<string, Set<string>>;
  /** Clusters by id, and who may attach to each. */
  clusters: Map<string, Set<string>>;
  /** SQL warehouses, by id. */
  warehouses: Map<string, Warehouse>;
  /** Statements of SQL, by id. */
  statements: Map<string, Statement>;
  /** How the next statements that a warehouse takes up end, the first one first; `RUNNING` is one look that finds no end. */
  nextStatements: (StatementError | 'RUNNING')[];
  /** The most runs that an hour may create; absent for as many as are wanted. */
  runsOfHour?: number;
  nextNumber: number;
}

/** A workspace without anything in it. */
export function emptyWorkspace(): WorkspaceState {
  return {
    objects: new Map(),
    jobs: new Map(),
    runs: new Map(),
    idempotency: new Map(),
    endpoints: new Map(),
    nextUpdates: new Map(),
    featureSpecs: new Set(),
    foundationModels: new Set(),
    servingTimes: { build: 300, route: 100 },
    rights: new Map(),
    servicePrincipalUsers: new Map(),
    clusters: new Map(),
    warehouses: new Map(),
    statements: new Map(),
    nextStatements: [],
    nextNumber: 1,
  };
}

/** Beyond 2^53, where a client that reads numbers as floating point loses digits. */
const LARGE = 1_152_921_504_606_846_976n;

/** The next id of a job, a run or an object, by choice one that needs 64 bits. */
export function nextNumber(state: WorkspaceState, large: boolean): string {
  const number = state.nextNumber;
  state.nextNumber += 1;
  return large ? String(LARGE + BigInt(number)) : String(number);
}
