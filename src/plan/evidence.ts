import * as z from 'zod';
import type { SignatureFacts } from '../domain/model-signature.ts';

/** What evidence means for the decision. */
export type EvidenceResult = 'passed' | 'warned' | 'refused';

/** What a version declares, by numbers; null for a part that it does not declare, or that cannot be read. */
export interface SignatureCounts {
  readonly state: SignatureFacts['state'];
  readonly inputs: number | null;
  readonly outputs: number | null;
  readonly params: number | null;
}

/** What a version declares. */
export interface SignatureEvidence extends SignatureCounts {
  readonly kind: 'signature';
  /** `models:/<name>/<number>`. */
  readonly of: string;
  /** Absent where it was not judged. */
  readonly result?: EvidenceResult;
}

/** The signature beside another version's; null where the two could not be compared. */
export interface ComparisonEvidence {
  readonly kind: 'comparison';
  /** `models:/<name>/<number>` that it was compared with, or the alias that names nothing yet. */
  readonly with: string;
  readonly result: EvidenceResult;
  /** What the two declare; null for one that is not there or was not read. */
  readonly compared: SignatureCounts | null;
  readonly judged: SignatureCounts;
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

/** A tag that says where a version stands, and that nothing required. */
export interface TagEvidence {
  readonly kind: 'tag';
  readonly of: string;
  readonly key: string;
  readonly value: string;
}

/** The files that a copy will have: those of its source. */
export interface FilesEvidence {
  readonly kind: 'files';
  readonly of: string;
  readonly files: number;
  readonly bytes: number;
}

/** The bytes of a copy, by their digest; `all` where source and copy were read whole. */
export interface ContentEvidence {
  readonly kind: 'content';
  readonly of: string;
  /** What it is a copy of. */
  readonly source: string;
  readonly files: number;
  readonly bytes: number;
  readonly digest: string;
  readonly compared: 'all' | 'some';
  /** A run of the workspace compared it, not this run; absent where this one did. */
  readonly reported?: true;
}

/** What runs on compute of the workspace to judge a version, and what its run said. */
export interface JobEvidence {
  /** Of the job that the run is of; null for a script that has not run. */
  readonly id: string | null;
  /** Name of the saved job, or path of the script. */
  readonly name: string;
  /** A script that was run once; absent for a saved job. */
  readonly script?: { readonly sha256: string; readonly compute: string };
  /** Whom its runs act as; null where that is not shown. */
  readonly runsAs: string | null;
  /** Null before it is started. */
  readonly run: string | null;
  /** What its tasks reported, as JSON; long texts are cut. */
  readonly results: readonly { readonly task: string; readonly said: string }[];
}

/**
 * A command or a job that judged the version; how it ended and the `milliseconds` that it took, null where it gave no
 * verdict.
 */
export interface ValidationEvidence {
  readonly kind: 'validation';
  readonly command?: string;
  readonly job?: JobEvidence;
  readonly result: 'not-run' | 'passed' | 'refused';
  readonly ending: string | null;
  readonly milliseconds: number | null;
}

/** A metric that was required, beside that of the current version; null where there is none. */
export interface MetricEvidence {
  readonly kind: 'metric';
  readonly of: string;
  /** The line that required it. */
  readonly key: string;
  readonly metric: string;
  /** A text where it is no finite number. */
  readonly value: number | string | null;
  /** Digest of the dataset that it was measured on. */
  readonly dataset: string | null;
  /** `models:/<name>/<number>` of the current version. */
  readonly with: string | null;
  readonly current: number | string | null;
  readonly result: 'passed' | 'refused' | 'incomparable';
}

/** A metric of two versions; null for what a version does not have. */
export interface ShownMetric {
  readonly metric: string;
  /** A text where it is no finite number. */
  readonly value: number | string | null;
  /** Digest of the dataset that it was measured on. */
  readonly dataset: string | null;
  readonly current: number | string | null;
  readonly currentDataset: string | null;
}

/** Metrics of a version beside those of the current one, which nothing required; the first ones where there are many. */
export interface MetricsEvidence {
  readonly kind: 'metrics';
  readonly of: string;
  /** `models:/<name>/<number>` of the current version. */
  readonly with: string | null;
  readonly metrics: readonly ShownMetric[];
  /** How many more there are. */
  readonly more: number;
  /** Why those of the version were not read. */
  readonly unread: string | null;
  /** Why those of the current one were not read. */
  readonly currentUnread: string | null;
}

/** What was seen of the version that a plan makes live, for those who decide on it. */
export type Evidence =
  | SignatureEvidence
  | ComparisonEvidence
  | StatusEvidence
  | TagEvidence
  | FilesEvidence
  | ContentEvidence
  | MetricEvidence
  | MetricsEvidence
  | ValidationEvidence;

const count = z.int().nonnegative();
const text = z.string();
const measured = z.union([z.number(), z.string()]).nullable();
const result = z.exactOptional(z.enum(['passed', 'warned', 'refused']));
const signatureState = z.enum(['declared', 'absent', 'missing-file', 'unreadable']);
const parts = { inputs: count.nullable(), outputs: count.nullable() };
const counts = z.object({ state: signatureState, ...parts, params: count.nullable() });

/** How reports and plan files hold evidence; what may be absent is absent in older reports. */
export const evidenceSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('signature'),
    of: text,
    ...parts,
    state: z.exactOptional(signatureState),
    params: z.exactOptional(count.nullable()),
    result,
  }),
  z.object({
    kind: z.literal('comparison'),
    with: text,
    changes: z.object({ breaking: count, warning: count, compatible: count }).nullable(),
    result,
    compared: z.exactOptional(counts.nullable()),
    judged: z.exactOptional(counts),
  }),
  z.object({ kind: z.literal('status'), of: text, key: text, required: text, found: text.nullable() }),
  z.object({ kind: z.literal('tag'), of: text, key: text, value: text }),
  z.object({ kind: z.literal('files'), of: text, files: count, bytes: count }),
  z.object({
    kind: z.literal('content'),
    of: text,
    digest: text,
    compared: z.enum(['all', 'some']),
    reported: z.exactOptional(z.literal(true)),
    source: z.exactOptional(text),
    files: z.exactOptional(count),
    bytes: z.exactOptional(count),
  }),
  z.object({
    kind: z.literal('metric'),
    of: text,
    key: text,
    metric: text,
    value: measured,
    dataset: text.nullable(),
    with: text.nullable(),
    current: measured,
    result: z.enum(['passed', 'refused', 'incomparable']),
  }),
  z.object({
    kind: z.literal('metrics'),
    of: text,
    with: text.nullable(),
    metrics: z.array(
      z.object({
        metric: text,
        value: measured,
        dataset: text.nullable(),
        current: measured,
        currentDataset: text.nullable(),
      }),
    ),
    more: count,
    unread: text.nullable(),
    currentUnread: text.nullable(),
  }),
  z.object({
    kind: z.literal('validation'),
    command: z.exactOptional(text),
    job: z.exactOptional(
      z.object({
        id: text.nullable(),
        name: text,
        script: z.exactOptional(z.object({ sha256: text, compute: text })),
        runsAs: text.nullable(),
        run: text.nullable(),
        results: z.array(z.object({ task: text, said: text })),
      }),
    ),
    result: z.enum(['not-run', 'passed', 'refused']),
    ending: z.exactOptional(text.nullable()),
    milliseconds: count.nullable(),
  }),
]);

/** What a version declares, by numbers. */
export function signatureCounts(facts: SignatureFacts): SignatureCounts {
  const { state } = facts;
  if (state !== 'declared') return { state, inputs: null, outputs: null, params: null };
  const { inputs, outputs, params } = facts.signature;
  return {
    state,
    inputs: inputs?.length ?? null,
    outputs: outputs?.length ?? null,
    params: params?.length ?? null,
  };
}

/** Whether both are about the same, so that the later one takes the place of the earlier. */
export function isSameSubject(a: Evidence, b: Evidence): boolean {
  if (a.kind !== b.kind) return false;
  if ('key' in a && 'key' in b && a.key !== b.key) return false;
  return 'of' in a && 'of' in b ? a.of === b.of : true;
}
