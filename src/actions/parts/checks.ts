import { decide, type CheckMode, type Finding, type NotApplicable } from '../../domain/decision.ts';
import { hasCode, invalidInputs, PromoteError, type AbsentName } from '../../domain/errors.ts';
import type { ModelVersion } from '../../domain/model.ts';
import { modelSecurable } from '../../domain/privilege.ts';
import type { SignatureCheck } from '../../facts/signature.ts';
import { signatureCounts, type EvidenceResult } from '../../plan/evidence.ts';
import { decideEqualHolds, type EqualVersion } from '../../policy/equal-versions.ts';
import { decideHolds, type FoundHold } from '../../policy/hold/findings.ts';
import { isAllGranted, type GrantDecision } from '../../policy/grants/decide.ts';
import { hidingRight } from '../../policy/grants/hiding-right.ts';
import { rightName } from '../../policy/grants/findings.ts';
import { decideState } from '../../policy/version.ts';
import { denialText, remedyBlocks, requestSections, rightsSection } from '../../report/sections/grants.ts';
import { signatureTables } from '../../report/sections/signature.ts';
import type { ActionRecord } from '../contract/record.ts';

/** A check of privileges that is under way, and what it is about. */
export interface PrivilegeCheck {
  readonly name: string;
  /** Where it holds, when a run works with two workspaces. */
  readonly where?: string;
  /** Undefined when there was no cause to take the check; null when it is off. */
  readonly decision: Promise<GrantDecision | NotApplicable | null | undefined>;
  /** The reads beside it show by themselves what it checks: rights that cannot be read then stop nothing. */
  readonly isNote?: true;
}

/** Failures that say nothing of a right. */
const OUTAGES = ['unavailable', 'rate-limited', 'protocol'] as const;

/**
 * Awaits reads beside checks of privileges, and notes the checks. When a read was refused, what is missing is reported
 * with the statements that give it, rather than the bare refusal.
 */
export async function withPrivileges<Reads extends readonly unknown[]>(
  record: ActionRecord,
  mode: CheckMode,
  checks: readonly PrivilegeCheck[],
  reads: { readonly [K in keyof Reads]: Promise<Reads[K]> },
): Promise<Reads> {
  const [decisions, values] = await Promise.all([
    Promise.allSettled(checks.map(({ decision }) => decision)),
    Promise.allSettled(reads),
  ]);
  const failures = values.flatMap((value) => (value.status === 'rejected' ? [asError(value.reason)] : []));
  const outage = failures.find((failure) => !hasCode(failure, 'permission-denied', 'not-found'));
  const judged = decisions.flatMap((decided) =>
    decided.status === 'fulfilled' ? [decided.value ?? null] : [],
  );
  if (outage === undefined) requireNames(failures, judged);
  const placed: NamedDecision[] = [];
  for (const [index, decided] of decisions.entries()) {
    const { name, where, isNote }: Omit<PrivilegeCheck, 'decision'> = checks[index] ?? { name: 'Privileges' };
    if (decided.status === 'rejected') {
      const reason: unknown = decided.reason;
      if (isNote !== true || !hasCode(reason, ...OUTAGES)) throw asError(reason);
      if (failures.length === 0) noteUnread(record, name, reason);
      continue;
    }
    if (decided.value !== undefined) placed.push({ name, where, decision: decided.value });
  }
  notePrivileges(record, mode, placed);
  if (outage !== undefined) throw outage;
  if (failures.some((failure) => hasCode(failure, 'permission-denied'))) record.requireAllowed('Reading');
  for (const failure of failures) throw hiddenBehind(failure, judged) ?? failure;
  return Promise.all(reads);
}

/** What was decided about rights, or why nothing was. */
type Judged = GrantDecision | NotApplicable | null;

/**
 * Throws one error of all names that do not exist: they are what is wrong, and no right on what is not there is missing. A name that
 * may only be hidden, {@link hiddenBehind}, is left to the rights.
 */
export function requireNames(failures: readonly Error[], decisions: readonly Judged[]): void {
  const wrong = failures.filter(
    (failure) => absenceOf(failure) !== undefined && hiddenBehind(failure, decisions) === undefined,
  );
  const faults = wrong.flatMap((failure) => absenceOf(failure)?.fault ?? []);
  const different = new Map(faults.map((fault) => [JSON.stringify(fault), fault]));
  const [first] = wrong;
  if (first === undefined) return;
  throw different.size === 1 ? first : invalidInputs([...different.values()]);
}

function absenceOf(error: Error): AbsentName | undefined {
  return error instanceof PromoteError ? error.details.absent : undefined;
}

/**
 * The refusal that a "does not exist" may stand for: the caller certainly lacks the right to look into a parent of the
 * model, so that nothing shows whether it exists, and nothing could be done with it. Undefined where that is not so.
 */
export function hiddenBehind(error: Error, decisions: readonly Judged[]): PromoteError | undefined {
  const absent = absenceOf(error)?.model;
  if (absent === undefined) return undefined;
  const judged = decisions.flatMap((each) =>
    each !== null && 'rights' in each && each.isCaller ? [each] : [],
  );
  const right = hidingRight(modelSecurable(absent), judged);
  if (right === undefined) return undefined;
  const message = `${error.message.replace(/\.$/u, '')}, who lacks ${rightName(right.right)}.`;
  return new PromoteError(message, {
    code: 'permission-denied',
    outcome: 'denied',
    fix: 'Run the printed statement, then run the step again. Only then can the name be checked.',
    cause: error,
  });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

/** A check of privileges by the name under which it is noted, and what it found. */
interface NamedDecision {
  readonly name: string;
  readonly where?: string | undefined;
  readonly decision: Judged;
}

/** Notes checks of privileges: what is missing once, as findings, with one block of statements for all of them. */
export function notePrivileges(
  record: ActionRecord,
  mode: CheckMode,
  checks: readonly NamedDecision[],
): void {
  for (const { name, decision } of checks) notePrivilege(record, name, mode, decision);
  const placed = checks.flatMap(({ decision, where }) =>
    decision !== null && 'rights' in decision ? [{ decision, where }] : [],
  );
  record.denial = denialText(placed.map(({ decision }) => decision));
  if (record.denial !== undefined)
    record.inShort.push({
      check: 'Privileges',
      clause: record.denial,
      findings: placed.flatMap(({ decision }) => decision.shown.filter(isGranted)),
    });
  record.todo.push(...remedyBlocks(placed));
  record.sections.push(...requestSections(placed));
}

/** Whether the block of statements is the fix of a finding. */
function isGranted({ severity, fix }: Finding): boolean {
  return severity !== 'note' && fix === undefined;
}

function notePrivilege(record: ActionRecord, name: string, mode: CheckMode, decision: Judged): void {
  if (decision !== null && 'notApplicable' in decision) {
    record.notApplicable(name, mode, decision.notApplicable);
    return;
  }
  const passed =
    decision !== null && isAllGranted([decision])
      ? `${decision.principal} holds every required privilege.`
      : 'No missing privilege was found.';
  record.check(name, mode, decision === null ? null : decide(decision.shown), passed, 'denied');
  const section = decision === null ? undefined : rightsSection(name, decision);
  if (section !== undefined) record.sections.push(section);
}

function noteUnread(record: ActionRecord, name: string, error: PromoteError): void {
  const { message, details } = error;
  const finding: Finding = {
    code: 'privileges-unread',
    severity: 'warning',
    message: `The privileges of the caller could not be read, but everything else could. ${message}`,
    ...(details.fix === undefined ? {} : { fix: details.fix }),
  };
  record.check(name, 'warn', decide([finding]), '', 'denied');
}

/** Notes the check of the signature of a version, with a table of its columns, tensors and parameters. */
export function noteSignature(
  record: ActionRecord,
  mode: CheckMode,
  check: SignatureCheck | NotApplicable | null,
  version: string,
): void {
  if (check !== null && 'notApplicable' in check) {
    record.notApplicable('Signature', mode, check.notApplicable);
    return;
  }
  record.check(
    'Signature',
    mode,
    check?.decision ?? null,
    'The signature declares inputs and outputs.',
    'blocked',
  );
  if (check === null) return;
  const { signature } = check.mlmodel;
  record.see({
    kind: 'signature',
    of: version,
    ...signatureCounts(signature),
    ...(mode === 'off' ? {} : { result: signatureResult(check, mode) }),
  });
  if (mode === 'off') return;
  if (signature.state !== 'declared') return;
  record.sections.push({ title: 'Signature', folded: true, blocks: signatureTables(signature.signature) });
}

function signatureResult({ decision }: SignatureCheck, mode: CheckMode): EvidenceResult {
  if (decision.allowed) return 'passed';
  return mode === 'warn' ? 'warned' : 'refused';
}

/** Notes whether a version may be taken: its status, a hold. */
export function noteVersion(record: ActionRecord, version: ModelVersion): void {
  record.check(
    'Version',
    'fail',
    decideState(version),
    `Version ${version.version} is READY and not on hold.`,
    'blocked',
  );
}

/** Notes whether a model has a hold that stops a version of it: one of several that are taken. */
export function noteHoldsOf(record: ActionRecord, holds: readonly FoundHold[]): void {
  record.check('Hold', 'fail', decideHolds(holds), 'No hold on the model blocks it.', 'blocked');
}

/** Notes whether the version that is to be taken is on hold on a model, or another one is that equals it. */
export function noteHolds(
  record: ActionRecord,
  equals: readonly EqualVersion[],
  holds: readonly FoundHold[],
): void {
  record.checkAgain(
    'Hold',
    decide([...decideEqualHolds(equals).findings, ...decideHolds(holds).findings]),
    'No version with the same source or content is on hold.',
    'blocked',
  );
}
