import type { SavedJob } from '../../domain/job.ts';
import { show } from '../../domain/printable.ts';

/** What a job is given of the version that it validates, by the name of the job parameter. */
export type JobValues = Readonly<Record<'model_name' | 'model_version' | 'model_uri', string>>;

/** Why a job cannot validate a version, and what to do; undefined where it can. */
export function jobProblem(job: SavedJob): { readonly problem: string; readonly fix: string } | undefined {
  const has = (name: string) => job.parameters.includes(name);
  const named = `the job ${show(job.name, 80)} (${job.id})`;
  if (!has('model_uri') && !(has('model_name') && has('model_version')))
    return {
      problem: `${named} defines ${job.parameters.length === 0 ? 'no job parameters' : `only the job parameters ${show(job.parameters.join(', '), 200)}`}, so that it cannot be given the version.`,
      fix: 'Define the job parameter model_uri, or model_name and model_version, in the settings of the job, and have its tasks use them.',
    };
  if (job.isContinuous)
    return {
      problem: `${named} is continuous: to start it ends the run that is active.`,
      fix: 'Name a job of its own for validation, or pause its continuous trigger.',
    };
  if (job.concurrentRuns === 0)
    return {
      problem: `${named} has max_concurrent_runs 0: every new run is skipped.`,
      fix: 'Raise the maximum of concurrent runs in the settings of the job.',
    };
  return undefined;
}

/** The values of the parameters that a job defines: any other is refused, or ignored, by the workspace. */
export function parametersFor({ parameters }: SavedJob, values: JobValues): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => parameters.includes(name)));
}
