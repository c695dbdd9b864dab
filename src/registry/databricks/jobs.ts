import type * as z from 'zod';
import { hasCode, PromoteError } from '../../domain/errors.ts';
import type { NamedRun, ScriptOrder, TriggeredJob } from '../../domain/job.ts';
import type { HttpClient } from '../../http/client.ts';
import { isAbsent } from '../../http/errors.ts';
import type { HttpRequest } from '../../http/request.ts';
import { callJson, pages, rows, type Page } from '../call.ts';
import type { RegistryWriter } from '../port.ts';
import type { JobReader } from '../workspace-port.ts';
import * as wire from './wire/jobs.ts';

/** Prefix of the newest version, which pages the tasks of a run (workspace-apis §1.1). */
const JOBS = '/api/2.2/jobs';

/** Pages of 100 jobs that are looked through for triggers: a large workspace has as many as 10,000 jobs. */
const TRIGGER_PAGES = 3;

/** As many runs as a page may have: fewer than 25 (databricks-sdk-py 0.162.0 `JobsAPI.list_runs`). */
const RUNS_A_PAGE = 24;

/** Reads of saved jobs and of runs. */
export function jobCalls(http: HttpClient): JobReader {
  return {
    async findJobs(name) {
      const found: string[] = [];
      const request = get('/list', { name, limit: 100 });
      for await (const row of rows(http, request, wire.jobPage, ({ jobs }) => jobs)) found.push(row.job_id);
      return found;
    },
    async findTriggered() {
      const jobs: TriggeredJob[] = [];
      let looked = 0;
      const request: HttpRequest = { ...get('/list', { limit: 100 }), retry: 'never' };
      for await (const page of pages(http, request, wire.jobPage)) {
        jobs.push(...(page.jobs ?? []).flatMap(wire.toTriggered));
        looked += 1;
        if (looked >= TRIGGER_PAGES) return { jobs, isCut: (page.next_page_token ?? '') !== '' };
      }
      return { jobs, isCut: false };
    },
    async getJob(id) {
      return wire.toSavedJob(await all(http, get('/get', { job_id: id }), wire.job));
    },
    async getRun(id) {
      const request = get('/runs/get', { run_id: id });
      // While it is active only where it is matters, which the first page says.
      return wire.toJobRun(await all(http, request, wire.run, (page) => !wire.isOver(page)));
    },
    async findActiveRuns(names) {
      const found: NamedRun[] = [];
      const request = get('/runs/list', { active_only: true, run_type: 'SUBMIT_RUN', limit: RUNS_A_PAGE });
      for await (const row of rows(http, request, wire.runPage, ({ runs }) => runs)) {
        const name = row.run_name ?? '';
        if (names.includes(name)) found.push({ id: row.run_id, name });
      }
      return found;
    },
    async getOutput(taskRun) {
      const request = get('/runs/get-output', { run_id: taskRun });
      return wire.toOutput(await withRights(() => callJson(http, request, wire.output), 'CAN_VIEW'));
    },
  };
}

/** Starting and ending of runs. */
export function runCommands(
  http: HttpClient,
): Required<Pick<RegistryWriter, 'runJob' | 'runScript' | 'cancelRun'>> {
  return {
    async runJob({ job, parameters, token }) {
      const request: HttpRequest = {
        method: 'POST',
        template: `${JOBS}/run-now`,
        // The token finds the run that an earlier try has started (databricks-sdk-py 0.162.0 `JobsAPI.run_now`).
        retry: 'safe',
        json: {
          job_id: BigInt(job),
          job_parameters: parameters,
          idempotency_token: token,
          queue: { enabled: true },
        },
      };
      return (await withRights(() => callJson(http, request, wire.started), 'CAN_MANAGE_RUN')).run_id;
    },
    async runScript(order) {
      const template = `${JOBS}/runs/submit`;
      // The token finds the run that an earlier try has started (databricks-sdk-py 0.162.0 `JobsAPI.submit`).
      const request: HttpRequest = { method: 'POST', template, retry: 'safe', json: wire.submission(order) };
      return (await withCompute(() => callJson(http, request, wire.started), order)).run_id;
    },
    async cancelRun(run) {
      await http.send({
        method: 'POST',
        template: `${JOBS}/runs/cancel`,
        json: { run_id: BigInt(run) },
        retry: 'safe',
        endsWork: true,
      });
    },
  };
}

function get(path: string, query: NonNullable<HttpRequest['query']>): HttpRequest {
  return { method: 'GET', template: `${JOBS}${path}`, query, retry: 'safe' };
}

/** All pages of an object, or none where it does not exist; those after one that `isEnough` are not read. */
async function all<T extends Page>(
  http: HttpClient,
  request: HttpRequest,
  schema: z.ZodType<T>,
  isEnough: (page: T) => boolean = () => false,
): Promise<T[]> {
  const read: T[] = [];
  try {
    await withRights(async () => {
      for await (const page of pages(http, request, schema)) {
        read.push(page);
        if (isEnough(page)) return;
      }
    }, 'CAN_VIEW');
  } catch (error) {
    if (!isMissing(error)) throw error;
    return [];
  }
  return read;
}

/** A job or run that there is not is also reported as a wrong value, in these words (databricks-sdk-py 0.162.0 `errors/overrides.py`). */
function isMissing(error: unknown): boolean {
  if (isAbsent(error)) return true;
  return hasCode(error, 'invalid-input') && /does not exist|doesn't exist/u.test(error.message);
}

/** Rights on a job are rights of the workspace, which no grant of Unity Catalog gives. */
async function withRights<T>(call: () => Promise<T>, right: 'CAN_VIEW' | 'CAN_MANAGE_RUN'): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!hasCode(error, 'permission-denied')) throw error;
    throw new PromoteError(error.message, {
      ...error.details,
      fix: `Give the caller ${right} on the job: its page in the workspace, Permissions. Grants of Unity Catalog do not include it.`,
      cause: error,
    });
  }
}

/** What a script may run on, and as whom, is decided by the workspace alone. */
async function withCompute<T>(call: () => Promise<T>, { compute, runAs }: ScriptOrder): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!hasCode(error, 'permission-denied', 'unsupported', 'invalid-input')) throw error;
    const where =
      compute.kind === 'cluster'
        ? `Check that the cluster ${compute.id} exists and that whoever the run acts as may attach to it.`
        : 'Check that serverless compute for jobs is enabled in the workspace, and that the caller may use it; or name a cluster.';
    const who =
      runAs === undefined
        ? ''
        : ' To have it act as a service principal, the caller needs the role Service Principal User on it.';
    throw new PromoteError(error.message, { ...error.details, fix: `${where}${who}`, cause: error });
  }
}
