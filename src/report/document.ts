import type { Finding } from '../domain/decision.ts';
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
  /** One entry a row: what its first cell begins with. */
  readonly signs?: readonly CheckResult[];
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

/** One line of a difference: what was there, what is there instead, or what is around both. */
export interface DiffRow {
  readonly sign: '+' | '-' | ' ';
  readonly name: string;
  /** Its type and whether it is required, in words. */
  readonly type: string;
  /** What the line means, beside it. */
  readonly remark?: string;
}

/** A difference, line by line, which pages draw in colours. */
export interface Diff {
  readonly kind: 'diff';
  readonly rows: readonly DiffRow[];
}

/** Names and values, a row each, without column heads. */
export interface Pairs {
  readonly kind: 'pairs';
  readonly rows: readonly { readonly name: string; readonly value: string }[];
}

/** A piece of a summary. */
export type Block = Paragraph | Table | CodeBlock | List | Diff | Pairs;

/** A link. An address that is not a plain one of http or https is not made one: then the text stands alone. */
export interface Link {
  readonly text: string;
  readonly href: string;
}

/** What the sign and the first word of a page say. */
export type PageState = Outcome | 'done' | 'planned' | 'waiting' | 'cancelled';

/** The heading of a page: what became of which object. */
export interface Headline {
  readonly state: PageState;
  /** `Champion 6 → 8`, `Champion stays 6`, `3 rights missing`. */
  readonly change: string;
  /** What it is about: the name of a model, a version, a pattern. Empty for nothing in particular. */
  readonly object: string;
}

/** What is not over, or still wrong: at most one on a page. */
export interface Alert {
  readonly kind: 'important' | 'warning';
  readonly text: string;
}

/** A finding, with the check that made it. */
export interface CheckFinding extends Finding {
  readonly check: string;
}

/** Findings that a block or a section of the page has in full, in one sentence. */
export interface ShortFindings {
  readonly check: string;
  /** A clause, without a final period. */
  readonly clause: string;
  readonly findings: readonly Finding[];
}

/** What a decision rests on: one fact, as it is of what is there now and of what would follow it. */
export interface SideBySideRow {
  readonly sign: CheckResult;
  readonly name: string;
  readonly now: string;
  readonly then: string;
}

/** Facts of two versions side by side, under a head each. */
export interface SideBySide {
  readonly now: string;
  readonly then: string;
  readonly rows: readonly SideBySideRow[];
}

/** What approvers are asked to do. */
export interface Ask {
  /** Where it is done; absent where that has no page. */
  readonly link?: Link;
  /** What is done there, a clause that ends in a colon: the text to copy follows. */
  readonly text: string;
  readonly code: string;
}

/** What a check may come to. */
export const CHECK_RESULTS = [
  'passed',
  'refused',
  'warned',
  'noted',
  'off',
  'not-applicable',
  'not-reached',
] as const;

/** What a check came to; only `passed` needs no reading. */
export type CheckResult = (typeof CHECK_RESULTS)[number];

/** Who and what is behind a page, as far as it is known. */
export interface People {
  readonly requester?: string;
  readonly trainer?: string;
  readonly approver?: string;
  /** As whom the registry was asked, and how that was signed in. */
  readonly principal?: string;
  readonly commit?: Link;
  readonly run?: Link;
  /** When it ended, in UTC. */
  readonly when: string;
}

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
  readonly headline: Headline;
  /** What is true now, in one or two sentences. */
  readonly lead: string;
  /** What approvers are asked to do. */
  readonly ask?: Ask;
  readonly alert?: Alert;
  /** Why it was refused, where that is more than the lead says. */
  readonly reasons: readonly CheckFinding[];
  /** What could break, or would be better otherwise, and did not stop it. */
  readonly risks: readonly CheckFinding[];
  readonly sideBySide?: SideBySide;
  readonly people: People;
  /** Pages to go on with: what the outcome means. */
  readonly links: readonly Link[];
  /** Pages of the workspace, where links to them are allowed: the only place of a page that names a host. */
  readonly workspacePages: readonly Link[];
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
  /** What is said where there is nothing to undo. */
  readonly noUndo: string;
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

/** A difference block. */
export function diff(rows: readonly DiffRow[]): Diff {
  return { kind: 'diff', rows };
}

/** A block of names and values. */
export function pairs(rows: Pairs['rows']): Pairs {
  return { kind: 'pairs', rows };
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
