import { parseExactly } from '../../src/http/exact-integers.ts';
import { at, listAt, textAt, type RawResponse } from '../call.ts';
import { isDone, must, verdictOf } from '../fixtures.ts';
import type { Row } from '../row.ts';
import type { RowContext } from '../row-context.ts';
import { NO_JOB } from '../scope.ts';
import { Unseen } from '../unseen.ts';
import { fact, type Sight } from './kinds.ts';

const group = 'Jobs';
const JOBS = '/api/2.2/jobs';

/** Pages of the list of jobs that are looked through for the given one. */
const PAGES = 20;

function job({ first }: RowContext, id: string): Promise<RawResponse> {
  return first.call({ method: 'GET', template: `${JOBS}/get`, query: { job_id: id } });
}

/** The settings of the given job as the list of jobs has them. */
async function listed({ first, scope }: RowContext): Promise<unknown> {
  let token = '';
  for (let page = 0; page < PAGES; page += 1) {
    const query = { limit: 100, ...(token === '' ? {} : { page_token: token }) };
    const { text } = must(
      await first.call({ method: 'GET', template: `${JOBS}/list`, query }),
      'list of jobs',
    );
    const body = parseExactly(text);
    const hit = listAt(body, 'jobs').find((each) => String(at(each, 'job_id')) === scope.job);
    if (hit !== undefined) return at(hit, 'settings');
    token = textAt(body, 'next_page_token');
    if (token === '') break;
  }
  throw new Unseen(`the job is not among the first ${PAGES * 100} of the list`);
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
    async see({ first, scope }) {
      const query = { job_id: scope.job ?? '', limit: 1 };
      const response = await first.call({ method: 'GET', template: `${JOBS}/runs/list`, query });
      const [run] = listAt(must(response, 'runs of the job').body, 'runs');
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
      return at(await listed(context), 'trigger') === undefined ? 'only-in-get' : 'shown';
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
    async ({ first }) => {
      const query = { limit: 1 };
      const response = await first.call({ method: 'GET', template: `${JOBS}/list`, query });
      if (!isDone(response, 403)) throw new Unseen(verdictOf(response));
      const [hit] = listAt(response.body, 'jobs');
      if (hit === undefined) throw new Unseen('the caller sees no job');
      const has = at(hit, 'job_id') !== undefined && at(hit, 'settings') !== undefined;
      return has ? 'ids and settings' : 'without some of them';
    },
  ),
];
