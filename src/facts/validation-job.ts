import { absentInput, invalidInputs } from '../domain/errors.ts';
import type { SavedJob } from '../domain/job.ts';
import { show } from '../domain/printable.ts';
import { jobProblem } from '../policy/validation-job.ts';
import type { JobReader } from '../registry/port.ts';
import type { Snapshot } from './snapshot.ts';

const INPUT = 'validate-job';

/** An id of 64 bits; any other text is a name. */
const ID = /^[1-9]\d{0,18}$/u;

/** The saved job of an id or a name, if it can validate a version. */
export async function requireValidationJob(named: string, { registry }: Snapshot): Promise<SavedJob> {
  const { jobs } = registry;
  if (jobs === undefined) throw new TypeError('This registry has no jobs.');
  const id = ID.test(named) ? named : await idOf(named, jobs);
  const job = await jobs.getJob(id);
  if (job === undefined)
    throw absentInput({
      input: INPUT,
      problem: `there is no job ${id}, or the caller may not see it.`,
      fix: 'Check the id and the workspace. The caller needs CAN_MANAGE_RUN on the job.',
    });
  const fault = jobProblem(job);
  if (fault !== undefined) throw invalidInputs([{ input: INPUT, ...fault }]);
  return job;
}

/** Names of jobs are not unique. */
async function idOf(name: string, jobs: JobReader): Promise<string> {
  const [id, ...others] = await jobs.findJobs(name);
  const shown = show(name, 80);
  if (id === undefined)
    throw absentInput({
      input: INPUT,
      problem: `there is no job named "${shown}", or the caller may not see it.`,
      fix: 'Check the name and the workspace. The caller needs CAN_MANAGE_RUN on the job.',
    });
  if (others.length > 0)
    throw invalidInputs([
      {
        input: INPUT,
        problem: `${others.length + 1} jobs are named "${shown}": ${[id, ...others].slice(0, 5).join(', ')}.`,
        fix: 'Name the job by its id.',
      },
    ]);
  return id;
}
