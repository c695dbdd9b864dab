import type { RunIdentity } from '../actions/contract/context.ts';
import { PRODUCT } from '../domain/product.ts';
import type { PageRun } from '../report/sections/page/people.ts';
import type { ReportTool } from '../report/report.ts';
import type { StorageEndpoints } from '../storage/endpoints.ts';

/** The variables of a process, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The workflow run, from the variables that the runner sets (actions-runtime §4). */
export function readRun(environment: Environment): RunIdentity {
  const value = (name: string) => environment[name] ?? 'local';
  return {
    repository: value('GITHUB_REPOSITORY'),
    runId: value('GITHUB_RUN_ID'),
    attempt: environment['GITHUB_RUN_ATTEMPT'] ?? '1',
    actor: environment['GITHUB_TRIGGERING_ACTOR'] ?? value('GITHUB_ACTOR'),
    requesters: requestersIn(environment),
    sha: value('GITHUB_SHA'),
    workflowRef: value('GITHUB_WORKFLOW_REF'),
  };
}

/** The run as its pages are found; undefined outside of one (actions-runtime §4). */
export function readPageRun(environment: Environment): PageRun | undefined {
  if (environment['GITHUB_RUN_ID'] === undefined) return undefined;
  const { repository, runId, attempt, actor, sha } = readRun(environment);
  const server = environment['GITHUB_SERVER_URL'];
  const runNumber = environment['GITHUB_RUN_NUMBER'];
  const tool = environment['GITHUB_ACTION_REPOSITORY'] ?? '';
  const ref = environment['GITHUB_ACTION_REF'] ?? '';
  return {
    repository,
    runId,
    attempt,
    actor,
    sha,
    ...(server === undefined ? {} : { server }),
    ...(runNumber === undefined ? {} : { runNumber }),
    ...(tool === '' || ref === '' ? {} : { tool: { repository: tool, ref } }),
  };
}

function requestersIn(environment: Environment): string[] {
  const logins = [environment['GITHUB_ACTOR'], environment['GITHUB_TRIGGERING_ACTOR']];
  return [...new Set(logins.flatMap((login) => (login === undefined || login === '' ? [] : [login])))];
}

/** This tool, and what `uses:` named; that is empty where the action is in the checkout (actions-runtime §4). */
export function readTool(environment: Environment): ReportTool {
  const ref = environment['GITHUB_ACTION_REF'] ?? '';
  return ref === '' ? PRODUCT : { ...PRODUCT, ref };
}

/**
 * The text of an input as the runner passes it. It is empty for one that is given and empty, and also for one that is
 * left out and has no default in `action.yml` (actions/runner `ActionManifestManager.cs`).
 */
export function readInput(environment: Environment, name: string): string | undefined {
  return environment[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`]?.trim();
}

/** Addresses in place of the clouds' own, by the variables that the clouds' own tools read. */
export function storageEndpoints(environment: Environment): StorageEndpoints {
  return {
    s3: environment['AWS_ENDPOINT_URL_S3'],
    azure: environment['AZURE_STORAGE_SERVICE_ENDPOINT'],
    google: environment['STORAGE_EMULATOR_HOST'],
  };
}
