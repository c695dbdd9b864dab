import * as z from 'zod';
import type { Digests } from '../../domain/file-entry.ts';
import type { FullName } from '../../domain/full-name.ts';
import type { Resting } from '../basis.ts';
import type { ChangeKind } from '../change-kind.ts';
import { fullName, version } from '../schema.ts';
import { formatVersionRef, fromTo } from '../value-text.ts';

/** A hold on a model set (`to` is the reason) or lifted (`to` null): who sets it, and when, is known only at the write. */
export interface HoldChange extends Resting {
  readonly kind: 'hold';
  readonly name: FullName;
  /** The version that it names. */
  readonly version: number;
  /** Key of its tag. */
  readonly key: string;
  /** The reason as it was found; null for no hold. */
  readonly from: string | null;
  readonly to: string | null;
  /** The whole value of its tag as it was found; left out where there was no tag. */
  readonly found?: string;
  /** What is held beside the version; read right before it is written, so that nothing waits for it that goes first. */
  readonly stops?: { readonly origin?: string } & Partial<Digests>;
}

/** How reports hold it. */
export const holdSchema = z.object({
  kind: z.literal('hold'),
  name: fullName,
  version,
  key: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
});

/** `hold on version 2 of prod.ml_team.fraud_detection: (none) → incident 7` */
export const holdKind: ChangeKind<HoldChange> = {
  format: (change) => `hold on ${formatVersionRef(change.name, change.version)}: ${fromTo(change)}`,
  subject: ({ name }) => ({ kind: 'model', name }),
  versionIn: () => undefined,
  withCopy: (change) => change,
};
