/** The jobs of the workflow, in their order: without an environment, in one that is guarded, in one that did not exist. */
export const STAGES = ['open', 'guarded', 'made', 'report'] as const;

/** One entry of {@link STAGES}. */
export type Stage = (typeof STAGES)[number];

/** What people do while the guarded job waits. */
export const WAYS = ['approve', 'bypass'] as const;

/** One entry of {@link WAYS}. */
export type Way = (typeof WAYS)[number];

/** One thing that is assumed of GitHub, in the words of what is seen where it holds. */
export interface GitHubRow {
  readonly id: string;
  readonly about: string;
  readonly assumed: string;
  /** What people do for it beside starting the workflow. */
  readonly needs?: string;
}

const APPROVE = 'approve the job with the comment that the summary shows';

/** Everything that is asked, in the order of the report. */
export const GITHUB_ROWS = [
  {
    id: 'environment-rules',
    about: "a job's token with actions: read sees the required reviewers of an environment",
    assumed: 'one or more',
  },
  {
    id: 'environment-bypass-stated',
    about: 'an environment says whether administrators may bypass its rules (can_admins_bypass)',
    assumed: 'stated',
  },
  { id: 'environment-absent', about: 'an environment that nothing has named yet', assumed: '404' },
  {
    id: 'environment-made',
    about: 'an environment that did not exist, once a job has named it',
    assumed: 'there, without rules',
  },
  {
    id: 'environment-made-approval',
    about: 'the approvals of the run after that job: whether one is of its environment',
    assumed: 'none',
  },
  {
    id: 'permissions-stated',
    about: 'a response names the permission that it takes (x-accepted-github-permissions)',
    assumed: 'stated',
  },
  {
    id: 'approval-recorded',
    about: 'an approval in the list of the run',
    assumed: 'approved, by a User',
    needs: APPROVE,
  },
  {
    id: 'approval-comment',
    about: 'the comment of an approval in that list',
    assumed: 'as it was written',
    needs: APPROVE,
  },
  {
    id: 'approval-again',
    about: 'all jobs run again: approvals in the list, beside the number of the attempt',
    assumed: 'one for each attempt',
    needs: `${APPROVE}, choose "Re-run all jobs", and approve again`,
  },
  {
    id: 'bypass-recorded',
    about: 'the list after an administrator started the waiting job without an approval',
    assumed: 'no approval',
    needs: 'start the workflow with how: bypass, and bypass the rule as an administrator',
  },
  {
    id: 'job-deployment',
    about: "a job's check run has its deployment, which names the environment",
    assumed: 'the environment of the job',
    needs: APPROVE,
  },
  {
    id: 'deployment-waiting',
    about: 'the statuses of the deployment of a job that waited',
    assumed: 'waiting among them',
    needs: APPROVE,
  },
  {
    id: 'deployment-approval-time',
    about: 'the first status after waiting, which would be the moment of the approval',
    assumed: 'later than waiting',
    needs: APPROVE,
  },
  {
    id: 'permission-of-starter',
    about: 'the permission of who started the run, read with the token of the job',
    assumed: 'admin or write',
  },
  {
    id: 'permission-of-outsider',
    about: 'the permission of an account that has nothing to do with the repository (octocat)',
    assumed: 'less than write',
  },
  {
    id: 'merge-commit',
    about: 'the pull request of the commit of the run: its merge_commit_sha',
    assumed: 'the commit of the run',
    needs: 'start the workflow on a commit that the merge of a pull request made',
  },
  { id: 'output-plain', about: 'an output in another job', assumed: 'whole' },
  { id: 'output-large', about: 'an output of 48 KiB in another job', assumed: 'whole' },
  { id: 'output-masked', about: 'an output that holds a masked value, in another job', assumed: 'empty' },
  { id: 'output-empty', about: 'an output that is empty, in another job', assumed: 'empty' },
] as const satisfies readonly GitHubRow[];

/** The id of a row. */
export type RowId = (typeof GITHUB_ROWS)[number]['id'];
