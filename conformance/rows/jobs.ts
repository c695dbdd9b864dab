import { parseExactly } from '../../src/http/exact-integers.ts';
import { at, listAt, textAt, type RawResponse } from '../call.ts';
import { must, verdictOf } from '../fixtures.ts';
import type { Row } from '../row.ts';
import type { RowContext } from '../row-context.ts';
import { NO_JOB } from '../scope.ts';
import { Unseen } from '../unseen.ts';
import { fact, type Sight } from './kinds.ts';

const group = 'Jobs';
const JOBS = '/api/2.2/jobs';

function job({ first }: RowContext, id: string): Promise<RawResponse> {
  return first.call({ method: 'GET', template: `${JOBS}/get`, query: { job_id: id } });
}

/** Pages of a list that are looked through; one may be empty. */
const PAGES = 20;

/** The first entry of a list of jobs or runs that is wanted; undefined where the pages have none. */
async function listed(
  { first }: RowContext,
  list: { readonly path: string; readonly query: Readonly<Record<string, string | number>> },
  wanted: (entry: unknown) => boolean = () => true,
): Promise<unknown> {
  let token = '';
  for (let page = 0; page < PAGES; page += 1) {
    const query = { ...list.query, ...(token === '' ? {} : { page_token: token }) };
    const { text } = must(
      await first.call({ method: 'GET', template: `${JOBS}/${list.path}`, query }),
      'list',
    );
    const body = parseExactly(text);
    const hit = [...listAt(body, 'jobs'), ...listAt(body, 'runs')].find(wanted);
    if (hit !== undefined) return hit;
    token = textAt(body, 'next_page_token');
    if (token === '') return undefined;
  }
  return undefined;
}

/** Switches of jobs and runs that a look shows. */
export const jobSights = {
  jobMissing: {
    group,
    async see(context) {
      const response = await job(context, NO_JOB);
      if (response.status < 400) throw new Unseen(`there is a job ${NO_JOB}`);
      return { value: wordOf(response), note: verdictOf(response) };
    },
  },
  jobHidden: {
    group,
    needs: 'hidden-job',
    async see(context) {
      const response = await job(context, context.scope.hiddenJob ?? '');
      if (response.status < 300) throw new Unseen('the caller may view the job');
      return { value: String(response.status), note: verdictOf(response) };
    },
  },
  runStateFields: {
    group,
    needs: 'job',
    async see(context) {
      const query = { job_id: context.scope.job ?? '', limit: 1 };
      const run = await listed(context, { path: 'runs/list', query });
      if (run === undefined) throw new Unseen('the job has no runs');
      const [status, state] = [at(run, 'status'), at(run, 'state')];
      if (status === undefined && state === undefined) return 'neither';
      return state === undefined ? 'status-only' : status === undefined ? 'state-only' : 'both';
    },
  },
  jobsListTriggers: {
    group,
    needs: 'job',
    async see(context) {
      const whole = must(await job(context, context.scope.job ?? ''), 'job').body;
      if (at(whole, 'settings', 'trigger') === undefined) throw new Unseen('the job has no trigger');
      const hit = await listed(
        context,
        { path: 'list', query: { limit: 100 } },
        (each) => String(at(each, 'job_id')) === context.scope.job,
      );
      if (hit === undefined) throw new Unseen('the job is not among the first of the list');
      return at(hit, 'settings', 'trigger') === undefined ? 'only-in-get' : 'shown';
    },
  },
} as const satisfies Readonly<Record<string, Sight>>;

/** How the response to a job that does not exist is named. */
function wordOf(response: RawResponse): string {
  if (response.status === 404) return '404';
  return response.status === 400 && response.code === 'INVALID_PARAMETER_VALUE'
    ? '400-invalid-parameter'
    : verdictOf(response);
}

/** Facts about jobs. */
export const jobFacts: readonly Row[] = [
  fact(
    'job-list',
    { group, about: 'a page of the list of jobs has their ids and settings', assumed: 'ids and settings' },
    async (context) => {
      const hit = await listed(context, { path: 'list', query: { limit: 1 } });
      if (hit === undefined) throw new Unseen('the caller sees no job');
      const has = at(hit, 'job_id') !== undefined && at(hit, 'settings') !== undefined;
      return has ? 'ids and settings' : 'without some of them';
    },
  ),
];
