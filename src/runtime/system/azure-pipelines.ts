import type { Environment } from '../environment.ts';
import { linkTo, pageOf, placeOf, textIn, type System } from './system.ts';

/**
 * Azure Pipelines, by its predefined variables (Azure DevOps documentation, predefined variables). It counts the attempts of
 * each job for itself, so that a greater number says nothing of other jobs of the build: a run has one attempt here.
 */
export const AZURE_PIPELINES: System = {
  name: 'azure-pipelines',
  agent: 'azure-devops',
  run(environment) {
    const value = (name: string) => textIn(environment, name);
    const collection = placeOf(value('SYSTEM_COLLECTIONURI'));
    const project = value('SYSTEM_TEAMPROJECT');
    const pipeline = value('BUILD_DEFINITIONNAME');
    const ref = value('BUILD_SOURCEBRANCH');
    return {
      provider: 'azure-pipelines',
      repository: collection === undefined || project === undefined ? 'local' : `${collection}/${project}`,
      runId: value('BUILD_BUILDID') ?? 'local',
      pipelineId: value('BUILD_BUILDID') ?? 'local',
      attempt: '1',
      actor: value('BUILD_REQUESTEDFOR') ?? 'unknown',
      // Separation of duties compares accounts of GitHub.
      requesters: [],
      sha: value('BUILD_SOURCEVERSION') ?? 'local',
      workflowRef: pipeline === undefined || ref === undefined ? 'local' : `${pipeline}@${ref}`,
    };
  },
  pageRun(environment) {
    const build = textIn(environment, 'BUILD_BUILDID');
    if (build === undefined) return undefined;
    const attempt = textIn(environment, 'SYSTEM_JOBATTEMPT') ?? '1';
    return pageOf({
      actor: textIn(environment, 'BUILD_REQUESTEDFOR'),
      run: linkTo(`build ${build}, attempt ${attempt}`, addressOf(build, environment)),
    });
  },
};

/** The page of a build (Azure DevOps documentation, run as `_build/results`). */
function addressOf(build: string, environment: Environment): string | undefined {
  const collection = textIn(environment, 'SYSTEM_COLLECTIONURI');
  const project = textIn(environment, 'SYSTEM_TEAMPROJECT');
  if (collection === undefined || project === undefined) return undefined;
  const base = collection.replace(/\/*$/u, '/');
  return `${base}${encodeURIComponent(project)}/_build/results?buildId=${encodeURIComponent(build)}`;
}
