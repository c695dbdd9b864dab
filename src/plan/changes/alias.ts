import * as z from 'zod';
import type { VersionRef } from '../../domain/change-target.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import type { Resting } from '../basis.ts';
import type { ChangeKind } from '../change-kind.ts';
import { fullName, version, versionRef } from '../schema.ts';
import { fromTo } from '../value-text.ts';

/** An alias set, moved (`from` a number) or deleted (`to` null). */
export interface AliasChange<V extends VersionRef = number> extends Resting {
  readonly kind: 'alias';
  readonly name: FullName;
  readonly alias: string;
  readonly from: number | null;
  readonly to: V | null;
}

/** How reports hold it. */
export const aliasSchema = z.object({
  kind: z.literal('alias'),
  name: fullName,
  alias: z.string(),
  from: version.nullable(),
  to: versionRef.nullable(),
});

/** `prod.ml_team.fraud_detection@Champion 6 → 8` */
export const aliasKind: ChangeKind<AliasChange<VersionRef>, AliasChange> = {
  format({ name, alias, from, to }) {
    return `${formatFullName(name)}@${alias} ${fromTo({ from, to: to === 'copy' ? 'the copy' : to })}`;
  },
  subject: ({ name, alias }) => ({ kind: 'alias', name, alias }),
  versionIn: ({ to }) => to ?? undefined,
  withCopy: (change, number) => ({ ...change, to: change.to === 'copy' ? number : change.to }),
};
