import type { ActionContext } from '../contract/context.ts';

/** What systems say of a job: on GitHub its name, which the jobs of a matrix share, and its machine; on Azure Pipelines its id. GitLab's run is a job. */
const VARIABLES = ['GITHUB_JOB', 'RUNNER_NAME', 'SYSTEM_JOBID'] as const;

/**
 * Which job of an attempt asks for a run of a script. Jobs that share a machine or a name run after each other, as steps do: no two that
 * run at the same time share the folder of a script, which the first to end deletes.
 */
export function askingJob({ environment }: Pick<ActionContext<unknown>, 'environment'>): readonly string[] {
  return VARIABLES.map((name) => environment[name] ?? '');
}
