import { OUTCOME_MEANINGS, type Outcome } from '../domain/outcome.ts';
import { CHANGE_STATES, type ChangeState } from '../plan/change.ts';
import type { Check } from '../plan/check.ts';
import type { CheckResult, PageState, ReportedChange, SummaryDocument } from './document.ts';

/** A sign and the word that says the same without it. */
export interface Sign {
  readonly icon: string;
  readonly word: string;
}

const OUTCOME_SIGNS: Readonly<Record<Outcome, Sign>> = {
  ok: { icon: '✅', word: 'OK' },
  noop: { icon: '✅', word: 'Nothing to do' },
  denied: { icon: '⛔', word: 'Denied' },
  blocked: { icon: '⛔', word: 'Blocked' },
  conflict: { icon: '⚠️', word: 'Conflict' },
  invalid: { icon: '❌', word: 'Invalid' },
  unavailable: { icon: '❌', word: 'Unavailable' },
  unsupported: { icon: '❌', word: 'Unsupported' },
  partial: { icon: '⚠️', word: 'Partial' },
  error: { icon: '❌', word: 'Error' },
};

const PLANNED: Sign = { icon: '📝', word: 'Planned' };

const PAGE_SIGNS: Readonly<Record<PageState, Sign>> = {
  ...OUTCOME_SIGNS,
  done: { icon: '✅', word: 'Done' },
  planned: PLANNED,
  waiting: { icon: '⏸️', word: 'Waiting for approval' },
  cancelled: { icon: '❌', word: 'Cancelled' },
};

/** The sign of a page's heading. */
export function pageSign(state: PageState): Sign {
  return PAGE_SIGNS[state];
}

const STATE_SIGNS: Readonly<Record<ChangeState, Sign>> = {
  done: { icon: '✅', word: 'done' },
  planned: { icon: '📝', word: 'planned, not done' },
  'not-needed': { icon: '➖', word: 'already set' },
  'not-done': { icon: '⛔', word: 'not done' },
  unknown: { icon: '❓', word: 'unknown, check it' },
};

/** The sign of a document's outcome; a dry run that would change something is no success yet. */
export function outcomeSign(document: SummaryDocument): Sign {
  const planned = document.dryRun && document.changes.some(({ state }) => state === 'planned');
  return planned && document.outcome === 'ok' ? PLANNED : OUTCOME_SIGNS[document.outcome];
}

/** The sign of a change's state. */
export function stateSign(state: ChangeState): Sign {
  return STATE_SIGNS[state];
}

const CHECK_SIGNS: Readonly<Record<CheckResult, Sign>> = {
  passed: { icon: '✅', word: 'passed' },
  refused: { icon: '⛔', word: 'refused' },
  warned: { icon: '⚠️', word: 'warning' },
  noted: { icon: '✅', word: 'passed, with a note' },
  off: { icon: '➖', word: 'turned off' },
  'not-applicable': { icon: '➖', word: 'not applicable' },
  'not-reached': { icon: '➖', word: 'not reached' },
};

/** What a check came to, from its mode and findings. */
export function checkResult(check: Check): CheckResult {
  if (check.mode === 'off') return 'off';
  if (check.notApplicable !== undefined) return 'not-applicable';
  if (check.decision === null) return 'not-reached';
  if (!check.decision.allowed) return 'refused';
  if (check.decision.findings.some((finding) => finding.severity !== 'note')) return 'warned';
  return check.decision.findings.length > 0 ? 'noted' : 'passed';
}

/** The sign of a check's result. */
export function checkSign(check: Check): Sign {
  return resultSign(checkResult(check));
}

/** The sign of a result. */
export function resultSign(result: CheckResult): Sign {
  return CHECK_SIGNS[result];
}

/** What the reader must not overlook beside the verdict: a dry run, findings with a headline, checks that were off or not applicable. Not escaped. */
function reservations(document: SummaryDocument): string[] {
  return [...headlines(document.checks), ...conditions(document)];
}

/** What findings say in the first line. Not escaped. */
export function headlines(checks: readonly Check[]): string[] {
  return checks.flatMap(({ decision }) =>
    (decision?.findings ?? []).flatMap(({ headline }) => (headline === undefined ? [] : [headline])),
  );
}

/** Under which conditions it holds: a dry run, checks that were off or not applicable. Not escaped. */
export function conditions(document: SummaryDocument): string[] {
  const said: string[] = [];
  if (document.dryRun) said.push('Dry run: nothing was written');
  if (document.checksOff.length > 0) said.push(`Not checked: ${document.checksOff.join(', ')}`);
  const without = document.checks.filter((check) => checkResult(check) === 'not-applicable');
  if (without.length > 0) said.push(`Not applicable: ${without.map(({ name }) => name).join(', ')}`);
  return said;
}

/** Outcome, verdict and reservations in one line of plain text. Not escaped. */
export function verdictLine(document: SummaryDocument): string {
  const head = `${outcomeSign(document).word}: ${document.verdict}`;
  return [head, ...reservations(document)].join(' · ');
}

/** The sentence of the outcomes' table on what to do next, or nothing where nothing is to be done. */
export function defaultNext(outcome: Outcome): string | undefined {
  const { exitCode, next } = OUTCOME_MEANINGS[outcome];
  return exitCode === 0 ? undefined : next;
}

/** How many changes came to what: `2 done · 1 already set`. */
export function changeCounts(changes: readonly ReportedChange[]): string {
  return CHANGE_STATES.flatMap((state) => {
    const count = changes.filter((change) => change.state === state).length;
    return count === 0 ? [] : [`${count} ${stateSign(state).word}`];
  }).join(' · ');
}

const RESULT_COUNTS: Readonly<Record<CheckResult, string>> = {
  refused: 'refused',
  warned: 'with a warning',
  passed: 'passed',
  noted: 'passed with a note',
  off: 'off',
  'not-applicable': 'not applicable',
  'not-reached': 'not reached',
};

/** How many checks came to what: `1 refused · 4 passed`. */
export function checkCounts(checks: readonly Check[]): string {
  const results = checks.map(checkResult);
  return Object.entries(RESULT_COUNTS)
    .flatMap(([result, word]) => {
      const count = results.filter((each) => each === result).length;
      return count === 0 ? [] : [`${count} ${word}`];
    })
    .join(' · ');
}

/** The heading of a page in one line of plain text. Not escaped. */
export function headlineText({ headline: { state, change, object } }: SummaryDocument): string {
  const said = `${pageSign(state).word}: ${change}`;
  return object === '' ? said : `${said} · ${object}`;
}
