import { createHash } from 'node:crypto';
import { nextNumber, type WorkspaceState } from './state.ts';
import { homeOf, parentOf, workspacePath } from './objects.ts';
import { LEVELS, rightsKey, type ObjectKind } from './rights.ts';
import { nameOf } from './jobs/saved.ts';
import type { Job, Json } from './jobs/state.ts';
import { standingEndpoint, type StandingEndpoint } from './serving/standing.ts';
import type { UpdateFailure } from './serving/state.ts';
import type { StatementError, WarehouseState } from './sql/state.ts';

/**
 * The workspace as tests and seeds build it: every method is synchronous, asks nobody for a right and checks nothing
 * that a route would.
 */
export class Workspace {
  readonly state: WorkspaceState;
  private readonly now: () => number;

  constructor(state: WorkspaceState, now: () => number) {
    this.state = state;
    this.now = now;
  }

  /** A file at a path, and the folders above it; returns its id. */
  addFile(path: string, content: string | Uint8Array): string {
    const at = workspacePath(path);
    this.addFolder(parentOf(at));
    const bytes = Buffer.from(content);
    const now = this.now();
    const id = this.id();
    this.state.objects.set(at, {
      id,
      path: at,
      createdAt: now,
      modifiedAt: now,
      type: 'FILE',
      file: {
        content: { kind: 'memory', size: bytes.length, bytes },
        modified: now,
        contentType: 'application/octet-stream',
        sha256: createHash('sha256').update(bytes).digest('hex'),
      },
    });
    return id;
  }

  /** A saved job; returns its id. */
  addJob(settings: Json, options: { owner: string }): string {
    const job: Job = { id: this.id(), creator: options.owner, createdAt: this.now(), settings };
    this.state.jobs.set(job.id, job);
    this.allow('jobs', job.id, options.owner, 'IS_OWNER');
    return job.id;
  }

  /** The saved job of that name; throws `Error` when there is none. */
  job(name: string): Job {
    const job = [...this.state.jobs.values()].find(({ settings }) => nameOf(settings) === name);
    if (job === undefined) throw new Error(`No job ${name}.`);
    return job;
  }

  /** Gives a principal a level on an object. */
  allow(kind: ObjectKind, id: string, principal: string, level: string): void {
    const levels: readonly string[] = LEVELS[kind];
    if (!levels.includes(level)) throw new Error(`No level ${level} of ${kind}.`);
    const key = rightsKey(kind, id);
    this.state.rights.set(key, [...(this.state.rights.get(key) ?? []), { principal, level }]);
  }

  /** Lets a principal run something as a service principal (role `servicePrincipal/user`). */
  allowRunAs(applicationId: string, principal: string): void {
    const users = this.state.servicePrincipalUsers.get(applicationId) ?? new Set<string>();
    this.state.servicePrincipalUsers.set(applicationId, users.add(principal));
  }

  /** A cluster, and who may attach to it. */
  addCluster(id: string, options: { users: readonly string[] }): void {
    this.state.clusters.set(id, new Set(options.users));
  }

  /** A SQL warehouse, and who may use it; one that does not start leaves statements waiting for ever. */
  addWarehouse(
    id: string,
    options: { users?: readonly string[]; state?: WarehouseState; starts?: boolean; creator?: string } = {},
  ): void {
    const { users = [], state = 'RUNNING', starts = true, creator = 'admin@example.com' } = options;
    this.state.warehouses.set(id, { id, name: `warehouse ${id}`, creator, state, starting: 0, starts });
    for (const user of users) this.allow('warehouses', id, user, 'CAN_USE');
  }

  /** Lets the next statements end so, the first one first; `RUNNING` is one look that finds no end. */
  endStatements(...endings: readonly (StatementError | 'RUNNING')[]): void {
    this.state.nextStatements.push(...endings);
  }

  /** An endpoint that is ready; its creator may manage it. */
  addEndpoint(name: string, wanted: StandingEndpoint): void {
    const endpoint = standingEndpoint(name, wanted, { id: this.id(), now: this.now() });
    this.state.endpoints.set(name, endpoint);
    this.allow('serving-endpoints', endpoint.id, endpoint.creator, 'CAN_MANAGE');
  }

  /** Lets the next updates of an endpoint end so, the first one first; `undefined` is a success. */
  endUpdates(endpoint: string, ...endings: readonly (UpdateFailure | undefined)[]): void {
    const before = this.state.nextUpdates.get(endpoint) ?? [];
    this.state.nextUpdates.set(endpoint, [...before, ...endings]);
  }

  /** How long updates of endpoints take: those that build a container, and those that only move traffic; milliseconds. */
  setServingTimes(times: { build: number; route: number }): void {
    this.state.servingTimes = times;
  }

  /** A function of features that can be served. */
  addFeatureSpec(fullName: string): void {
    this.state.featureSpecs.add(fullName.toLowerCase());
  }

  /** Says that a model is a foundation model, which is served with provisioned throughput. */
  addFoundationModel(fullName: string): void {
    this.state.foundationModels.add(fullName.toLowerCase());
  }

  /** The most runs that an hour may create. */
  limitRuns(ofHour: number): void {
    this.state.runsOfHour = ofHour;
  }

  private addFolder(path: string): void {
    if (this.state.objects.has(path)) return;
    if (path !== '/') this.addFolder(parentOf(path));
    const now = this.now();
    const id = this.id();
    this.state.objects.set(path, { id, path, createdAt: now, modifiedAt: now, type: 'DIRECTORY' });
    const owner = path === '/Shared' ? 'users' : path.startsWith('/Users/') ? path.split('/')[2] : undefined;
    if (owner !== undefined && (path === '/Shared' || path === homeOf(owner))) {
      this.allow('directories', id, owner, 'CAN_MANAGE');
    }
  }

  private id(): string {
    return nextNumber(this.state, true);
  }
}
