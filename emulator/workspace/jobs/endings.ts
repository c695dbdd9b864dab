/** Types of `status.termination_details`. */
export type EndingType = 'SUCCESS' | 'CLIENT_ERROR' | 'INTERNAL_ERROR' | 'CLOUD_FAILURE';

/** How a run or a task ended. */
export interface Ending {
  code: EndingCode;
  message: string;
  /** Result in the older view where the code does not say it. */
  result?: 'TIMEDOUT' | 'UPSTREAM_FAILED' | 'UPSTREAM_CANCELED' | 'EXCLUDED';
}

/** How a code is seen: its type, and life cycle and result in the older view. */
interface EndingView {
  readonly type: EndingType;
  readonly lifeCycle: 'TERMINATED' | 'SKIPPED' | 'INTERNAL_ERROR';
  readonly result: string;
}

const setUp = { type: 'CLIENT_ERROR', lifeCycle: 'INTERNAL_ERROR', result: 'FAILED' } as const;
const platform = { type: 'INTERNAL_ERROR', lifeCycle: 'INTERNAL_ERROR', result: 'FAILED' } as const;
const full = { type: 'CLIENT_ERROR', lifeCycle: 'SKIPPED', result: 'FAILED' } as const;

/**
 * Every code (databricks-sdk-py 0.162.0 `TerminationCodeCode`, and two that only its texts and the documentation name).
 * The codes are known; which life cycle of the older view goes with each is assumed.
 */
export const ENDINGS = {
  SUCCESS: { type: 'SUCCESS', lifeCycle: 'TERMINATED', result: 'SUCCESS' },
  SUCCESS_WITH_FAILURES: { type: 'SUCCESS', lifeCycle: 'TERMINATED', result: 'SUCCESS_WITH_FAILURES' },
  RUN_EXECUTION_ERROR: { type: 'CLIENT_ERROR', lifeCycle: 'TERMINATED', result: 'FAILED' },
  USER_CANCELED: { type: 'CLIENT_ERROR', lifeCycle: 'TERMINATED', result: 'CANCELED' },
  CANCELED: { type: 'CLIENT_ERROR', lifeCycle: 'TERMINATED', result: 'CANCELED' },
  SKIPPED: { type: 'CLIENT_ERROR', lifeCycle: 'TERMINATED', result: 'EXCLUDED' },
  DISABLED: { type: 'CLIENT_ERROR', lifeCycle: 'TERMINATED', result: 'DISABLED' },
  UNAUTHORIZED_ERROR: setUp,
  RESOURCE_NOT_FOUND: setUp,
  INVALID_RUN_CONFIGURATION: setUp,
  LIBRARY_INSTALLATION_ERROR: setUp,
  REPOSITORY_CHECKOUT_FAILED: setUp,
  INVALID_CLUSTER_REQUEST: setUp,
  FEATURE_DISABLED: setUp,
  BUDGET_POLICY_LIMIT_EXCEEDED: setUp,
  STORAGE_ACCESS_ERROR: setUp,
  WORKSPACE_RUN_LIMIT_EXCEEDED: full,
  MAX_CONCURRENT_RUNS_EXCEEDED: { ...full, result: 'MAXIMUM_CONCURRENT_RUNS_REACHED' },
  MAX_JOB_QUEUE_SIZE_EXCEEDED: full,
  CLUSTER_REQUEST_LIMIT_EXCEEDED: setUp,
  MAX_SPARK_CONTEXTS_EXCEEDED: setUp,
  INTERNAL_ERROR: platform,
  DRIVER_ERROR: platform,
  CLUSTER_ERROR: platform,
  CLOUD_FAILURE: { ...platform, type: 'CLOUD_FAILURE' },
  BREAKING_CHANGE: platform,
  CLUSTER_TERMINATED_BY_USER: setUp,
} as const satisfies Record<string, EndingView>;

/** A code of {@link ENDINGS}. */
export type EndingCode = keyof typeof ENDINGS;

/** Whether a task that ended so counts as failed for those that follow it. */
export function isFailed({ code }: Ending): boolean {
  return code !== 'SUCCESS' && code !== 'SUCCESS_WITH_FAILURES';
}

/** Whether it was ended by a person, the platform or a time limit. */
export function isCancelled({ code }: Ending): boolean {
  return code === 'USER_CANCELED' || code === 'CANCELED';
}

/** Whether the user's code ended it, which is what a task is tried again for. */
export function isTriedAgain({ code, result }: Ending, onTimeout: boolean): boolean {
  if (result === 'TIMEDOUT') return onTimeout;
  return !['SUCCESS', 'SUCCESS_WITH_FAILURES', 'USER_CANCELED', 'CANCELED', 'SKIPPED', 'DISABLED'].includes(
    code,
  );
}
