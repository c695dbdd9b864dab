import * as z from 'zod';
import type { SignatureFacts } from '../domain/model-signature.ts';

/** What a version declares; null for a part that it does not declare, or that cannot be read. */
export interface SignatureEvidence {
  readonly kind: 'signature';
  /** `models:/<name>/<number>`. */
  readonly of: string;
  readonly inputs: number | null;
  readonly outputs: number | null;
}

/** The signature beside another version's; null where the two could not be compared. */
export interface ComparisonEvidence {
  readonly kind: 'comparison';
  /** `models:/<name>/<number>` that it was compared with, or the alias that names nothing yet. */
  readonly with: string;
  readonly changes: {
    readonly breaking: number;
    readonly warning: number;
    readonly compatible: number;
  } | null;
}

/** A tag that had to have a value. */
export interface StatusEvidence {
  readonly kind: 'status';
  readonly of: string;
  readonly key: string;
  readonly required: string;
  /** What it was; null for none. */
  readonly found: string | null;
}

/** The bytes of a copy, by their digest; `all` where source and copy were read whole. */
export interface ContentEvidence {
  readonly kind: 'content';
  readonly of: string;
  readonly digest: string;
  readonly compared: 'all' | 'some';
}

/** A command that judged the copy; `milliseconds` it took, null where it was not run. */
export interface ValidationEvidence {
  readonly kind: 'validation';
  readonly command: string;
  readonly result: 'not-run' | 'passed' | 'refused';
  readonly milliseconds: number | null;
}

/** What was seen of the version that a plan makes live, for those who decide on it. */
export type Evidence =
  SignatureEvidence | ComparisonEvidence | StatusEvidence | ContentEvidence | ValidationEvidence;

const count = z.int().nonnegative();
const text = z.string();

/** How reports and plan files hold evidence. */
export const evidenceSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('signature'),
    of: text,
    inputs: count.nullable(),
    outputs: count.nullable(),
  }),
  z.object({
    kind: z.literal('comparison'),
    with: text,
    changes: z.object({ breaking: count, warning: count, compatible: count }).nullable(),
  }),
  z.object({ kind: z.literal('status'), of: text, key: text, required: text, found: text.nullable() }),
  z.object({ kind: z.literal('content'), of: text, digest: text, compared: z.enum(['all', 'some']) }),
  z.object({
    kind: z.literal('validation'),
    command: text,
    result: z.enum(['not-run', 'passed', 'refused']),
    milliseconds: count.nullable(),
  }),
]);

/** What a version, named by its URI, declares. */
export function signatureEvidence(of: string, facts: SignatureFacts): SignatureEvidence {
  const declared = facts.state === 'declared' ? facts.signature : { inputs: null, outputs: null };
  return {
    kind: 'signature',
    of,
    inputs: declared.inputs?.length ?? null,
    outputs: declared.outputs?.length ?? null,
  };
}

/** Whether both are about the same, so that the later one takes the place of the earlier. */
export function isSameSubject(a: Evidence, b: Evidence): boolean {
  if (a.kind !== b.kind) return false;
  return 'of' in a && 'of' in b ? a.of === b.of : true;
}
