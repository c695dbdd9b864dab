import { invalid } from '../../metastore/api-error.ts';
import {
  createJob,
  deleteJob,
  listJobs,
  requireJob,
  resetJob,
  updateJob,
} from '../../workspace/jobs/saved.ts';
import type { Json } from '../../workspace/jobs/state.ts';
import type { Input } from '../input.ts';
import { isObject } from '../input.ts';
import { list } from '../legacy/shapes.ts';
import { page } from '../paging.ts';
import { family, ok, type Route } from '../route.ts';
import { arrayPage, WHOLE } from './array-page.ts';
import { jobFields } from './fields.ts';
import { idIn } from './id.ts';
import { jobHit, jobShape } from './shapes.ts';

/** The members of a request that are settings. */
export function settingsIn(input: Input, fields: Readonly<Record<string, unknown>>): Json {
  return Object.fromEntries(
    Object.keys(fields).flatMap((field) => {
      const value = input.value(field);
      return value === undefined || value === null ? [] : [[field, value]];
    }),
  );
}

function newSettings(input: Input): Json {
  const settings = input.value('new_settings');
  if (settings === undefined) return {};
  if (!isObject(settings)) throw invalid("Parameter 'new_settings' must be an object.");
  const unknown = Object.keys(settings).find((field) => !(field in jobFields));
  if (unknown !== undefined) throw invalid(`Unknown field '${unknown}' in new_settings.`);
  return settings;
}

/** Most jobs of one page, and as many as come unasked (databricks-sdk-py `JobsAPI.list`). */
const MOST = 100;
const NORMAL = 20;

/** Saved jobs of one version of the API. */
export function savedJobRoutes(version: '2.1' | '2.2'): readonly Route[] {
  const jobs = family(`/api/${version}/jobs`, { from: 'client code', section: 'saved jobs' });
  const cutBy = (input: Input) => (version === '2.2' ? arrayPage(input.maybeText('page_token')) : WHOLE);
  return [
    jobs({
      method: 'POST',
      template: '/create',
      write: true,
      fields: { ...jobFields, access_control_list: 'array' },
      handle: (input, { session }) => {
        const job = createJob(session, settingsIn(input, jobFields), input.objects('access_control_list'));
        return ok({ job_id: BigInt(job.id) });
      },
    }),
    jobs({
      method: 'GET',
      template: '/get',
      write: false,
      fields: { job_id: 'int!', page_token: 'string', include_trigger_state: 'bool' },
      handle: (input, { session, baseUrl }) =>
        ok(
          jobShape(
            { session, baseUrl },
            requireJob(session, idIn(input, 'job_id'), 'CAN_VIEW'),
            cutBy(input),
          ),
        ),
    }),
    jobs({
      method: 'GET',
      template: '/list',
      write: false,
      fields: { name: 'string', limit: 'int', offset: 'int', page_token: 'string', expand_tasks: 'bool' },
      handle: (input, { session, baseUrl }) => {
        const limit = input.maybeInteger('limit');
        if (limit !== undefined && (limit < 1 || limit > MOST)) throw invalid(`limit must be 1 to ${MOST}.`);
        const found = listJobs(session, input.maybeText('name')).slice(input.maybeInteger('offset') ?? 0);
        const cut = page(session, found, ({ id }) => id, {
          size: limit,
          token: input.maybeText('page_token'),
          normal: NORMAL,
          most: MOST,
        });
        const expanded = input.flag('expand_tasks');
        const arrays = () => (version === '2.2' ? arrayPage(undefined) : WHOLE);
        return ok({
          ...list(
            'jobs',
            cut.items.map((job) => jobHit({ session, baseUrl }, job, expanded, arrays())),
          ),
          has_more: cut.token !== undefined,
          ...(cut.token === undefined ? {} : { next_page_token: cut.token }),
        });
      },
    }),
    jobs({
      method: 'POST',
      template: '/reset',
      write: true,
      fields: { job_id: 'int!', new_settings: 'object!' },
      handle: (input, { session }) => {
        resetJob(session, idIn(input, 'job_id'), newSettings(input));
        return ok({});
      },
    }),
    jobs({
      method: 'POST',
      template: '/update',
      write: true,
      fields: { job_id: 'int!', new_settings: 'object', fields_to_remove: 'array' },
      handle: (input, { session }) => {
        updateJob(session, idIn(input, 'job_id'), newSettings(input), input.texts('fields_to_remove'));
        return ok({});
      },
    }),
    jobs({
      method: 'POST',
      template: '/delete',
      write: true,
      fields: { job_id: 'int!' },
      handle: (input, { session }) => {
        deleteJob(session, idIn(input, 'job_id'));
        return ok({});
      },
    }),
  ];
}
