import * as z from 'zod';
import type { VersionRef } from '../../domain/change-target.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import { show } from '../../domain/printable.ts';
import type { Resting } from '../basis.ts';
import type { ChangeKind } from '../change-kind.ts';
import { fullName, version, versionRef } from '../schema.ts';

/** A version of the model that an endpoint serves, and its share of the endpoint's requests. */
export interface ServedShare<V extends VersionRef = number> {
  readonly version: V;
  readonly percent: number;
}

/** What may be put back where the update of an endpoint fails; the other endpoints are those of the same plan. */
export const PUT_BACK = ['nothing', 'endpoints', 'alias-and-endpoints'] as const;

/** How an endpoint is updated. */
export interface ServingRules {
  /** What is done while another update of it runs. */
  readonly whenUpdating: 'wait' | 'refuse';
  /** For the whole of the update, and what it waits for before. */
  readonly timeoutMs: number;
  /** What is put back if it fails. */
  readonly putsBack: (typeof PUT_BACK)[number];
}

/** What an endpoint serves of one model, changed; everything else of the endpoint stays. */
export interface ServingChange<V extends VersionRef = number> extends Resting {
  readonly kind: 'serving';
  readonly name: FullName;
  readonly endpoint: string;
  /** The version that it is set to. */
  readonly version: V;
  /** The alias that has to name this version right before; absent for a return. */
  readonly alias?: string;
  /** Whether the former version stays deployed, without requests. */
  readonly keepsPrevious: boolean;
  readonly from: readonly ServedShare[];
  readonly to: readonly ServedShare<V | number>[];
  /** Digest of the whole config that it was decided on; absent for a return, which rests on nothing else. */
  readonly config?: string;
  readonly rules: ServingRules;
}

const percent = z.int().min(0).max(100);

/** How reports hold it. */
export const servingSchema = z.object({
  kind: z.literal('serving'),
  name: fullName,
  endpoint: z.string(),
  version: versionRef,
  alias: z.exactOptional(z.string()),
  keepsPrevious: z.boolean(),
  from: z.array(z.object({ version, percent })).readonly(),
  to: z.array(z.object({ version: versionRef, percent })).readonly(),
  config: z.exactOptional(z.string()),
  rules: z.object({
    whenUpdating: z.enum(['wait', 'refuse']),
    timeoutMs: z.int().positive(),
    putsBack: z.enum(PUT_BACK),
  }),
});

/** `endpoint fraud-rt of prod.ml_team.fraud_detection: 6 → 8`, with shares where there are several. */
export const servingKind: ChangeKind<ServingChange<VersionRef>, ServingChange> = {
  format: ({ name, endpoint, from, to }) =>
    `endpoint ${show(endpoint, 80)} of ${formatFullName(name)}: ${sharesText(from)} → ${sharesText(to)}`,
  subject: ({ name, endpoint }) => ({ kind: 'endpoint', name, endpoint }),
  versionIn: ({ version: number }) => number,
  withCopy: (change, copy) => ({
    ...change,
    version: numbered(change.version, copy),
    to: change.to.map((share) => ({ ...share, version: numbered(share.version, copy) })),
  }),
};

function numbered(ref: VersionRef, copy: number): number {
  return ref === 'copy' ? copy : ref;
}

/** `6`, or `8 at 100 %, 6 at 0 %`. */
export function sharesText(shares: readonly ServedShare<VersionRef>[]): string {
  const [only, ...more] = shares;
  const text = (ref: VersionRef) => (ref === 'copy' ? 'the copy' : String(ref));
  if (only === undefined) return '(none)';
  if (more.length === 0 && only.percent === 100) return text(only.version);
  return shares.map((share) => `${text(share.version)} at ${share.percent} %`).join(', ');
}
