import {
  decide,
  type CheckMode,
  type Decision,
  type Finding,
  type NotApplicable,
} from '../../domain/decision.ts';
import { hasCode, PromoteError } from '../../domain/errors.ts';
import type { ModelVersion } from '../../domain/model.ts';
import { modelSecurable } from '../../domain/privilege.ts';
import type { SignatureCheck } from '../../facts/signature.ts';
import { uriOf } from '../../facts/version.ts';
import type { Rules } from '../../policy-file/rules.ts';
import { decideEqualHolds, type EqualVersion } from '../../policy/equal-versions.ts';
import { isAllGranted, type GrantDecision, hidingRight } from '../../policy/grants/decide.ts';
import { rightName } from '../../policy/grants/findings.ts';
import { decideState, decideRequiredTags } from '../../policy/version.ts';
import { signatureRow } from '../../report/sections/evidence.ts';
import { remedyBlocks, rightsTable } from '../../report/sections/grants.ts';
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
 * Awaits reads beside checks of privileges, and notes the checks. When a read was refused, what is missing is told
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
  for (const [index, decided] of decisions.entries()) {
    const { name, where, isNote }: Omit<PrivilegeCheck, 'decision'> = checks[index] ?? { name: 'Privileges' };
    if (decided.status === 'rejected') {
      const reason: unknown = decided.reason;
      if (isNote !== true || !hasCode(reason, ...OUTAGES)) throw asError(reason);
      noteUnread(record, name, reason);
      continue;
    }
    if (decided.value !== undefined) notePrivileges(record, name, mode, decided.value, where);
  }
  const failures = values.flatMap((value) => (value.status === 'rejected' ? [asError(value.reason)] : []));
  const outage = failures.find((failure) => !hasCode(failure, 'permission-denied', 'not-found'));
  if (outage !== undefined) throw outage;
  if (failures.some((failure) => hasCode(failure, 'permission-denied'))) record.requireAllowed('Reading');
  const judged = decisions.flatMap((decided) =>
    decided.status === 'fulfilled' ? [decided.value ?? null] : [],
  );
  for (const failure of failures) throw hiddenBehind(failure, judged) ?? failure;
  return Promise.all(reads);
}

/**
 * The refusal that a "does not exist" may stand for: the caller certainly lacks the right to look into a parent of the
 * model, so that nothing tells whether it exists, and nothing could be done with it. Undefined where that is not so.
 */
export function hiddenBehind(
  error: Error,
  decisions: readonly (GrantDecision | NotApplicable | null)[],
): PromoteError | undefined {
  const absent = error instanceof PromoteError ? error.details.absentModel : undefined;
  if (absent === undefined) return undefined;
  const judged = decisions.filter((each) => each !== null && 'rights' in each);
  const right = hidingRight(modelSecurable(absent), judged);
  if (right === undefined) return undefined;
  const message = `${error.message.replace(/\.$/u, '')}: the caller lacks ${rightName(right.right)}.`;
  return new PromoteError(message, {
    code: 'permission-denied',
    outcome: 'denied',
    fix: 'Run the printed statement, then run again: only then it shows whether the name is right.',
    cause: error,
  });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

/** Notes a check of privileges, with its table, and the statements that would mend it. */
export function notePrivileges(
  record: ActionRecord,
  name: string,
  mode: CheckMode,
  decision: GrantDecision | NotApplicable | null,
  where?: string,
): void {
  if (decision !== null && 'notApplicable' in decision) {
    record.notApplicable(name, mode, decision.notApplicable);
    return;
  }
  const passed =
    decision !== null && isAllGranted([decision])
      ? `${decision.principal} holds every privilege that this needs.`
      : 'Nothing is missing as far as can be seen.';
  record.check(name, mode, decision === null ? null : withoutNotes(decision), passed, 'denied');
  if (decision === null) return;
  record.todo.push(...remedyBlocks(decision, where));
  record.sections.push({ title: name, folded: decision.allowed, blocks: [rightsTable(decision)] });
}

function noteUnread(record: ActionRecord, name: string, error: PromoteError): void {
  const { message, details } = error;
  const finding: Finding = {
    code: 'privileges-unread',
    severity: 'warning',
    message: `Which privileges the caller holds could not be read; what was asked for could. ${message}`,
    ...(details.fix === undefined ? {} : { fix: details.fix }),
  };
  record.check(name, 'warn', decide([finding]), '', 'denied');
}

/** What is granted or deferred stands in the table, not among the findings. */
function withoutNotes(decision: Decision): Decision {
  return { ...decision, findings: decision.findings.filter((finding) => finding.severity !== 'note') };
}

/** Notes the check of the signature, with a table of its columns, tensors and parameters. */
export function noteSignature(
  record: ActionRecord,
  mode: CheckMode,
  check: SignatureCheck | NotApplicable | null,
): void {
  if (check !== null && 'notApplicable' in check) {
    record.notApplicable('Signature', mode, check.notApplicable);
    return;
  }
  record.check('Signature', mode, check?.decision ?? null, 'Inputs and outputs are declared.', 'blocked');
  if (check !== null && mode !== 'off') record.prove(signatureRow(check, mode));
  if (check === null || mode === 'off' || check.mlmodel.signature.state !== 'declared') return;
  record.sections.push({
    title: 'Signature',
    folded: true,
    blocks: signatureTables(check.mlmodel.signature.signature),
  });
}

/** Notes whether a version may be taken: its status, a hold, the tags that rules require. */
export function noteVersion(record: ActionRecord, version: ModelVersion, rules: Rules): void {
  record.check(
    'Version',
    'fail',
    decideState(version),
    `Version ${version.version} is READY and not on hold.`,
    'blocked',
  );
  if (rules.requiredTags.length === 0) return;
  const decision = decideRequiredTags(uriOf(version), version.tags, rules.requiredTags);
  record.check('Required tags', 'fail', decision, 'Every required tag is there.', 'blocked');
}

/** Notes whether another version of the model is on hold that equals the one which is to be taken. */
export function noteEqualHolds(record: ActionRecord, equals: readonly EqualVersion[]): void {
  record.checkAgain(
    'Hold',
    decideEqualHolds(equals),
    'No version of the same source or bytes is on hold.',
    'blocked',
  );
}
