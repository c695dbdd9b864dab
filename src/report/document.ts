import type { Outcome } from '../domain/outcome.ts';
import type { ChangeState, PlannedChange } from '../plan/change.ts';
import type { Check } from '../plan/check.ts';
import type { Effect } from '../plan/effect.ts';
import type { Evidence } from '../plan/evidence.ts';

/** A paragraph of plain text. */
export interface Paragraph {
  readonly kind: 'paragraph';
  readonly text: string;
}

/** Rows under column heads; a row shorter than the heads is filled with empty cells. */
export interface Table {
  readonly kind: 'table';
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** One entry a column; `left` where absent. */
  readonly align?: readonly ('left' | 'right')[];
}

/** Text to be copied as it stands: a statement, a command, a request body. */
export interface CodeBlock {
  readonly kind: 'code';
  readonly language: 'sql' | 'shell' | 'json' | 'python' | 'yaml' | 'text';
  readonly text: string;
}

/** Points, one line of plain text each. */
export interface List {
  readonly kind: 'list';
  readonly items: readonly string[];
}

/** A piece of a summary. */
export type Block = Paragraph | Table | CodeBlock | List;

/** A titled part of a summary; `folded` shows the title only, until it is opened. */
export interface Section {
  readonly title: string;
  readonly folded: boolean;
  readonly blocks: readonly Block[];
}

/** Something that was read, such as `Version` `8`; `note` says where from or what it means. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
}

/** A change and what became of it. */
export interface ReportedChange {
  readonly change: PlannedChange;
  readonly state: ChangeState;
}

/**
 * What an action hands over to be read by people, as plain data. Every text may come from anywhere: each renderer
 * escapes all of it, so that callers never write Markdown or HTML.
 */
export interface SummaryDocument {
  /** The action's name, such as `set-alias`. */
  readonly action: string;
  readonly outcome: Outcome;
  /** One sentence without a final period: `prod.ml_team.fraud_detection@Champion 6 → 8`. */
  readonly verdict: string;
  /** Said in the verdict line; the changes are then `planned`. */
  readonly dryRun: boolean;
  /** Names of the checks that were off; they stand in the verdict line. */
  readonly checksOff: readonly string[];
  readonly facts: readonly Fact[];
  readonly changes: readonly ReportedChange[];
  readonly checks: readonly Check[];
  /** What the changes set off beside themselves. */
  readonly effects: readonly Effect[];
  /** What was seen of the version that is made live. */
  readonly evidence: readonly Evidence[];
  /** What to do: sentences, then statements and commands. Empty for the default sentence of the outcome. */
  readonly todo: readonly Block[];
  /** How to undo what was done; empty when there is nothing to undo. */
  readonly undo: readonly Block[];
  /** Detail, after everything else. */
  readonly sections: readonly Section[];
}

/** A paragraph block. */
export function paragraph(text: string): Paragraph {
  return { kind: 'paragraph', text };
}

/** A code block. */
export function code(language: CodeBlock['language'], text: string): CodeBlock {
  return { kind: 'code', language, text };
}

/** A list block. */
export function list(items: readonly string[]): List {
  return { kind: 'list', items };
}

/** A table block; `align` has one entry a column. */
export function table(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  align?: Table['align'],
): Table {
  return align === undefined ? { kind: 'table', columns, rows } : { kind: 'table', columns, rows, align };
}
