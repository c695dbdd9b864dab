import type { WorkspaceSwitchName } from '../../emulator/workspace/switches.ts';
import type { Row } from '../row.ts';
import { jobFacts, jobSights } from './jobs.ts';
import { switchRow, type Sight } from './kinds.ts';
import { servingFacts, servingSights } from './serving.ts';

const WRITES_ENDPOINT = 'it would take an update of an endpoint, which costs compute and minutes';
const STARTS_RUN = 'it would take a run, which costs compute and acts as somebody';
const OF_AUDIT_LOG = 'the rows of the audit log show it, which ask by --warehouse';

/** How each switch of the workspace is seen from outside, or why the suite does not ask: a new switch needs an entry here. */
export const workspaceSights: Readonly<Record<WorkspaceSwitchName, Sight | { readonly unasked: string }>> = {
  ...jobSights,
  ...servingSights,
  jobUndefinedParameter: { unasked: STARTS_RUN },
  runIdempotency: { unasked: STARTS_RUN },
  runCancel: { unasked: STARTS_RUN },
  cancelOfFinal: { unasked: STARTS_RUN },
  serverlessJobs: { unasked: STARTS_RUN },
  runLogs: { unasked: 'it would take what runs of others have printed' },
  runOutputOfParent: { unasked: 'it would take what runs of others have printed' },
  taskRepeats: { unasked: 'it would take a run of which a task was tried again' },
  runIdsLarge: { unasked: 'ids are kept as text, whatever their size' },
  servingConflict: { unasked: WRITES_ENDPOINT },
  servingReadBackLag: { unasked: WRITES_ENDPOINT },
  servingNoChange: { unasked: WRITES_ENDPOINT },
  servingReadOnlyFields: { unasked: WRITES_ENDPOINT },
  servingBurstEchoed: { unasked: WRITES_ENDPOINT },
  servingPlaintextSecrets: { unasked: WRITES_ENDPOINT },
  servingMaxEntities: { unasked: WRITES_ENDPOINT },
  servingAutoCaptureOmitted: { unasked: WRITES_ENDPOINT },
  servingNeverReady: { unasked: WRITES_ENDPOINT },
  servingDeletedVersion: { unasked: WRITES_ENDPOINT },
  warehouseStart: { unasked: 'how long a warehouse takes to start is nothing that is assumed' },
  statementChunks: { unasked: 'both are read, whatever a result comes in' },
  auditHidden: { unasked: OF_AUDIT_LOG },
  auditLag: { unasked: OF_AUDIT_LOG },
  auditKeys: { unasked: OF_AUDIT_LOG },
  auditFields: { unasked: OF_AUDIT_LOG },
  auditRefusals: { unasked: OF_AUDIT_LOG },
  artifactRoute: {
    unasked: 'it would take a run with artifacts, and either route is taken where it is open',
  },
};

/** The rows of the switches of the workspace that the suite asks about. */
export const workspaceRows: readonly Row[] = Object.entries(workspaceSights).flatMap(([name, sight]) =>
  'unasked' in sight ? [] : [switchRow(name as WorkspaceSwitchName, sight)],
);

/** Facts about jobs and serving endpoints. */
export const workspaceFacts: readonly Row[] = [...jobFacts, ...servingFacts];
