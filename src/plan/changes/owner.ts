import * as z from 'zod';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import type { Resting } from '../basis.ts';
import type { ChangeKind } from '../change-kind.ts';
import { fullName } from '../schema.ts';
import { fromTo } from '../value-text.ts';

/** The owner of a registered model changed: by itself, or what a run left that died right after it had created the model. */
export interface OwnerChange extends Resting {
  readonly kind: 'owner';
  readonly name: FullName;
  readonly from: string;
  readonly to: string;
}

/** How reports hold it. */
export const ownerSchema = z.object({
  kind: z.literal('owner'),
  name: fullName,
  from: z.string(),
  to: z.string(),
});

/** `owner of prod.ml_team.fraud_detection: ada@example.com → ml-promoters` */
export const ownerKind: ChangeKind<OwnerChange> = {
  format: (change) => `owner of ${formatFullName(change.name)}: ${fromTo(change)}`,
  subject: ({ name }) => ({ kind: 'model', name }),
  versionIn: () => undefined,
  withCopy: (change) => change,
};
