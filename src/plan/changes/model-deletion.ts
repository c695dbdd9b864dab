import * as z from 'zod';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import type { Resting } from '../basis.ts';
import type { ChangeKind } from '../change-kind.ts';
import { fullName } from '../schema.ts';

/** A registered model without versions deleted; `from` is its state as it was read. */
export interface DeleteModelChange extends Resting {
  readonly kind: 'delete-model';
  readonly name: FullName;
  readonly from: string;
  readonly to: null;
}

/** How reports hold it. */
export const deleteModelSchema = z.object({
  kind: z.literal('delete-model'),
  name: fullName,
  from: z.string(),
  to: z.null(),
});

/** `delete model prod.ml_team.fraud_detection (no versions)` */
export const deleteModelKind: ChangeKind<DeleteModelChange> = {
  format: ({ name }) => `delete model ${formatFullName(name)} (no versions)`,
  subject: ({ name }) => ({ kind: 'model', name }),
  versionIn: () => undefined,
  withCopy: (change) => change,
};
