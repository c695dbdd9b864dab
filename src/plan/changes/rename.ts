import * as z from 'zod';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import type { Resting } from '../basis.ts';
import type { ChangeKind } from '../change-kind.ts';
import { fullName } from '../schema.ts';

/** A registered model renamed within its schema: from one full name to another. */
export interface RenameChange extends Resting {
  readonly kind: 'rename-model';
  readonly name: FullName;
  readonly renamed: FullName;
  readonly from: string;
  readonly to: string;
}

/** How reports hold it. */
export const renameSchema = z.object({
  kind: z.literal('rename-model'),
  name: fullName,
  renamed: fullName,
  from: z.string(),
  to: z.string(),
});

/** `rename prod.ml_team.fraud → prod.ml_team.fraud_detection` */
export const renameKind: ChangeKind<RenameChange> = {
  format: ({ name, renamed }) => `rename ${formatFullName(name)} → ${formatFullName(renamed)}`,
  subject: ({ renamed }) => ({ kind: 'model', name: renamed }),
  versionIn: () => undefined,
  withCopy: (change) => change,
};
