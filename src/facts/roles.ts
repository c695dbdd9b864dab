import { hasCode, messageOf } from '../domain/errors.ts';
import { cameFromVersion, type ModelReference } from '../domain/model-uri.ts';
import { tagValue } from '../domain/model.ts';
import { TAG_KEYS } from '../domain/tag-keys.ts';
import type { EnvironmentReview } from '../domain/environment-review.ts';
import type { EventSender } from '../domain/event-sender.ts';
import type { GitHub } from '../github/port.ts';
import type { DutyFacts, RoleFacts, Unseen } from '../policy/separation-of-duties/decide.ts';
import type { People } from '../policy/separation-of-duties/identity.ts';
import { approverOf, promoterOf, requesterOf, trainerOf } from '../policy/separation-of-duties/roles.ts';
import { readTrainingRun } from './copy/origin.ts';
import type { Snapshot } from './snapshot.ts';
import { requireVersion, resolveVersion, uriOf, type VersionInputs } from './version.ts';

/** The version whose trainer is looked for, and the registry that has it. */
export interface TrainedVersion {
  readonly reference: ModelReference;
  readonly snapshot: Snapshot;
  /** Who knows the run that trained it; default: the workspace that is signed in to. */
  readonly runs?: Snapshot;
  /** The inputs that name it, for errors. */
  readonly inputs: VersionInputs;
}

/** Where the roles are read. */
export interface RoleSources {
  readonly run: {
    readonly repository: string;
    readonly runId: string;
    readonly requesters: readonly string[];
    /** Who set off its event; a text is why that cannot be read. */
    readonly sender: EventSender | string | undefined;
  };
  /** Who an account of GitHub is in Databricks. */
  readonly people: People;
  /** Who is signed in, and what the workspace knows of training runs. */
  readonly snapshot: Snapshot;
  /** Undefined where no version is named. */
  readonly version: TrainedVersion | undefined;
  /** Whose approval counts, and GitHub to ask; undefined where the approver is not looked for. */
  readonly approval: { readonly environment: string; readonly github: GitHub } | undefined;
}

/** Reads who holds each role, side by side. An outage is thrown; what is refused or not there is *unseen*. */
export async function readRoleFacts(sources: RoleSources): Promise<DutyFacts> {
  const { run, snapshot, version, approval, people } = sources;
  const [trainer, approver, caller] = await Promise.all([
    version === undefined ? undefined : readTrainer(version, snapshot),
    approval === undefined ? undefined : readApprover(approval.github, approval.environment, run),
    snapshot.caller(),
  ]);
  return {
    ...(trainer === undefined ? {} : { trainer }),
    requester: requesterOf({ logins: run.requesters, ...run }, people),
    ...(approver === undefined ? {} : { approver }),
    promoter: promoterOf(caller),
  };
}

async function readTrainer(
  { reference, snapshot: from, inputs, runs }: TrainedVersion,
  snapshot: Snapshot,
): Promise<RoleFacts> {
  try {
    const number = await resolveVersion(reference, from, inputs);
    const version = await requireVersion(reference.name, number, from, inputs);
    return trainerOf({
      uri: uriOf(version),
      createdBy: version.createdBy,
      // MLflow's copies have no tag of ours, and whoever may tag can delete it; nobody can change the source.
      isCopy: cameFromVersion(version.source) || tagValue(version.tags, TAG_KEYS.origin) !== undefined,
      run: await readTrainingRun(version, runs ?? snapshot),
    });
  } catch (error) {
    if (!hasCode(error, 'permission-denied', 'not-found')) throw error;
    const reason = `the version cannot be read: ${messageOf(error)}`;
    const right = 'Grant the caller EXECUTE on the model.';
    const fix = hasCode(error, 'not-found') ? (error.details.fix ?? right) : right;
    return { identities: [], unseen: { reason, fix } };
  }
}

async function readApprover(
  github: GitHub,
  environment: string,
  run: RoleSources['run'],
): Promise<RoleFacts> {
  return approverOf(await readReviews(github, run), environment, run.runId);
}

async function readReviews(
  github: GitHub,
  { repository, runId }: RoleSources['run'],
): Promise<readonly EnvironmentReview[] | Unseen> {
  try {
    return await github.listReviews(repository, runId);
  } catch (error) {
    if (!hasCode(error, 'unauthenticated', 'permission-denied', 'not-found')) throw error;
    return {
      reason: `The approvals of run ${runId} cannot be read from GitHub: ${messageOf(error)}`,
      fix: 'Add "permissions: actions: read" to the job and "github-token: ${{ github.token }}" to the step. A GitHub Enterprise Server whose version has no such list returns 404.',
    };
  }
}
