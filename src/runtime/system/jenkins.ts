import { linkTo, pageOf, placeOf, textIn, type System } from './system.ts';

/**
 * Jenkins, by the variables that it sets for each build (Jenkins handbook, environment variables). Who started one it does not
 * say without a plugin, `build-user-vars`.
 */
export const JENKINS: System = {
  name: 'jenkins',
  agent: 'jenkins',
  run(environment) {
    const value = (name: string) => textIn(environment, name);
    const server = placeOf(value('JENKINS_URL'));
    const job = value('JOB_NAME');
    return {
      provider: 'jenkins',
      repository: server === undefined || job === undefined ? 'local' : `${server}/${job}`,
      runId: value('BUILD_NUMBER') ?? 'local',
      pipelineId: value('BUILD_NUMBER') ?? 'local',
      attempt: '1',
      actor: value('BUILD_USER_ID') ?? 'unknown',
      // Separation of duties compares accounts of GitHub.
      requesters: [],
      sha: value('GIT_COMMIT') ?? 'local',
      workflowRef: job ?? 'local',
    };
  },
  pageRun(environment) {
    const build = textIn(environment, 'BUILD_NUMBER');
    if (build === undefined) return undefined;
    return pageOf({
      actor: textIn(environment, 'BUILD_USER_ID'),
      run: linkTo(`build ${build}`, textIn(environment, 'BUILD_URL')),
    });
  },
};
