import type { ApiError } from '../../metastore/api-error.ts';
import { denied, invalid, missing } from '../../metastore/api-error.ts';
import type { CallContext } from '../../metastore/session.ts';
import { addRights, holds, isWorkspaceAdmin, lacksLevel, rightsIn, rightsKey } from '../rights.ts';
import { nextNumber } from '../state.ts';
import { checkSettings, keyOf, objectIn, objectsIn, textIn } from './settings.ts';
import type { Job, Json } from './state.ts';

/** Makes a job of settings; its creator owns it. */
export function createJob(session: CallContext, settings: Json, rights: readonly Json[]): Job {
  const { workspace } = session.state;
  checkSettings(session, settings);
  requireRunAs(session, settings, session.caller);
  const given = rightsIn('jobs', rights);
  const job: Job = {
    id: nextNumber(workspace, session.switches.runIdsLarge),
    creator: session.caller,
    createdAt: session.now(),
    settings,
  };
  workspace.jobs.set(job.id, job);
  const key = rightsKey('jobs', job.id);
  workspace.rights.set(key, [{ principal: session.caller, level: 'IS_OWNER' }]);
  addRights(session, key, given);
  return job;
}

/** The job of that id, if the caller holds the level on it. */
export function requireJob(session: CallContext, id: string, level: string): Job {
  const job = session.state.workspace.jobs.get(id);
  if (job === undefined) throw noSuch(session, `Job ${id} does not exist.`);
  requireOnJob(session, id, level);
  return job;
}

/** Refuses who does not hold the level on the job of that id, or of a submitted run. */
export function requireOnJob(session: CallContext, id: string, level: string, absent?: string): void {
  if (holds(session, 'jobs', id, level)) return;
  if (session.switches.jobHidden === '404' && !holds(session, 'jobs', id, 'CAN_VIEW')) {
    throw missing(absent ?? `Job ${id} does not exist.`);
  }
  throw lacksLevel(session, 'jobs', level, `job ${id}`);
}

/** The answer about a job or run that there is not; its code is a switch. */
export function noSuch({ switches }: CallContext, message: string): ApiError {
  return switches.jobMissing === '404' ? missing(message) : invalid(message);
}

/** Replaces all settings of a job. */
export function resetJob(session: CallContext, id: string, settings: Json): void {
  const job = requireJob(session, id, 'IS_OWNER');
  checkSettings(session, settings);
  requireNewRunAs(session, job, settings);
  job.settings = settings;
}

/** Arrays whose entries an update replaces one by one, and what names an entry (databricks-sdk-py `JobsAPI.update`). */
const MERGED = { tasks: 'task_key', job_clusters: 'job_cluster_key' } as const;

/** Replaces some settings of a job, and takes some away: a name, or `tasks/key`. */
export function updateJob(session: CallContext, id: string, changed: Json, removed: readonly string[]): void {
  const job = requireJob(session, id, 'IS_OWNER');
  const next: Record<string, unknown> = { ...job.settings, ...changed };
  for (const [field, name] of Object.entries(MERGED)) {
    if (changed[field] === undefined) continue;
    const added = objectsIn(changed, field);
    const named = added.map((entry) => textIn(entry, name));
    next[field] = [
      ...objectsIn(job.settings, field).filter((entry) => !named.includes(textIn(entry, name))),
      ...added,
    ];
  }
  for (const path of removed) {
    const [field = '', key] = path.split('/');
    if (key === undefined) delete next[field];
    else if (field === 'tasks') next[field] = objectsIn(next, field).filter((task) => keyOf(task) !== key);
    else throw invalid(`Field '${path}' cannot be removed.`);
  }
  checkSettings(session, next);
  requireNewRunAs(session, job, next);
  job.settings = next;
}

/** Deletes a job; runs under way go on. */
export function deleteJob(session: CallContext, id: string): void {
  requireJob(session, id, 'IS_OWNER');
  session.state.workspace.jobs.delete(id);
}

/** The jobs that the caller may see, the newest first, of one name if that is given. */
export function listJobs(session: CallContext, name: string | undefined): Job[] {
  const wanted = name?.toLowerCase();
  return [...session.state.workspace.jobs.values()]
    .filter((job) => wanted === undefined || nameOf(job.settings).toLowerCase() === wanted)
    .filter((job) => holds(session, 'jobs', job.id, 'CAN_VIEW'))
    .reverse();
}

/** The name of a job. */
export function nameOf(settings: Json): string {
  return textIn(settings, 'name') ?? 'Untitled';
}

/** Who owns a job. */
export function ownerOf({ state }: CallContext, job: Job): string {
  const rights = state.workspace.rights.get(rightsKey('jobs', job.id)) ?? [];
  return rights.find(({ level }) => level === 'IS_OWNER')?.principal ?? job.creator;
}

/** Whom `run_as` of the settings names; `undefined` for nobody. */
export function runAsIn(settings: Json): string | undefined {
  const wanted = objectIn(settings, 'run_as');
  if (wanted === undefined) return undefined;
  const [named, ...others] = ['user_name', 'service_principal_name', 'group_name'].flatMap(
    (field) => textIn(wanted, field) ?? [],
  );
  if (named === undefined || others.length > 0) {
    throw invalid('run_as must name one user, service principal or group.');
  }
  return named;
}

/** Who changes a job need not be allowed to set the `run_as` that it has already. */
function requireNewRunAs(session: CallContext, job: Job, next: Json): void {
  if (runAsIn(next) === runAsIn(job.settings)) return;
  requireRunAs(session, next, ownerOf(session, job));
}

/** Refuses a `run_as` that the caller may not set; the owner of a job may always be named. */
export function requireRunAs(session: CallContext, settings: Json, owner: string): void {
  const named = runAsIn(settings);
  const { access, caller, state } = session;
  if (named === undefined || named === caller || named === owner) return;
  const principal = state.principals.get(named);
  if (principal === undefined && !state.groups.has(named)) {
    throw invalid(`The principal ${named} of run_as does not exist.`);
  }
  const users = [...(state.workspace.servicePrincipalUsers.get(named) ?? [])];
  const isAllowed =
    principal === undefined
      ? access.identities.has(named)
      : principal.kind === 'user'
        ? isWorkspaceAdmin(session)
        : users.some((each) => access.identities.has(each));
  if (!isAllowed) throw denied(`User ${caller} is not allowed to set run_as to ${named}.`);
}
