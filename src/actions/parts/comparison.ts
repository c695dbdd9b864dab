import type { CheckMode } from '../../domain/decision.ts';
import { hasCode, type PromoteError } from '../../domain/errors.ts';
import { sameFullName, type FullName } from '../../domain/full-name.ts';
import type { SignatureFacts } from '../../domain/model-signature.ts';
import { formatReference, type ModelReference } from '../../domain/model-uri.ts';
import { cut } from '../../domain/printable.ts';
import { modelSecurable } from '../../domain/privilege.ts';
import { countClasses, type CompatibilityMode, type SignatureChange } from '../../domain/signature-change.ts';
import { takeWithinBytes } from '../../domain/take-bytes.ts';
import {
  checkCompatibility,
  readCompared,
  type ComparedVersion,
  type CompatibilityCheck,
  type JudgedVersion,
  type MissingModel,
} from '../../facts/compatibility.ts';
import { checkPrivileges } from '../../facts/grants/check.ts';
import type { Snapshot } from '../../facts/snapshot.ts';
import { absentObject, modelNotFound } from '../../facts/names.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { COMPARE_OUTPUTS, CompareInputs } from '../../inputs/compare.ts';
import { signatureCounts, type EvidenceResult } from '../../plan/evidence.ts';
import { isAllGranted } from '../../policy/grants/decide.ts';
import { hidingRight } from '../../policy/grants/hiding-right.ts';
import { rightsToSee, requiredRights } from '../../policy/grants/required.ts';
import type { Json } from '../../policy/signature/json.ts';
import { compatibilitySection } from '../../report/sections/compatibility.ts';
import { COMPARISON_CHECK } from '../../report/sections/page/findings.ts';
import { MAX_OUTPUT_BYTES } from '../contract/bounded-output.ts';
import type { ActionRecord } from '../contract/record.ts';
import { hiddenBehind, type PrivilegeCheck } from './checks.ts';

/** Changes in the report, and their bytes; as many bytes of them as the output takes, with an entry that counts the rest. */
const MAX_CHANGES = 1000;
const MAX_CHANGES_BYTES = 300_000;
const MAX_OUTPUT_CHANGES_BYTES = MAX_OUTPUT_BYTES - 100;
/** Characters of a path, and of a text before or after, in the output; those of the report and summary are shorter. */
const MAX_PATH = 300;

/** A compared version that is being read, and the checks of the rights on it. */
export interface Comparing {
  /** Undefined when nothing is compared. */
  readonly compared: Promise<ComparedVersion | undefined>;
  readonly checks: readonly PrivilegeCheck[];
}

/** An alias that an action is about to move, of a model that it may create. */
export interface MovedAlias {
  readonly name: FullName;
  readonly alias: string;
}

/**
 * Reads what to compare with, beside whatever else an action reads: the version that is named, else the one that the
 * alias names which is about to be `moved`, else nothing.
 */
export function startComparing(
  inputs: CompareInputs & Pick<CommonInputs, 'check-privileges'>,
  snapshot: Snapshot,
  moved?: MovedAlias,
): Comparing {
  const reference = inputs['compare-with'];
  if (reference !== undefined)
    return startComparingWith(reference, snapshot, {
      mode: inputs['check-privileges'],
      madeHere: moved?.name,
    });
  const compared =
    moved === undefined ? Promise.resolve(undefined) : readMoved(moved, snapshot, inputs.compatibility);
  return { compared, checks: [] };
}

/** Failures of a read that stop no promotion which asks to compare and refuse nothing. */
const READ_FAILURES = [
  'permission-denied',
  'not-found',
  'unavailable',
  'rate-limited',
  'protocol',
  'rejected',
] as const;

/**
 * Reads what an alias names that is about to be moved. The rights that this takes are among those that moving it takes,
 * and a model that is not there is made, or missed, by the action itself.
 */
async function readMoved(
  { name, alias }: MovedAlias,
  snapshot: Snapshot,
  compatibility: CompatibilityMode,
): Promise<ComparedVersion> {
  const reference: ModelReference = { name, selector: { kind: 'alias', alias } };
  try {
    const read = await readCompared(reference, snapshot, 'destination');
    return read.missing === 'perhaps-hidden' ? { ...read, missing: 'made-here' } : read;
  } catch (error) {
    if (compatibility !== 'none' || !hasCode(error, ...READ_FAILURES)) throw error;
    return {
      reference,
      uri: formatReference(reference),
      version: null,
      facts: undefined,
      unread: error.message,
    };
  }
}

/**
 * Reads the version that is named. The rights on its model are checked only when reading it was refused or it was not
 * found: one that does not exist yet has no grants, and is no fault, but a registry may say the same of one that the
 * caller may not see. `madeHere` is a model that the action itself creates if it is not there, so that a hidden one is
 * found out by that.
 */
function startComparingWith(
  reference: ModelReference,
  snapshot: Snapshot,
  { mode, madeHere }: { readonly mode: CheckMode; readonly madeHere: FullName | undefined },
): Comparing {
  const { name } = reference;
  const rights = requiredRights('read', name, { modelExists: true });
  const reading = readCompared(reference, snapshot, 'compare-with');
  const isMadeHere =
    madeHere !== undefined && sameFullName(name, madeHere, snapshot.registry.capabilities.names);
  const looking: Promise<Look | undefined> = reading.then(
    ({ missing }) => (missing === 'perhaps-hidden' ? lookCloser(name, snapshot, mode) : undefined),
    async (error: unknown) => {
      if (hasCode(error, 'permission-denied'))
        return { shown: await checkPrivileges(rights, snapshot, mode) };
      return hasCode(error, 'not-found') ? lookCloser(name, snapshot, mode) : undefined;
    },
  );
  const compared = Promise.all([reading, looking]).then(([read, look]) => {
    if (look?.hidden !== undefined) throw look.hidden;
    if (read.missing !== 'perhaps-hidden') return read;
    return { ...read, missing: isMadeHere ? ('model' as const) : (look?.missing ?? read.missing) };
  });
  const decision = looking.then((look) => look?.shown);
  return { compared, checks: [{ name: 'Privileges on the compared model', decision }] };
}

/** What the rights say of a model that cannot be read. */
interface Look {
  readonly shown?: Awaited<PrivilegeCheck['decision']>;
  readonly hidden?: PromoteError;
  readonly missing?: MissingModel;
}

/** Whether a model that was not found would have been seen. */
async function lookCloser(name: FullName, snapshot: Snapshot, mode: CheckMode): Promise<Look> {
  const notFound = () => modelNotFound(name, 'compare-with', snapshot);
  const absent = await absentObject(modelSecurable(name), snapshot);
  // A model may be still to come; what it is to be in is only misspelt.
  if (absent.type !== 'function') return { hidden: await notFound() };
  const rights = requiredRights('read', name, { modelExists: true });
  const decision = await checkPrivileges(rights, snapshot, mode);
  if (decision === null) return { missing: 'perhaps-hidden' };
  if ('notApplicable' in decision) return { missing: 'model' };
  if (hidingRight(absent, [decision]) !== undefined)
    return { shown: decision, hidden: hiddenBehind(await notFound(), [decision]) ?? (await notFound()) };
  const seen = await checkPrivileges(rightsToSee(name), snapshot, mode);
  const isSeen = seen !== null && !('notApplicable' in seen) && isAllGranted([seen]);
  return { missing: isSeen ? 'model' : 'perhaps-hidden' };
}

/** Notes the comparison: its check, a fact, the table of changes, and the outputs. Undefined when nothing is compared. */
export function noteComparison(
  record: ActionRecord<typeof COMPARE_OUTPUTS>,
  inputs: CompareInputs,
  compared: ComparedVersion | undefined,
  judged: JudgedVersion,
): CompatibilityCheck | undefined {
  if (compared === undefined) return undefined;
  const mode = inputs.compatibility;
  const check = checkCompatibility(compared, judged, mode);
  const { found, verdict } = check;
  record.fact('Compared with', compared.uri, formatReference(compared.reference));
  if (judged.isRefused !== true)
    record.check(
      COMPARISON_CHECK,
      mode === 'none' ? 'warn' : 'fail',
      check.decision,
      `${verdict}.`,
      'blocked',
    );
  const comparison = found.state === 'compared' ? found.comparison : undefined;
  record.sections.push(compatibilitySection(verdict, comparison));
  seeComparison(record, check, judged.facts);
  noteChanges(record, comparison?.changes);
  record.output('compatible', compatibleOutput(check, mode));
  return check;
}

/** Notes what a comparison found, as evidence. */
export function seeComparison(
  record: Pick<ActionRecord, 'see'>,
  check: CompatibilityCheck,
  judged: SignatureFacts,
): void {
  const { compared, found } = check;
  record.see({
    kind: 'comparison',
    with: compared.uri,
    result: comparisonResult(check),
    compared: compared.facts === undefined ? null : signatureCounts(compared.facts),
    judged: signatureCounts(judged),
    changes: found.state === 'compared' ? countClasses(found.comparison.changes) : null,
  });
  if (compared.facts !== undefined)
    record.see({ kind: 'signature', of: compared.uri, ...signatureCounts(compared.facts) });
}

function comparisonResult({ decision, found }: CompatibilityCheck): EvidenceResult {
  if (!decision.allowed) return 'refused';
  const changes = found.state === 'compared' ? found.comparison.changes : [];
  const isFine = found.state !== 'unknown' && changes.every((change) => change.class === 'compatible');
  return isFine ? 'passed' : 'warned';
}

/** The changes as they fit into report and output; where one holds not all, it says how many it lacks. */
function noteChanges(
  record: ActionRecord<typeof COMPARE_OUTPUTS>,
  changes: readonly SignatureChange[] | undefined,
): void {
  if (changes === undefined) {
    record.output('changes', '');
    return;
  }
  const whole = changesWithin(changes, MAX_CHANGES_BYTES);
  record.output('changes', whole, changesWithin(changes, MAX_OUTPUT_CHANGES_BYTES));
}

function changesWithin(changes: readonly SignatureChange[], bytes: number): Json[] {
  const shown = changes.slice(0, MAX_CHANGES).map((change) => ({
    path: cut(change.path, MAX_PATH),
    kind: change.kind,
    before: change.before === null ? null : cut(change.before, MAX_PATH),
    after: change.after === null ? null : cut(change.after, MAX_PATH),
    class: change.class,
    reason: change.reason,
  }));
  const kept: Json[] = takeWithinBytes(shown, bytes);
  const leftOut = changes.length - kept.length;
  return leftOut === 0 ? kept : [...kept, { kind: 'left-out', count: leftOut }];
}

function compatibleOutput({ found }: CompatibilityCheck, mode: CompatibilityMode): boolean | 'unknown' | '' {
  switch (found.state) {
    case 'nothing-there':
      return '';
    case 'unknown':
      return 'unknown';
    case 'compared':
      return mode === 'none'
        ? found.comparison.changes.every((change) => change.class !== 'breaking')
        : found.comparison.compatible;
  }
}
