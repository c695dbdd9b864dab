import { describe, expect, test } from 'vitest';
import { systemNamed, systemOf } from '../../src/runtime/system/choose.ts';
import { isAbandoned } from '../../src/policy/run/marker.ts';

/** Variables of a job of each system, as their documentation has them. */
const GITLAB = {
  GITLAB_CI: 'true',
  CI_SERVER_HOST: 'gitlab.example.com',
  CI_PROJECT_PATH: 'acme/ml/models',
  CI_PROJECT_URL: 'https://gitlab.example.com/acme/ml/models',
  CI_JOB_ID: '991',
  CI_PIPELINE_ID: '77',
  CI_JOB_URL: 'https://gitlab.example.com/acme/ml/models/-/jobs/991',
  CI_COMMIT_SHA: '0123456789abcdef0123456789abcdef01234567',
  CI_COMMIT_REF_NAME: 'main',
  GITLAB_USER_LOGIN: 'ada',
};
const AZURE = {
  TF_BUILD: 'True',
  SYSTEM_COLLECTIONURI: 'https://dev.azure.com/acme/',
  SYSTEM_TEAMPROJECT: 'ML Models',
  SYSTEM_JOBATTEMPT: '2',
  BUILD_BUILDID: '51',
  BUILD_DEFINITIONNAME: 'promote',
  BUILD_SOURCEBRANCH: 'refs/heads/main',
  BUILD_SOURCEVERSION: '0123456789abcdef0123456789abcdef01234567',
  BUILD_REQUESTEDFOR: 'Ada Lovelace',
};
const JENKINS = {
  JENKINS_URL: 'https://ci.example.com/jenkins/',
  JOB_NAME: 'ml/promote',
  BUILD_NUMBER: '17',
  BUILD_URL: 'https://ci.example.com/jenkins/job/ml/job/promote/17/',
  GIT_COMMIT: '0123456789abcdef0123456789abcdef01234567',
};

test('a system is known by the variable that it sets for its jobs, and by nothing less', () => {
  expect(systemOf({ GITHUB_ACTIONS: 'true' }).name).toBe('github');
  expect(systemOf(GITLAB).name).toBe('gitlab');
  expect(systemOf(AZURE).name).toBe('azure-pipelines');
  expect(systemOf(JENKINS).name).toBe('jenkins');
  for (const none of [{}, { GITHUB_ACTIONS: '' }, { GITLAB_CI: 'no' }, { TF_BUILD: '' }, { JENKINS_URL: '' }])
    expect(systemOf(none).name).toBe('none');
});

describe('who asked, and where the run is', () => {
  test('GitLab', () => {
    const system = systemOf(GITLAB);
    expect(system.run(GITLAB)).toEqual({
      provider: 'gitlab',
      repository: 'gitlab.example.com/acme/ml/models',
      runId: '991',
      pipelineId: '77',
      attempt: '1',
      actor: 'ada',
      requesters: [],
      sha: GITLAB.CI_COMMIT_SHA,
      workflowRef: 'acme/ml/models/.gitlab-ci.yml@main',
    });
    expect(system.pageRun(GITLAB)).toEqual({
      actor: 'ada',
      run: { text: 'job 991', href: GITLAB.CI_JOB_URL },
      commit: { text: '0123456', href: `${GITLAB.CI_PROJECT_URL}/-/commit/${GITLAB.CI_COMMIT_SHA}` },
    });
  });

  test('Azure Pipelines', () => {
    const system = systemOf(AZURE);
    expect(system.run(AZURE)).toEqual({
      provider: 'azure-pipelines',
      repository: 'dev.azure.com/acme/ML Models',
      runId: '51',
      pipelineId: '51',
      attempt: '1',
      actor: 'Ada Lovelace',
      requesters: [],
      sha: AZURE.BUILD_SOURCEVERSION,
      workflowRef: 'promote@refs/heads/main',
    });
    expect(system.pageRun(AZURE)).toEqual({
      actor: 'Ada Lovelace',
      run: {
        text: 'build 51, attempt 2',
        href: 'https://dev.azure.com/acme/ML%20Models/_build/results?buildId=51',
      },
    });
  });

  test('Jenkins, which does not say who asked', () => {
    const system = systemOf(JENKINS);
    expect(system.run(JENKINS)).toMatchObject({
      repository: 'ci.example.com/jenkins/ml/promote',
      runId: '17',
      actor: 'unknown',
    });
    expect(system.pageRun(JENKINS)).toEqual({ run: { text: 'build 17', href: JENKINS.BUILD_URL } });
  });

  test.each([
    ['https://ci.example.com/%zz/', 'ci.example.com/%zz'],
    ['https://ci.example.com/a%2Fb/', 'ci.example.com/a%2Fb'],
    ['https://ci.example.com/a/b/', 'ci.example.com/a/b'],
    ['https://ci.example.com/a%0ab', 'ci.example.com/a%0ab'],
    ['https://ci.example.com/Default%20Collection/', 'ci.example.com/Default%20Collection'],
  ])('the place of %s is its own, and no escape of it is read', (address, place) => {
    expect(systemOf(JENKINS).run({ ...JENKINS, JENKINS_URL: address }).repository).toBe(
      `${place}/ml/promote`,
    );
    expect(systemOf(AZURE).run({ ...AZURE, SYSTEM_COLLECTIONURI: address }).repository).toBe(
      `${place}/ML Models`,
    );
  });

  test('a terminal is no run, and the account of the machine is who asked', () => {
    const system = systemOf({ USER: 'ada' });
    expect(system.run({ USER: 'ada' })).toMatchObject({ repository: 'local', runId: 'local', actor: 'ada' });
    expect(system.pageRun({ USER: 'ada' })).toBeUndefined();
  });

  test.each(['gitlab', 'azure-pipelines', 'jenkins', 'none'] as const)(
    '%s without its variables names nobody, and is no run',
    (name) => {
      const system = systemNamed(name);
      expect(system.run({})).toMatchObject({ repository: 'local', runId: 'local', requesters: [] });
      expect(system.pageRun({})).toBeUndefined();
    },
  );
});

test('a variable that is no address of the web becomes no link', () => {
  for (const href of ['javascript:alert(1)', 'https://x/" onclick="', 'no address', '']) {
    expect(systemOf(GITLAB).pageRun({ ...GITLAB, CI_JOB_URL: href })).not.toHaveProperty('run');
    expect(systemOf(JENKINS).pageRun({ ...JENKINS, BUILD_URL: href })).not.toHaveProperty('run');
  }
});

test('no job takes what another job of the same pipeline makes for abandoned, whatever attempts they are of', () => {
  for (const variables of [GITLAB, AZURE, JENKINS]) {
    const first = systemOf(variables).run(variables);
    const again = { ...variables, SYSTEM_JOBATTEMPT: '3' };
    const marker = `${first.repository}/${first.runId}/${first.attempt}/${(1e12).toString(36)}-x`;
    expect(isAbandoned(marker, systemOf(again).run(again), 1e12 + 1)).toBe(false);
  }
});
