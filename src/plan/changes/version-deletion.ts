import * as z from 'zod';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import type { BasisFact, Resting } from '../basis.ts';
import type { ChangeKind } from '../change-kind.ts';
import { fullName, madeVersion, modelName, version } from '../schema.ts';

/** Why a version is deleted: the rule that it falls under, or that a copy of ours left it unfinished. */
export const DELETION_REASONS = ['leftover', 'rejected', 'abandoned', 'pending', 'failed', 'old'] as const;

/** One entry of {@link DELETION_REASONS}. */
export type DeletionReason = (typeof DELETION_REASONS)[number];

/** A version deleted, with its files; `from` is its state as it was read. */
export interface DeleteVersionChange extends Resting {
  readonly kind: 'delete-version';
  readonly name: FullName;
  readonly version: number;
  readonly why: DeletionReason;
  readonly from: string;
  readonly to: null;
}

/** Whether the deletion of one of several versions rests on a fact: not on what another one is that goes too. */
export function deletionRestsOn({ version: number }: DeleteVersionChange, fact: BasisFact): boolean {
  return (fact.kind !== 'version' && fact.kind !== 'served') || fact.version === number;
}

/** How reports hold it. */
export const deleteVersionSchema = z.object({
  kind: z.literal('delete-version'),
  name: fullName,
  version,
  why: z.enum(DELETION_REASONS),
  from: z.string(),
  to: z.null(),
});

/** How plan files hold it: what a copy of ours left is deleted by a copy alone. */
export const plannedDeletionSchema = deleteVersionSchema.extend({
  name: modelName,
  version: madeVersion,
  why: z.enum(DELETION_REASONS).exclude(['leftover']),
  from: z.string().min(1),
});

const WORDS: Readonly<Record<DeletionReason, string>> = {
  leftover: 'an earlier run left it unfinished',
  rejected: 'it was rejected',
  abandoned: 'a copy was never finished',
  pending: 'its registration never ended',
  failed: 'its registration failed',
  old: 'it is older than the rule',
};

/** Why a version goes, as a clause. */
export function deletionWords(why: DeletionReason): string {
  return WORDS[why];
}

/** `delete version 7 of prod.ml_team.fraud_detection (it was rejected)`, or `delete unfinished version 7 of …`. */
export const deleteVersionKind: ChangeKind<DeleteVersionChange> = {
  format({ name, version: number, why }) {
    const of = `version ${number} of ${formatFullName(name)}`;
    return why === 'leftover' ? `delete unfinished ${of}` : `delete ${of} (${WORDS[why]})`;
  },
  subject: ({ name, version: number }) => ({ kind: 'version', name, version: number }),
  versionIn: () => undefined,
  withCopy: (change) => change,
};
