import * as z from 'zod';
import { parseCommandFile, type Spawned } from '../dist/spawn.ts';

/** A version, or the copy that was not made when the run ended. */
const version = z.union([z.int(), z.literal('copy')]);

const change = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('alias'), alias: z.string(), to: version.nullable() }),
  z.object({ kind: z.literal('record'), alias: z.string(), to: version.nullable() }),
  z.object({
    kind: z.literal('tag'),
    target: z.object({ version: version.optional() }),
    key: z.string(),
    to: z.string().nullable(),
  }),
  z.object({ kind: z.literal('description') }),
  z.object({ kind: z.literal('create-model') }),
  z.object({ kind: z.literal('owner'), to: z.string() }),
  z.object({ kind: z.literal('copy') }),
  z.object({ kind: z.literal('register') }),
  z.object({ kind: z.literal('hold'), version: z.int(), to: z.string().nullable() }),
  z.object({ kind: z.literal('delete-version'), version: z.int() }),
  z.object({ kind: z.literal('serving'), endpoint: z.string() }),
]);

const block = z.looseObject({
  kind: z.string(),
  language: z.string().optional(),
  text: z.string().optional(),
});

/** As much of the published report as is judged here, read apart from the product's own schema. */
const reportSchema = z.object({
  outcome: z.string(),
  verdict: z.string(),
  changed: z.boolean(),
  changes: z.array(z.object({ change, state: z.string() })),
  checks: z.array(z.looseObject({ name: z.string() })),
  undo: z.array(block),
  outputs: z.record(z.string(), z.string()),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

const journalSchema = z.array(z.object({ change: z.string(), state: z.string() }));

/** What a report says. */
export type SeenReport = z.infer<typeof reportSchema>;

/** A change that a report lists. */
export type SeenChange = SeenReport['changes'][number];

/** How a run ended, and what it left behind. */
export interface RunEnd {
  readonly run: string;
  /** Null when a signal ended the process. */
  readonly code: number | null;
  readonly outcome: string | undefined;
  readonly outputs: Readonly<Record<string, string>>;
  /** Undefined when there is none: the process was killed. */
  readonly report: SeenReport | undefined;
  /** What the post step is to find. */
  readonly journal: z.infer<typeof journalSchema>;
  readonly printed: string;
  readonly summary: string;
}

/** Reads what a process left behind. Throws when a file of it does not have its form. */
export function readEnd(run: string, seen: Spawned): RunEnd {
  const outputs = parseCommandFile(seen.outputFile);
  const { journal } = parseCommandFile(seen.stateFile);
  return {
    run,
    code: seen.code,
    outcome: outputs['outcome'],
    outputs,
    report: seen.reportText === '' ? undefined : reportSchema.parse(JSON.parse(seen.reportText)),
    journal: journal === undefined ? [] : journalSchema.parse(JSON.parse(journal)),
    printed: `${seen.stdout}\n${seen.stderr}`,
    summary: seen.summaryFile,
  };
}
