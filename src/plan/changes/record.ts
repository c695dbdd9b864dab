import * as z from 'zod';
import type { VersionRef } from '../../domain/change-target.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import type { Resting } from '../basis.ts';
import type { ChangeKind } from '../change-kind.ts';
import { fullName, version, versionRef } from '../schema.ts';
import { fromTo } from '../value-text.ts';

/** The record of a move of an alias, written on its model before the move; who moves it, and when, is known at the write. */
export interface RecordChange<V extends VersionRef = number> extends Resting {
  readonly kind: 'record';
  readonly name: FullName;
  readonly alias: string;
  readonly from: number | null;
  readonly to: V | null;
  /** The plan that it is a part of, and who approved that; known only when it is applied. */
  readonly approval?: MoveApproval;
}

/** What a move was approved by. */
export interface MoveApproval {
  /** The first 16 hexadecimal digits of the digest of its plan. */
  readonly plan: string;
  /** Who approved it with its code, comma-separated; absent where nobody did. */
  readonly approver?: string;
}

/** How reports hold it. */
export const recordSchema = z.object({
  kind: z.literal('record'),
  name: fullName,
  alias: z.string(),
  from: version.nullable(),
  to: versionRef.nullable(),
});

/** `record of prod.ml_team.fraud_detection@Champion 6 → 8` */
export const recordKind: ChangeKind<RecordChange<VersionRef>, RecordChange> = {
  format({ name, alias, from, to }) {
    const moved = fromTo({ from, to: to === 'copy' ? 'the copy' : to });
    return `record of ${formatFullName(name)}@${alias} ${moved}`;
  },
  subject: ({ name }) => ({ kind: 'model', name }),
  versionIn: ({ to }) => to ?? undefined,
  withCopy: (change, number) => ({ ...change, to: change.to === 'copy' ? number : change.to }),
};
