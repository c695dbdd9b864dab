import * as z from 'zod';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import type { ChangeKind } from '../change-kind.ts';
import { fullName } from '../schema.ts';

/** A registered model created; `owner` is set right after, where given. */
export interface CreateModelChange {
  readonly kind: 'create-model';
  readonly name: FullName;
  readonly owner?: string;
}

/** How reports hold it. */
export const createModelSchema = z.object({
  kind: z.literal('create-model'),
  name: fullName,
  owner: z.exactOptional(z.string()),
});

/** `create model prod.ml_team.fraud_detection, owner ml-promoters` */
export const createModelKind: ChangeKind<CreateModelChange> = {
  format({ name, owner }) {
    return `create model ${formatFullName(name)}${owner === undefined ? '' : `, owner ${owner}`}`;
  },
  subject: ({ name }) => ({ kind: 'model', name }),
  versionIn: () => undefined,
  withCopy: (change) => change,
};
