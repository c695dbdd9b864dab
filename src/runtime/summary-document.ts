import type { Action, ActionResult } from '../actions/contract/action.ts';
import type { ActionRecord } from '../actions/contract/record.ts';
import { messageOf, type ErrorCode, type PromoteError } from '../domain/errors.ts';
import { faultText } from '../domain/input-fault.ts';
import { OUTCOME_MEANINGS } from '../domain/outcome.ts';
import {
  code,
  list,
  paragraph,
  type Ask,
  type Block,
  type Link,
  type SummaryDocument,
} from '../report/document.ts';
import { pageHead, type PageHead } from '../report/sections/page/page.ts';
import { outcomePage, pageTime, peopleOf, type PageRun } from '../report/sections/page/people.ts';
import { sideBySide } from '../report/sections/side-by-side.ts';
import type { LeftPlan } from '../report/subject.ts';
import { workspaceLinks } from '../report/sections/page/workspace.ts';
import type { RedactingRunner, Redactor } from './redactor.ts';
import { unknownBlocks } from './unknown-changes.ts';

/** How an action ended, with what it threw if it threw. */
export interface Ending extends ActionResult {
  readonly error?: PromoteError;
}

/** What is reported of a run, out of its record and its end. */
export function documentOf(
  action: Action,
  record: ActionRecord,
  { outcome, verdict, error }: Ending,
  { dryRun, runner }: { readonly dryRun: boolean; readonly runner: RedactingRunner },
): SummaryDocument {
  const { environment, clock, redactor, system } = runner;
  const changes = record.changes.map(({ change, state }) => ({
    change,
    state: state === 'planned' && !dryRun ? ('not-done' as const) : state,
  }));
  const run = system.pageRun(environment);
  const head = pageHead({
    action: action.name,
    outcome,
    verdict,
    dryRun,
    writes: action.requirements.writes,
    subject: record.subject,
    changes,
    checks: record.checks,
    inShort: record.inShort,
    effects: record.effects,
    ...(record.left === undefined ? {} : { left: record.left.changes }),
    ...(error === undefined ? {} : { error: errorOf(error) }),
  });
  const { fixes, ...shown } = head;
  const compared = sideBySide({
    heads: record.compared,
    subject: record.subject,
    evidence: record.evidence,
    changes,
  });
  const document: SummaryDocument = {
    action: action.name,
    outcome,
    verdict,
    dryRun,
    ...shown,
    ...(compared === undefined ? {} : { sideBySide: compared }),
    ...(record.left === undefined || system.name !== 'github' ? {} : { ask: askOf(record.left, run) }),
    people: peopleOf(run, new Date(clock.now()), { ...record.people, ...principalOf(record) }),
    links: OUTCOME_MEANINGS[outcome].exitCode === 0 ? [] : outcomePage(run, outcome),
    workspacePages: [],
    checksOff: record.checksOff,
    facts: record.facts,
    checks: record.checks,
    changes,
    todo: todoOf(error, record, { ...shown, fixes }),
    effects: record.effects,
    evidence: record.evidence,
    undo: record.undo,
    sections: record.sections,
  };
  const hidden = redactor.hide(withoutHosts(document, redactor));
  return { ...hidden, workspacePages: workspacePages(record, redactor) };
}

/** What approvers do with a plan: the pages of a run and of its approvals are the same. */
function askOf(plan: LeftPlan, run: PageRun | undefined): Ask {
  const text = `choose Review deployments, and paste this code as the comment, before ${pageTime(new Date(plan.validUntil))}:`;
  return { ...(run?.run === undefined ? {} : { link: run.run }), text, code: plan.code };
}

/** Links that name the host of their workspace, in their address and nowhere else. */
function workspacePages(
  { subject, effects, evidence, workspaces }: ActionRecord,
  redactor: Redactor,
): Link[] {
  return workspaceLinks(subject, { effects, evidence }, workspaces).flatMap(({ text, origin, path }) =>
    redactor.names(path) || redactor.names(decodeURIComponent(path))
      ? []
      : [{ text: redactor.hide(text), href: `${origin}${path}` }],
  );
}

function errorOf({ details }: PromoteError): { code: ErrorCode; inputs: string[] } {
  return { code: details.code, inputs: (details.faults ?? []).map(({ input }) => input) };
}

function principalOf({ caller, method }: ActionRecord): { principal?: string } {
  if (caller === undefined || caller.principal === '') return {};
  const { principal, displayName } = caller;
  const name = displayName === undefined || displayName === principal ? principal : displayName;
  return { principal: method === undefined ? name : `${name} with ${method}` };
}

/** The document without the commands and inputs that name a withheld host: with it hidden they would say something else. */
function withoutHosts(document: SummaryDocument, redactor: Redactor): SummaryDocument {
  const without = (blocks: readonly Block[]): Block[] =>
    blocks.map((block) =>
      block.kind === 'code' && block.language !== 'text' && redactor.names(block.text)
        ? paragraph('(This command or input contains a host, which is never printed.)')
        : block,
    );
  return { ...document, todo: without(document.todo), undo: without(document.undo) };
}

/** What to do; for a missing privilege the statements say it all. */
function todoOf(
  error: PromoteError | undefined,
  record: ActionRecord,
  { fixes, reasons }: Pick<PageHead, 'fixes' | 'reasons'>,
): Block[] {
  const enough = record.todo.length > 0 && error?.details.code === 'permission-denied';
  // A reason that is listed has its fix beside it.
  const isListed = enough || reasons.length > 1;
  const first = fixes.length > 0 ? [list(fixes)] : isListed ? [] : fixOf(error);
  return [...first, ...record.todo, ...unknownBlocks(record)];
}

function fixOf(error: PromoteError | undefined): Block[] {
  if (error === undefined) return [];
  const { faults, fix, cause } = error.details;
  if (faults !== undefined && faults.length > 1) return [list(faults.map(faultText))];
  const blocks: Block[] = fix === undefined ? [] : [paragraph(fix)];
  for (const each of error.details.advice ?? [])
    blocks.push(each.kind === 'points' ? list(each.items) : code('shell', each.text));
  if (error.details.code === 'internal' && cause instanceof Error)
    blocks.push(code('text', messageOf(cause)));
  return blocks;
}
