import { linkTo, pageOf, textIn, type System } from './system.ts';

/**
 * GitLab CI, by its predefined variables (GitLab documentation, predefined CI/CD variables). A job that is retried is a job with
 * a number of its own, so that each is a run with one attempt; the project stands behind the name of its server, since other
 * systems have projects of the same name.
 */
export const GITLAB: System = {
  name: 'gitlab',
  agent: 'gitlab',
  run(environment) {
    const value = (name: string) => textIn(environment, name);
    const project = value('CI_PROJECT_PATH');
    const server = value('CI_SERVER_HOST');
    const ref = value('CI_COMMIT_REF_NAME');
    return {
      provider: 'gitlab',
      repository: project === undefined || server === undefined ? 'local' : `${server}/${project}`,
      runId: value('CI_JOB_ID') ?? 'local',
      pipelineId: value('CI_PIPELINE_ID') ?? 'local',
      attempt: '1',
      actor: value('GITLAB_USER_LOGIN') ?? 'unknown',
      // Separation of duties compares accounts of GitHub.
      requesters: [],
      sha: value('CI_COMMIT_SHA') ?? 'local',
      workflowRef:
        project === undefined || ref === undefined
          ? 'local'
          : `${project}/${value('CI_CONFIG_PATH') ?? '.gitlab-ci.yml'}@${ref}`,
    };
  },
  pageRun(environment) {
    const job = textIn(environment, 'CI_JOB_ID');
    if (job === undefined) return undefined;
    const sha = textIn(environment, 'CI_COMMIT_SHA');
    const project = textIn(environment, 'CI_PROJECT_URL');
    return pageOf({
      actor: textIn(environment, 'GITLAB_USER_LOGIN'),
      run: linkTo(`job ${job}`, textIn(environment, 'CI_JOB_URL')),
      commit:
        sha === undefined || project === undefined
          ? undefined
          : linkTo(sha.slice(0, 7), `${project}/-/commit/${sha}`),
    });
  },
};
