import * as z from 'zod';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import type { ChangeKind } from '../change-kind.ts';
import { fullName, version } from '../schema.ts';

/** An unfinished version of ours deleted. */
export interface DeleteVersionChange {
  readonly kind: 'delete-version';
  readonly name: FullName;
  readonly version: number;
}

/** How reports hold it. */
export const deleteVersionSchema = z.object({ kind: z.literal('delete-version'), name: fullName, version });

/** `delete unfinished version 7 of prod.ml_team.fraud_detection` */
export const deleteVersionKind: ChangeKind<DeleteVersionChange> = {
  format: (change) => `delete unfinished version ${change.version} of ${formatFullName(change.name)}`,
  subject: ({ name, version: number }) => ({ kind: 'version', name, version: number }),
  versionIn: () => undefined,
  withCopy: (change) => change,
};
