import * as z from 'zod';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import type { ChangeKind } from '../change-kind.ts';
import { fullName, version } from '../schema.ts';

/** A version copied, with all that belongs to it. */
export interface CopyChange {
  readonly kind: 'copy';
  readonly source: { readonly name: FullName; readonly version: number };
  readonly destination: FullName;
}

/** How reports hold it. */
export const copySchema = z.object({
  kind: z.literal('copy'),
  source: z.object({ name: fullName, version }),
  destination: fullName,
});

/** `copy models:/staging.ml_team.fraud_detection/5 → prod.ml_team.fraud_detection` */
export const copyKind: ChangeKind<CopyChange> = {
  format: ({ source, destination }) =>
    `copy ${formatModelUri(source.name, source.version)} → ${formatFullName(destination)}`,
  subject: ({ destination }) => ({ kind: 'versions', name: destination }),
  versionIn: () => undefined,
  withCopy: (change) => change,
};
