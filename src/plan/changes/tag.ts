import * as z from 'zod';
import { lookAtTarget, type ChangeTarget, type VersionRef } from '../../domain/change-target.ts';
import type { Resting } from '../basis.ts';
import type { ChangeKind } from '../change-kind.ts';
import { changeTarget } from '../schema.ts';
import { atVersion } from '../target.ts';
import { cutValue, formatTarget, fromTo } from '../value-text.ts';

/** A tag set, changed or removed (`to` null). */
export interface TagChange<V extends VersionRef = number> extends Resting {
  readonly kind: 'tag';
  readonly target: ChangeTarget<V>;
  readonly key: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** How reports hold it. */
export const tagSchema = z.object({
  kind: z.literal('tag'),
  target: changeTarget,
  key: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
});

/** `tag validation_status of version 8 of prod.ml_team.fraud_detection: (none) → approved` */
export const tagKind: ChangeKind<TagChange<VersionRef>, TagChange> = {
  format: (change) => `tag ${cutValue(change.key)} of ${formatTarget(change.target)}: ${fromTo(change)}`,
  subject: ({ target }) => lookAtTarget(target),
  versionIn: ({ target }) => (target.kind === 'version' ? target.version : undefined),
  withCopy: (change, version) => ({ ...change, target: atVersion(change.target, version) }),
};
