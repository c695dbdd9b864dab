import type { PageRun } from '../../report/sections/page/people.ts';
import type { Environment } from '../environment.ts';
import type { System } from './system.ts';

/** GitHub Actions, by the variables that its runner sets (actions-runtime §4). */
export const GITHUB: System = {
  name: 'github',
  agent: 'github',
  run(environment) {
    const value = (name: string) => environment[name] ?? 'local';
    return {
      provider: 'github',
      repository: value('GITHUB_REPOSITORY'),
      runId: value('GITHUB_RUN_ID'),
      pipelineId: value('GITHUB_RUN_ID'),
      attempt: environment['GITHUB_RUN_ATTEMPT'] ?? '1',
      actor: environment['GITHUB_TRIGGERING_ACTOR'] ?? value('GITHUB_ACTOR'),
      requesters: requestersIn(environment),
      sha: value('GITHUB_SHA'),
      workflowRef: value('GITHUB_WORKFLOW_REF'),
    };
  },
  pageRun(environment) {
    if (environment['GITHUB_RUN_ID'] === undefined) return undefined;
    const { actor } = GITHUB.run(environment);
    const server = environment['GITHUB_SERVER_URL'];
    return server === undefined ? { actor } : { actor, ...pagesOn(server, environment) };
  },
};

function pagesOn(server: string, environment: Environment): Omit<PageRun, 'actor'> {
  const { repository, runId, attempt, sha } = GITHUB.run(environment);
  const base = `${server}/${repository}`;
  const tool = environment['GITHUB_ACTION_REPOSITORY'] ?? '';
  // Empty where the action is in the checkout.
  const ref = environment['GITHUB_ACTION_REF'] ?? '';
  return {
    commit: { text: sha.slice(0, 7), href: `${base}/commit/${sha}` },
    run: {
      text: `run ${environment['GITHUB_RUN_NUMBER'] ?? runId}, attempt ${attempt}`,
      href: `${base}/actions/runs/${runId}/attempts/${attempt}`,
    },
    ...(tool === '' || ref === '' ? {} : { documentation: `${server}/${tool}/blob/${ref}/docs` }),
  };
}

function requestersIn(environment: Environment): string[] {
  const logins = [environment['GITHUB_ACTOR'], environment['GITHUB_TRIGGERING_ACTOR']];
  return [...new Set(logins.flatMap((login) => (login === undefined || login === '' ? [] : [login])))];
}
