import { hasCode, messageOf } from '../domain/errors.ts';
import { cameFromVersion, parseModelUri, type ModelReference } from '../domain/model-uri.ts';
import { tagValue, type ModelVersion } from '../domain/model.ts';
import { TAG_KEYS } from '../domain/tag-keys.ts';
import { isSameUri } from '../policy/origin.ts';
import type { DutyFacts, RoleFacts } from '../policy/separation-of-duties/decide.ts';
import type { People } from '../policy/separation-of-duties/identity.ts';
import { promoterOf, requesterOf, trainerOf, trainerOfCopy } from '../policy/separation-of-duties/roles.ts';
import type { ApprovedRun } from './approval.ts';
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
  readonly run: Pick<ApprovedRun, 'runId' | 'requesters' | 'sender'>;
  /** Who an account of GitHub is in Databricks. */
  readonly people: People;
  /** Who is signed in, and what the workspace knows of training runs. */
  readonly snapshot: Snapshot;
  /** Undefined where no version is named. */
  readonly version: TrainedVersion | undefined;
}

/** Reads who holds each role beside the approver, side by side. An outage is thrown; what is refused or not there is *unseen*. */
export async function readRoleFacts({
  run,
  snapshot,
  version,
  people,
}: RoleSources): Promise<Omit<DutyFacts, 'approver'>> {
  const [trainer, caller] = await Promise.all([
    version === undefined ? undefined : readTrainer(version, snapshot),
    snapshot.caller(),
  ]);
  return {
    ...(trainer === undefined ? {} : { trainer }),
    requester: requesterOf({ logins: run.requesters, ...run }, people),
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
    return await trainerThrough(version, { from, runs: runs ?? snapshot, left: MOST_COPIES });
  } catch (error) {
    if (!hasCode(error, 'permission-denied', 'not-found')) throw error;
    const reason = `the version cannot be read: ${messageOf(error)}`;
    const right = 'Grant the caller EXECUTE on the model.';
    const fix = hasCode(error, 'not-found') ? (error.details.fix ?? right) : right;
    return { identities: [], unseen: { reason, fix } };
  }
}

/** Copies of copies that are followed at most: dev → qa → prod are two. */
const MOST_COPIES = 5;

/** Where versions and runs are read, and how many copies are still followed. */
interface Following {
  readonly from: Snapshot;
  readonly runs: Snapshot;
  readonly left: number;
}

/** Who made a version; of a copy that does not show it, also who made what it was copied from. */
async function trainerThrough(version: ModelVersion, following: Following): Promise<RoleFacts> {
  const { from, runs, left } = following;
  const own = trainerOf({
    uri: uriOf(version),
    createdBy: version.createdBy,
    // MLflow's copies have no tag of ours, and whoever may tag can delete it; nobody can change the source.
    isCopy: cameFromVersion(version.source) || tagValue(version.tags, TAG_KEYS.origin) !== undefined,
    run: await readTrainingRun(version, runs),
  });
  if (own.unseen === undefined || left === 0) return own;
  const source = await readSource(version, from);
  if (source === undefined) return own;
  return trainerOfCopy(own, await trainerThrough(source, { ...following, left: left - 1 }), uriOf(version));
}

/**
 * The version that a copy was made of; undefined where it is not seen, or may be another one of the same name in another metastore.
 * Whoever may tag can write any mark, and nobody can change the source: both have to name it.
 */
async function readSource(version: ModelVersion, from: Snapshot): Promise<ModelVersion | undefined> {
  const mark = tagValue(version.tags, TAG_KEYS.origin);
  const { names } = from.registry.capabilities;
  if (mark === undefined || version.source === undefined || !isSameUri(mark, version.source, names))
    return undefined;
  const named = parseModelUri(mark);
  if (!named.ok || named.value.selector.kind !== 'version') return undefined;
  try {
    return await from.version(named.value.name, named.value.selector.version);
  } catch (error) {
    if (!hasCode(error, 'permission-denied', 'not-found')) throw error;
    return undefined;
  }
}
