import type { RunEnding } from '../../domain/job.ts';

/**
 * What an ending of a run or task says: the user's code `passed` or `failed`; or there is no verdict, since somebody or
 * something `stopped` it, its `set-up` is wrong, the workspace is `full`, or the `platform` failed.
 */
export type EndingMeaning = 'passed' | 'failed' | 'stopped' | 'set-up' | 'full' | 'platform';

/**
 * Codes of `status.termination_details` (databricks-sdk-py 0.162.0 `TerminationCodeCode`, and `BREAKING_CHANGE` and
 * `CLUSTER_TERMINATED_BY_USER` of its texts). Others may come: they are no verdict.
 */
export const MEANINGS: Readonly<Record<string, EndingMeaning>> = {
  SUCCESS: 'passed',
  // The last tasks passed although another one failed.
  SUCCESS_WITH_FAILURES: 'failed',
  RUN_EXECUTION_ERROR: 'failed',
  USER_CANCELED: 'stopped',
  CANCELED: 'stopped',
  SKIPPED: 'stopped',
  DISABLED: 'stopped',
  CLUSTER_TERMINATED_BY_USER: 'stopped',
  UNAUTHORIZED_ERROR: 'set-up',
  RESOURCE_NOT_FOUND: 'set-up',
  INVALID_RUN_CONFIGURATION: 'set-up',
  LIBRARY_INSTALLATION_ERROR: 'set-up',
  REPOSITORY_CHECKOUT_FAILED: 'set-up',
  INVALID_CLUSTER_REQUEST: 'set-up',
  FEATURE_DISABLED: 'set-up',
  BUDGET_POLICY_LIMIT_EXCEEDED: 'set-up',
  STORAGE_ACCESS_ERROR: 'set-up',
  WORKSPACE_RUN_LIMIT_EXCEEDED: 'full',
  MAX_CONCURRENT_RUNS_EXCEEDED: 'full',
  MAX_JOB_QUEUE_SIZE_EXCEEDED: 'full',
  CLUSTER_REQUEST_LIMIT_EXCEEDED: 'full',
  MAX_SPARK_CONTEXTS_EXCEEDED: 'full',
  INTERNAL_ERROR: 'platform',
  DRIVER_ERROR: 'platform',
  CLUSTER_ERROR: 'platform',
  CLOUD_FAILURE: 'platform',
  BREAKING_CHANGE: 'platform',
};

/** Results of the older view of a run that came to its end by itself (`state.result_state`). */
const OLDER: Readonly<Record<string, EndingMeaning>> = {
  SUCCESS: 'passed',
  SUCCESS_WITH_FAILURES: 'failed',
  FAILED: 'failed',
  TIMEDOUT: 'stopped',
  CANCELED: 'stopped',
  EXCLUDED: 'stopped',
  DISABLED: 'stopped',
  UPSTREAM_FAILED: 'stopped',
  UPSTREAM_CANCELED: 'stopped',
  MAXIMUM_CONCURRENT_RUNS_REACHED: 'full',
};

/** What an ending says, by the newer view where it is there; what is not known is never a pass and no verdict. */
export function meaningOf({ code, lifeCycle, result }: RunEnding): EndingMeaning {
  if (code !== undefined) return Object.hasOwn(MEANINGS, code) ? (MEANINGS[code] ?? 'platform') : 'platform';
  if (result === 'MAXIMUM_CONCURRENT_RUNS_REACHED') return 'full';
  if (lifeCycle === 'SKIPPED') return 'stopped';
  // The older view says no more of a wrong set-up or a failure of the platform.
  if (lifeCycle !== 'TERMINATED' || result === undefined) return 'platform';
  return Object.hasOwn(OLDER, result) ? (OLDER[result] ?? 'platform') : 'platform';
}

/** The word of the workspace for an ending. */
export function endingWord({ code, lifeCycle, result }: RunEnding): string {
  return code ?? result ?? lifeCycle ?? 'unknown';
}
