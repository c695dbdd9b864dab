import type { Environment } from '../environment.ts';
import { AZURE_PIPELINES } from './azure-pipelines.ts';
import { GITHUB } from './github.ts';
import { GITLAB } from './gitlab.ts';
import { JENKINS } from './jenkins.ts';
import type { System, SystemName } from './system.ts';
import { TERMINAL } from './terminal.ts';

const SYSTEMS: Readonly<Record<SystemName, System>> = {
  github: GITHUB,
  gitlab: GITLAB,
  'azure-pipelines': AZURE_PIPELINES,
  jenkins: JENKINS,
  none: TERMINAL,
};

/** The system of a name. */
export function systemNamed(name: SystemName): System {
  return SYSTEMS[name];
}

/** The system that runs this process, by the variable that each sets for its jobs. */
export function systemOf(environment: Environment): System {
  if (environment['GITHUB_ACTIONS'] === 'true') return GITHUB;
  if (environment['GITLAB_CI'] === 'true') return GITLAB;
  if (/^true$/iu.test(environment['TF_BUILD'] ?? '')) return AZURE_PIPELINES;
  return (environment['JENKINS_URL'] ?? '') === '' ? TERMINAL : JENKINS;
}
