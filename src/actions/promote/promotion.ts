import type { ValueWork } from '../../apply/stage.ts';
import type { VersionRef } from '../../domain/change-target.ts';
import type { Digests } from '../../domain/file-entry.ts';
import { findHoldsOf } from '../../facts/holds.ts';
import { tagValue, type ModelVersion, type Tag } from '../../domain/model.ts';
import type { VersionReading } from '../../facts/copy/reading.ts';
import type { BasisFact } from '../../plan/basis.ts';
import type { PromoteInputs, PROMOTE_OUTPUTS } from '../../inputs/promote.ts';
import { decideSource, type SourceDecision } from '../../policy/source-basis.ts';
import { decideRoom } from '../../policy/tag-room.ts';
import { decideValidated, type Validators } from '../../policy/validated.ts';
import { decideState, decideRequiredTags } from '../../policy/version.ts';
import type { ActionContext } from '../contract/context.ts';
import type { Move } from '../parts/alias/move.ts';
import type { ReadPolicy } from '../parts/policy.ts';
import type { ExpectedCopy, FinishedCopy } from '../parts/copy/plan.ts';
import type { ReadEndpoints } from '../parts/serving/endpoints.ts';
import type { ServingState } from '../parts/serving/stage.ts';

export const STATUS_OF_COPY = 'Status of the copy';

export type PromoteContext = ActionContext<PromoteInputs, typeof PROMOTE_OUTPUTS>;

/** What the alias names when the promotion begins; a change until it is moved is a conflict. */
export async function currentAlias({ inputs, destination }: PromoteContext): Promise<number | null> {
  return destination.alias(inputs.destination, inputs.alias);
}

/** The source as it is now, for what is decided right after. */
export async function readSourceAgain(
  { source: snapshot }: PromoteContext,
  source: ModelVersion,
): Promise<unknown> {
  snapshot.forget(source.name);
  return Promise.all([snapshot.version(source.name, source.version), snapshot.tagsOf(source.name)]);
}

/** Whether the source still is what was decided on, and has what was required of it. */
export async function decideSourceNow(
  context: PromoteContext,
  source: ModelVersion,
): Promise<SourceDecision> {
  const { inputs, source: snapshot } = context;
  const { name, version } = source;
  const statusKey = inputs['status-key'];
  snapshot.renew([
    { kind: 'version', name, version },
    { kind: 'extras', name },
  ]);
  const [now, tags] = await Promise.all([snapshot.version(name, version), snapshot.tagsOf(name)]);
  return decideSource({
    read: source,
    now,
    holds: now === undefined ? [] : await findHoldsOf(now, tags, { ...context, snapshot }),
    statusKey,
    required: requiredTags(statusKey, inputs['require-status']),
  });
}

export function noteSource({ record }: PromoteContext, decision: SourceDecision): void {
  record.check(
    'Source, read again',
    'fail',
    decision,
    'It has not changed since it was first read.',
    decision.refusal,
  );
}

/** A status that is required, as tags that must be there. */
export function requiredTags(key: string, status: string | undefined): Tag[] {
  return status === undefined ? [] : [{ key, value: status }];
}

/** Notes whether the copy may get a status and an alias, as it is right before each. */
export function noteCopied({ record }: PromoteContext, version: ModelVersion): void {
  record.checkAgain('Copied version', decideState(version), 'It is READY and not on hold.', 'blocked');
}

/** Notes whether there is room on the copy for what this step sets on it. */
export function noteRoom({ inputs, record, destination }: PromoteContext, tags: readonly Tag[]): void {
  const set = statusTags(inputs);
  if (set.length === 0) return;
  const decision = decideRoom({ set }, tags, destination.registry.capabilities.tags);
  record.checkAgain('Tags of the copy', decision, 'It has room for the tags to set.', 'blocked');
}

/** The status that the copy gets, as a tag. */
export function statusTags(inputs: PromoteInputs): Tag[] {
  const status = inputs['set-status'];
  return status === undefined ? [] : [{ key: inputs['status-key'], value: status }];
}

export function noteRequiredStatus(
  { inputs, record }: PromoteContext,
  { subject, tags }: { readonly subject: string; readonly tags: readonly Tag[] },
  status: string | undefined,
  name: string,
): void {
  if (status === undefined) return;
  const key = inputs['status-key'];
  record.see({ kind: 'status', of: subject, key, required: status, found: tagValue(tags, key) ?? null });
  const decision = decideRequiredTags(subject, tags, requiredTags(key, status));
  record.checkAgain(name, decision, `It is ${status}.`, 'blocked');
}

/** What may validate the copy, by the inputs. */
export function validatorsIn(inputs: PromoteInputs): Validators {
  const job = inputs['validate-job'];
  return {
    command: inputs['validate-command'],
    job: job?.kind === 'saved' ? job.named : job?.file,
    sourceStatus: inputs['require-status'],
    copyStatus: inputs['require-destination-status'],
    setStatus: inputs['set-status'],
  };
}

/** Warns of a status that nothing stands behind. */
export function noteValidated({ inputs, record }: PromoteContext): void {
  const decision = decideValidated(validatorsIn(inputs));
  if (decision !== null) record.check('Validation', 'fail', decision, '', 'blocked');
}

/** What the stages of a promotion share: the source as it was read, what the alias named then, and what became of both. */
export interface Promotion {
  readonly source: ModelVersion;
  readonly before: number | null;
  readonly reading: VersionReading;
  /** The policy that it keeps to. */
  readonly policy: ReadPolicy | undefined;
  /** The endpoints that shall get the copy, as they were read. */
  readonly endpoints: ReadEndpoints;
  /** What became of them; undefined where none is to be changed. */
  serving: ServingState | undefined;
  copy: ExpectedCopy | undefined;
  /** The move of the alias, as planned and then as it is made; empty where it names the copy already. */
  move: Move<VersionRef>;
  /** The move of the alias as it is applied, or left as a plan; undefined where none follows. */
  offered: ValueWork | undefined;
  /** Who moved the alias to what it names, as far as it is recorded. */
  history: string;
}

/** That the copy still has the files that were read when it was verified, which a change of it rests on. */
export function filesOf({ name, version }: ModelVersion, { listing }: Digests): BasisFact {
  return { kind: 'files', name, version, was: listing };
}

/** The copy that a stage works with, which the stages before it have made. */
export function madeCopy({ copy }: Promotion): FinishedCopy {
  if (copy?.result === undefined) throw new TypeError('The copy does not exist yet.');
  return copy.result;
}
