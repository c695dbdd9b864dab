import * as z from 'zod';
import { lookAtTarget, type ChangeTarget, type VersionRef } from '../../domain/change-target.ts';
import type { Resting } from '../basis.ts';
import type { ChangeKind } from '../change-kind.ts';
import { changeTarget } from '../schema.ts';
import { atVersion } from '../target.ts';
import { formatTarget, fromTo } from '../value-text.ts';

/** A description changed. */
export interface DescriptionChange<V extends VersionRef = number> extends Resting {
  readonly kind: 'description';
  readonly target: ChangeTarget<V>;
  readonly from: string;
  readonly to: string;
}

/** How reports hold it. */
export const descriptionSchema = z.object({
  kind: z.literal('description'),
  target: changeTarget,
  from: z.string(),
  to: z.string(),
});

/** `description of prod.ml_team.fraud_detection: (empty) → Fraud, monthly` */
export const descriptionKind: ChangeKind<DescriptionChange<VersionRef>, DescriptionChange> = {
  format: (change) => `description of ${formatTarget(change.target)}: ${fromTo(change)}`,
  subject: ({ target }) => lookAtTarget(target),
  versionIn: ({ target }) => (target.kind === 'version' ? target.version : undefined),
  withCopy: (change, version) => ({ ...change, target: atVersion(change.target, version) }),
};
