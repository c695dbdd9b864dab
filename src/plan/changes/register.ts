import * as z from 'zod';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import { show } from '../../domain/printable.ts';
import type { ChangeKind } from '../change-kind.ts';
import { fullName } from '../schema.ts';

/** A version registered from what is none of this registry: a run, a logged model, another registry, a folder. */
export interface RegisterChange {
  readonly kind: 'register';
  /** As people name it: `runs:/<id>/model`, `models:/m-<id>`, `models:/name/3` or the path of a folder. */
  readonly source: string;
  readonly destination: FullName;
}

/** How reports hold it. */
export const registerSchema = z.object({
  kind: z.literal('register'),
  source: z.string(),
  destination: fullName,
});

/** `register runs:/0a1b…/model → staging.ml_team.fraud_detection` */
export const registerKind: ChangeKind<RegisterChange> = {
  format: ({ source, destination }) => `register ${show(source, 120)} → ${formatFullName(destination)}`,
  subject: ({ destination }) => ({ kind: 'versions', name: destination }),
  versionIn: () => undefined,
  withCopy: (change) => change,
};
