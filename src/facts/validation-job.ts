import { absentInput, invalidInputs } from '../domain/errors.ts';
import type { NamedJob, SavedJob } from '../domain/job.ts';
import { show } from '../domain/printable.ts';
import { jobProblem } from '../policy/run/saved-job.ts';
import type { JobReader } from '../registry/workspace-port.ts';
import type { Snapshot } from './snapshot.ts';
import { requireScript, type ValidationScript } from './validation-script.ts';

const INPUT = 'validate-job';

/** An id of 64 bits; any other text is a name. */
const ID = /^[1-9]\d{0,18}$/u;

/** What validates a version on compute of the workspace. */
export type ValidationJob =
  | { readonly kind: 'saved'; readonly job: SavedJob }
  | { readonly kind: 'script'; readonly script: ValidationScript };

/** The name of it, for people: `job Validate`. */
export function validationJobName(job: ValidationJob): string {
  return job.kind === 'saved' ? `job ${show(job.job.name, 80)}` : `script ${show(job.script.file, 80)}`;
}

/** The same with the id of a saved job: `the job Validate (7)`. */
export function validationJobText(job: ValidationJob): string {
  const id = job.kind === 'saved' ? ` (${job.job.id})` : '';
  return `the ${validationJobName(job)}${id}`;
}

/** The saved job or the script that is named, if it can validate a version. */
export async function requireValidationJob(
  named: NamedJob,
  snapshot: Snapshot,
  readText: (path: string) => Promise<string>,
): Promise<ValidationJob> {
  return named.kind === 'saved'
    ? { kind: 'saved', job: await requireSavedJob(named.named, snapshot) }
    : { kind: 'script', script: await requireScript(named, snapshot, readText) };
}

async function requireSavedJob(named: string, { registry }: Snapshot): Promise<SavedJob> {
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
