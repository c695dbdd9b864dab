import * as z from 'zod';
import { CHECK_MODES } from '../domain/decision.ts';
import { OUTCOMES } from '../domain/outcome.ts';
import { CHANGE_STATES, changeSchema } from '../plan/change.ts';
import { effectSchema } from '../plan/effect.ts';
import { evidenceSchema } from '../plan/evidence.ts';
import { findingSchema } from './finding.ts';
import { CHECK_RESULTS, type SummaryDocument } from './document.ts';

/** Version of the report's shape; a reader refuses a greater one. */
export const REPORT_SCHEMA_VERSION = 1;

const text = z.string();
const time = z.iso.datetime({ offset: true });
const block = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('paragraph'), text }),
  z.object({
    kind: z.literal('table'),
    columns: z.array(text),
    rows: z.array(z.array(text)),
    signs: z.exactOptional(z.array(z.enum(CHECK_RESULTS))),
    align: z.exactOptional(z.array(z.enum(['left', 'right']))),
  }),
  z.object({
    kind: z.literal('code'),
    language: z.enum(['sql', 'shell', 'json', 'python', 'yaml', 'text']),
    text,
  }),
  z.object({ kind: z.literal('list'), items: z.array(text) }),
  z.object({
    kind: z.literal('diff'),
    rows: z.array(
      z.object({
        sign: z.enum(['+', '-', ' ']),
        name: text,
        type: text,
        remark: z.exactOptional(text),
      }),
    ),
  }),
  z.object({ kind: z.literal('pairs'), rows: z.array(z.object({ name: text, value: text })) }),
]);

const run = z.object({
  /** `owner/name`; of another system than GitHub with the name of its server before it. */
  repository: text,
  runId: text,
  attempt: text,
  /** Who started the attempt. */
  actor: text,
  sha: text,
  /** `owner/name/.github/workflows/file.yml@ref`, or what another system calls its pipeline. */
  workflowRef: text,
});

const tool = z.object({
  name: text,
  version: text,
  /** What `uses:` named: a tag, a branch or a commit. Absent where the action is in the repository itself. */
  ref: z.exactOptional(text),
});

const error = z.object({
  code: text,
  message: text,
  fix: z.exactOptional(text),
  serverCode: z.exactOptional(text),
  httpStatus: z.exactOptional(z.int()),
  requestId: z.exactOptional(text),
});

/**
 * The report file of an action: what it decided, on what, and what it did; fit to be kept as evidence. Times are ISO
 * 8601 in UTC. Neither a host nor a secret is in it. Texts are verbatim, not escaped. Fields that are not here are left
 * out when a report is built, and to be ignored by who reads one of a later 1.x.
 */
export const reportSchema = z.object({
  schemaVersion: z.literal(REPORT_SCHEMA_VERSION),
  action: text,
  outcome: z.enum(OUTCOMES),
  verdict: text,
  dryRun: z.boolean(),
  checksOff: z.array(text),
  changed: z.boolean(),
  wouldChange: z.boolean(),
  startedAt: time,
  finishedAt: time,
  run: run.nullable(),
  /** What made this report. */
  tool,
  /** Kind of registry that was worked with; null when the run ended before it was known. */
  registry: text.nullable(),
  /** Who acted, as grants name it; null where the registry was not asked. */
  principal: text.nullable(),
  /** Number of the workspace that responded, where it stated it. */
  workspaceId: z.exactOptional(text),
  inputs: z.record(text, text),
  checks: z.array(
    z.object({
      name: text,
      mode: z.enum(CHECK_MODES),
      decision: z.object({ allowed: z.boolean(), findings: z.array(findingSchema) }).nullable(),
      passed: text,
      notApplicable: z.exactOptional(text),
    }),
  ),
  changes: z.array(z.object({ change: changeSchema, state: z.enum(CHANGE_STATES) })),
  /** What the changes set off beside themselves. */
  effects: z.exactOptional(z.array(effectSchema)),
  /** What was seen of the version that is made live. */
  evidence: z.exactOptional(z.array(evidenceSchema)),
  facts: z.array(z.object({ label: text, value: text, note: z.exactOptional(text) })),
  todo: z.array(block),
  undo: z.array(block),
  sections: z.array(z.object({ title: text, folded: z.boolean(), blocks: z.array(block) })),
  outputs: z.record(text, text),
  error: z.exactOptional(error),
});

/** A report, as {@link reportSchema} reads it. */
export type Report = z.infer<typeof reportSchema>;

/** The run of the workflow that made a report; null outside of one. */
export type ReportRun = z.infer<typeof run>;

/** The version of this tool that made a report. */
export type ReportTool = z.infer<typeof tool>;

/** An error as a report carries it. */
export type ReportError = z.infer<typeof error>;

/** What a report says beside the document that people read. */
export interface ReportContext {
  readonly changed: boolean;
  readonly wouldChange: boolean;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly run: ReportRun | null;
  readonly tool: ReportTool;
  readonly registry: string | null;
  readonly principal: string | null;
  readonly workspaceId?: string;
  /** Inputs by name; those that name a host or a secret are left out here once more. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly error?: ReportError;
}

/** Inputs that never reach a report: many repositories keep the host as a secret. */
const WITHHELD = /(?:^|-)(?:host|token|secret|password|key|credentials?|certificate)(?:-|$)/iu;

/** Inputs that {@link WITHHELD} would take by their name alone. */
const KEPT = new Set(['status-key']);

function withoutSecrets(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).filter(([name]) => KEPT.has(name) || !WITHHELD.test(name)),
  );
}

/** The report of a document; throws a `ZodError` when the result does not have the published shape. */
export function buildReport(document: SummaryDocument, context: ReportContext): Report {
  const { startedAt, finishedAt, inputs, ...rest } = context;
  const report = {
    schemaVersion: REPORT_SCHEMA_VERSION,
    ...document,
    ...rest,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    inputs: withoutSecrets(inputs),
  };
  // Parsed once in a process: to compile the schema first would take longer.
  return reportSchema.parse(report, { jitless: true });
}
