import { counted } from '../../../domain/count.ts';
import type { ErrorCode } from '../../../domain/errors.ts';
import { OUTCOME_MEANINGS, type Outcome } from '../../../domain/outcome.ts';
import { formatChange, makesVersion } from '../../../plan/change.ts';
import type { Effect } from '../../../plan/effect.ts';
import { endpointsAlert, isSaidOfEndpoints } from './endpoints.ts';
import { findingsOf, listedFixes, type CheckedRun } from './findings.ts';
import type { Alert, CheckFinding, PageState, ReportedChange, SummaryDocument } from '../../document.ts';
import type { Subject } from '../../subject.ts';
import { changeCounts } from '../../words.ts';
import { cleanUpWording } from './clean-up.ts';
import { copyWording } from './copy.ts';
import { labelsWording } from './labels.ts';
import { modelWording } from './model.ts';
import { moveWording } from './move.ts';
import { pinsWording } from './pins.ts';
import {
  auditWording,
  connectionWording,
  downloadWording,
  rightsWording,
  searchWording,
  signatureWording,
  validationWording,
} from './reading.ts';
import { sentence } from './sentence.ts';
import { servingWording } from './serving.ts';
import type { Ended, Said, Wording } from './wording.ts';

/** How a run ended, as its page has to say it. */
export interface RunEnd extends Ended, CheckedRun {
  readonly action: string;
  readonly outcome: Outcome;
  readonly dryRun: boolean;
  /** Whether the action can write: one that cannot need not say that it did not. */
  readonly writes: boolean;
  /** Undefined for a run that ended before it was known. */
  readonly subject: Subject | undefined;
  readonly error?: { readonly code: ErrorCode; readonly inputs: readonly string[] };
  /** Default: none. */
  readonly effects?: readonly Effect[];
}

/** The head of a page: what became of what, what is true now, what is not over, and why. */
export type PageHead = Pick<
  SummaryDocument,
  'headline' | 'lead' | 'alert' | 'reasons' | 'risks' | 'noUndo'
> & {
  /** What to do, where the fixes of what a section lists say it. */
  readonly fixes: readonly string[];
};

/** Makes the head of a page from how the run ended. */
export function pageHead(end: RunEnd): PageHead {
  const state = stateOf(end);
  const wording = wordingOf(end);
  const errors = findingsOf(end, 'error');
  const risks = findingsOf(end, 'warning').filter(
    ({ code }) => !isSaidByError(end, code) && !isSaidOfEndpoints(code, end),
  );
  const refusals = isRefused(end) ? errors : [];
  const alert = alertOf(end);
  return {
    headline: { state, change: changeOf(end, state, wording), object: wording?.object ?? end.action },
    lead: leadOf(end, state, wording, refusals),
    ...(alert === undefined ? {} : { alert }),
    // One alone is said by the lead.
    reasons: refusals.length === 1 ? [] : errors,
    risks: risks.map((risk) => afterwards(risk, end)),
    fixes: isRefused(end) ? listedFixes(end) : [],
    noUndo: noUndoOf(end),
  };
}

function stateOf(end: RunEnd): PageState {
  const { outcome, dryRun, changes, error, writes } = end;
  if (error?.code === 'cancelled' || error?.code === 'interrupted') return 'cancelled';
  if (isWaiting(end)) return 'waiting';
  if (outcome !== 'ok') return outcome;
  if (dryRun && changes.some(({ state }) => state === 'planned')) return 'planned';
  return writes && changes.some(({ state }) => state === 'done') ? 'done' : 'ok';
}

/** Whether everything was done but what is left for `apply`. */
function isWaiting({ outcome, dryRun, left }: RunEnd): boolean {
  return left !== undefined && !dryRun && OUTCOME_MEANINGS[outcome].exitCode === 0;
}

function wordingOf(end: RunEnd): Wording | undefined {
  const { subject } = end;
  switch (subject?.kind) {
    case undefined:
      return undefined;
    case 'move':
      return moveWording(subject, end);
    case 'copy':
      return copyWording(subject, end);
    case 'labels':
      return labelsWording(subject, end);
    case 'search':
      return searchWording(subject);
    case 'signature':
      return signatureWording(subject, end);
    case 'validation':
      return validationWording(subject, end);
    case 'download':
      return downloadWording(subject, end);
    case 'rights':
      return rightsWording(subject, end);
    case 'audit':
      return auditWording(subject);
    case 'pins':
      return pinsWording(subject, end);
    case 'serving':
      return servingWording(subject, end);
    case 'clean-up':
      return cleanUpWording(subject, end);
    case 'model':
      return modelWording(subject, end);
    case 'connection':
      return connectionWording(subject, end);
  }
}

/** Codes of findings about rights that a denied page counts. */
const MISSING_RIGHTS = new Set(['privilege-missing', 'ownership-missing', 'securable-not-found']);

function changeOf(end: RunEnd, state: PageState, wording: Wording | undefined): string {
  const { error, outcome, subject, checks } = end;
  const inputs = [...new Set(error?.inputs ?? [])];
  if (outcome === 'invalid' && inputs.length > 0) {
    // A fault of several inputs together names them all.
    const names = inputs.flatMap((each) => each.split(/ (?:and|or) /u));
    return names.length > 3 ? counted(names.length, 'input') : names.join(', ');
  }
  const missing = checks
    .flatMap(({ decision }) => decision?.findings ?? [])
    .filter(({ code, severity }) => severity === 'error' && MISSING_RIGHTS.has(code));
  if (outcome === 'denied' && missing.length > 0 && subject?.kind !== 'rights')
    return `${counted(missing.length, 'right')} missing`;
  if (wording === undefined)
    return outcome === 'invalid'
      ? 'inputs'
      : outcome === 'unsupported'
        ? 'not at this registry'
        : 'the step did not start';
  return saidOf(state, wording)?.change ?? wording.kept;
}

/** What is said of an end that is none of a failure. */
function saidOf(state: PageState, wording: Wording): Said | undefined {
  switch (state) {
    case 'ok':
    case 'done':
      return wording.done;
    case 'planned':
      return wording.planned;
    case 'waiting':
      return wording.waiting ?? wording.done;
    case 'noop':
      return wording.nothing;
    default:
      return undefined;
  }
}

function leadOf(
  end: RunEnd,
  state: PageState,
  wording: Wording | undefined,
  refusals: readonly CheckFinding[],
): string {
  const said = wording === undefined ? undefined : saidOf(state, wording);
  if (said !== undefined) return said.lead;
  const isOfReading = OUTCOME_MEANINGS[end.outcome].exitCode !== 0 && end.subject?.kind === 'audit';
  if (isOfReading && end.error === undefined && wording !== undefined) return wording.done.lead;
  const [first, ...more] = refusals;
  const why =
    first === undefined
      ? sentence(end.verdict)
      : more.length === 0
        ? sentence(first.message)
        : `Refused for ${counted(refusals.length, 'reason')}.`;
  return [why, ...leftOf(end, wording)].join(' ');
}

/** What a run that did not end well has left: nothing, or what was written before. */
function leftOf({ writes, changes }: RunEnd, wording: Wording | undefined): string[] {
  if (!writes) return [];
  if (!changes.some(({ state }) => state === 'done' || state === 'unknown')) {
    // A copy that failed may have been begun, and its unfinished version deleted; the update of an endpoint may have been sent.
    const isBegun = changes.some(
      ({ change, state }) => (makesVersion(change) || change.kind === 'serving') && state === 'not-done',
    );
    return [isBegun ? 'Nothing was changed.' : 'Nothing was written.'];
  }
  return wording?.left === undefined ? [] : [wording.left];
}

function isRefused({ error, outcome }: RunEnd): boolean {
  if (error === undefined) return outcome === 'denied' || outcome === 'blocked';
  return error.code === 'requirement' || error.code === 'permission-denied';
}

/** A registry that refuses one alias more says what the count of them warned of. */
function isSaidByError({ error }: RunEnd, code: string): boolean {
  return error?.code === 'limit-reached' && code === 'alias-count';
}

/** A warning of what a new version starts, as it reads once the version may be there. */
function afterwards(finding: CheckFinding, { changes }: RunEnd): CheckFinding {
  const isThere = changes.some(
    ({ change, state }) => makesVersion(change) && (state === 'done' || state === 'unknown'),
  );
  if (finding.code !== 'deployment-job' || !isThere) return finding;
  return { ...finding, fix: 'Look at its newest run in the workspace: it may wait for an approval there.' };
}

/** Why there is nothing to undo, for a page that has nothing else to say of it. */
function noUndoOf({ writes, changes, dryRun }: RunEnd): string {
  if (!writes) return 'nothing to undo; this action only reads';
  const made = changes.find(({ change, state }) => makesVersion(change) && state === 'done');
  if (made !== undefined) {
    const what = made.change.kind === 'copy' ? 'copy' : 'version';
    return `nothing to undo; no alias names the ${what}, and the owner of the model can delete it`;
  }
  const isDeleted = changes.some(
    ({ change, state }) =>
      change.kind === 'delete-version' && change.why !== 'leftover' && state !== 'planned',
  );
  if (isDeleted) return 'a deleted version cannot be restored';
  return dryRun ? 'nothing to undo; a dry run writes nothing' : 'nothing to undo';
}

function alertOf(end: RunEnd): Alert | undefined {
  const { changes, outcome } = end;
  const unknown = changes.filter(({ state }) => state === 'unknown');
  if (unknown.length > 0)
    return {
      kind: 'warning',
      text: `It is unknown whether this change was made: ${unknown.map(({ change }) => formatChange(change)).join('; ')}. Check it before you continue.`,
    };
  const failed = outcome === 'unavailable' || outcome === 'error' || outcome === 'conflict';
  if (!failed || !isHalfDone(changes)) return endpointsAlert(end);
  return {
    kind: 'warning',
    text: `Not finished: ${changeCounts(changes)}. After fixing the cause, run the step again. Completed changes are not repeated.`,
  };
}

function isHalfDone(changes: readonly ReportedChange[]): boolean {
  return changes.some(({ state }) => state === 'done') && changes.some(({ state }) => state === 'not-done');
}
