import type { SwitchSpec } from '../switch-spec.ts';

const onOff = [false, true] as const;

/** Switches of the workspace's jobs, files and serving, as `switchTable` has those of its registry. */
export const workspaceSwitchTable = {
  jobMissing: {
    values: ['400-invalid-parameter', '404'],
    default: '400-invalid-parameter',
    about: 'response for a job or run that does not exist',
  },
  jobHidden: {
    values: ['403', '404'],
    default: '403',
    about: 'response for a job that exists but that the caller may not view',
  },
  jobUndefinedParameter: {
    values: ['refused', 'ignored'],
    default: 'refused',
    about: 'run-now with a parameter that the job does not define',
  },
  runStateFields: {
    values: ['both', 'status-only', 'state-only'],
    default: 'both',
    about: 'which views of a run are returned: the newer status, the older state',
  },
  runIdempotency: {
    values: ['any-run', 'active-runs'],
    default: 'any-run',
    about: 'an idempotency token finds any run, or only one that is active',
  },
  runCancel: {
    values: ['slow', 'at-once'],
    default: 'slow',
    about: 'whether a cancelled run is seen as TERMINATING before it is TERMINATED',
  },
  cancelOfFinal: {
    values: ['ok', 'refused'],
    default: 'ok',
    about: 'cancelling a run that is over',
  },
  runLogs: {
    values: ['present', 'empty', 'truncated'],
    default: 'present',
    about: 'logs of scripts that ran on serverless compute',
  },
  runOutputOfParent: {
    values: ['refused', 'single-task-ok'],
    default: 'refused',
    about: 'get-output with the id of a run instead of a task run',
  },
  runIdsLarge: { values: [true, false], default: true, about: 'ids of jobs and runs are larger than 2^53' },
  serverlessJobs: {
    values: ['on', 'off'],
    default: 'on',
    about: 'tasks with an environment_key run, or are refused with FEATURE_DISABLED',
  },
  artifactRoute: {
    values: ['files-api', 'artifact-calls', 'volume', 'own-storage'],
    default: 'files-api',
    about:
      'where artifacts of runs and logged models are had: the Files API, artifact calls alone, a volume, a store of the team',
  },
  taskRepeats: {
    values: onOff,
    default: false,
    about: 'a run lists every attempt of a task, or only the newest one',
  },
  jobsListTriggers: {
    values: ['shown', 'only-in-get'],
    default: 'shown',
    about: 'the list of jobs includes their triggers',
  },
  servingConflict: {
    values: ['409-resource-conflict', '400-invalid-state'],
    default: '409-resource-conflict',
    about: 'response to a new config while an update of the endpoint runs',
  },
  servingReadBackLag: {
    values: [0, 1],
    default: 0,
    about: 'reads right after a new config that still show the former state',
  },
  servingNoChange: {
    values: ['no-op', 'new-config-version'],
    default: 'no-op',
    about: 'a config that is already served',
  },
  servingReadOnlyFields: {
    values: ['tolerated', 'refused'],
    default: 'tolerated',
    about: 'read-only fields (state, creator) in a write',
  },
  servingBurstEchoed: { values: onOff, default: false, about: 'burst_scaling_enabled in a read' },
  servingPlaintextSecrets: {
    values: ['reference', 'absent'],
    default: 'reference',
    about: 'what a read returns for a secret of an external model that was written in plain text',
  },
  servingSizeEcho: {
    values: ['size-only', 'size-and-concurrency'],
    default: 'size-only',
    about: 'a read returns the size or the concurrency that was chosen, or both',
  },
  servingMaxEntities: { values: [15, 10], default: 15, about: 'served entities of an endpoint' },
  servingAutoCaptureOmitted: {
    values: ['kept', 'removed'],
    default: 'kept',
    about: 'auto_capture_config that a new config leaves out',
  },
  servingFailedKeepsPending: {
    values: [true, false],
    default: true,
    about: 'pending_config after an update that failed',
  },
  servingListShows: {
    values: ['viewable', 'all'],
    default: 'viewable',
    about: 'endpoints in the list: those that the caller may view, or all',
  },
  servingHidden: {
    values: ['403', '404'],
    default: '403',
    about: 'response for an endpoint that exists but that the caller may not view',
  },
  servingNeverReady: {
    values: onOff,
    default: false,
    about: 'a new endpoint stays without config: it has only pending_config',
  },
  servingDeletedVersion: {
    values: ['refused', 'allowed'],
    default: 'refused',
    about: 'deleting a version that an endpoint serves',
  },
  warehouseStart: {
    values: [0, 3],
    default: 0,
    about: 'looks for which a statement waits while a stopped warehouse starts',
  },
  statementChunks: {
    values: ['one', 'many'],
    default: 'one',
    about: 'the rows of a result come in one chunk, or two rows a chunk',
  },
  auditHidden: {
    values: ['insufficient-permissions', 'not-found'],
    default: 'insufficient-permissions',
    about: 'what a statement about the audit log says to a caller who may not read it',
  },
  auditLag: { values: [0, 15], default: 0, about: 'minutes until an event is a row of the audit log' },
  auditKeys: {
    values: ['arg-suffix', 'plain', 'none'],
    default: 'arg-suffix',
    about: "how the audit log names alias and version: as the native API, as MLflow's client, or not at all",
  },
  auditFields: {
    values: ['snake', 'camel'],
    default: 'snake',
    about: 'spelling of fields in structs of the audit log: status_code, statusCode',
  },
  auditRefusals: {
    values: ['rows', 'none'],
    default: 'rows',
    about: 'requests that were refused are rows of the audit log',
  },
} as const satisfies Record<string, SwitchSpec>;

/** Name of a switch of the workspace. */
export type WorkspaceSwitchName = keyof typeof workspaceSwitchTable;

/** Names of the switches of the workspace, in table order. */
export const workspaceSwitchNames = Object.keys(workspaceSwitchTable) as WorkspaceSwitchName[];
