import type { CheckMode } from '../domain/decision.ts';
import { hasCode } from '../domain/errors.ts';
import { formatReference, type ModelReference } from '../domain/model-uri.ts';
import type { SignatureFacts } from '../domain/model-signature.ts';
import { COMPATIBILITY_MODES, type CompatibilityMode } from '../domain/signature-change.ts';
import { requiredRights } from '../policy/grants-rights.ts';
import { compatibilitySection } from '../report/compatibility.ts';
import {
  checkCompatibility,
  readCompared,
  type ComparedVersion,
  type CompatibilityCheck,
} from '../steps/compatibility.ts';
import { checkPrivileges } from '../steps/privileges.ts';
import type { Snapshot } from '../steps/snapshot.ts';
import type { PrivilegeCheck } from './checks.ts';
import { defaulted, modelUri, oneOf, optional } from './fields.ts';
import type { ActionRecord } from './record.ts';

/** Inputs of every action that compares signatures. */
export const COMPARE_INPUTS = {
  'compare-with': optional(modelUri, {
    description:
      'The version whose callers are looked after: `models:/catalog.schema.model@alias` or `models:/catalog.schema.model/7`. An alias that does not exist yet is no error.',
    example: 'models:/prod.ml_team.fraud_detection@Champion',
  }),
  compatibility: defaulted(oneOf(COMPATIBILITY_MODES), {
    description:
      'What `compare-with` demands: `callers` (whoever calls that version can call this one), `exact` (the same signature) or `none` (only tell the changes).',
    default: 'callers',
  }),
};

/** Outputs of every action that compares signatures. */
export const COMPARE_OUTPUTS = {
  compatible:
    '`true` when whoever calls the compared version can call this one (`exact`: nothing changed), `false` when not, `unknown` when a signature cannot be read; empty without `compare-with` or when nothing is there yet. Under `none` it answers as under `callers`.',
  changes:
    'JSON list of the changes: `path`, `kind`, `before`, `after`, `class` (`breaking`, `warning`, `compatible`) and `reason`, what breaks first, at most 1000; empty when nothing was compared.',
} as const;

/** Entries of the `changes` output: GitHub takes 1 MB of a job's outputs, and 10,000 changes are more. */
const MAX_CHANGES = 1000;

/** The inputs of {@link COMPARE_INPUTS} as values. */
export interface CompareInputs {
  readonly 'compare-with'?: ModelReference | undefined;
  readonly compatibility: CompatibilityMode;
}

/** Reads what to compare with, beside whatever else an action reads; undefined when nothing was asked for. */
export function readComparison(
  inputs: CompareInputs,
  snapshot: Snapshot,
): Promise<ComparedVersion | undefined> {
  const reference = inputs['compare-with'];
  return reference === undefined
    ? Promise.resolve(undefined)
    : readCompared(reference, snapshot, 'compare-with');
}

/**
 * The check of the rights on the compared model, taken only when reading it was refused: a model that does not exist
 * yet has no grants, and is no fault.
 */
export function comparedPrivileges(
  inputs: CompareInputs & { readonly 'check-privileges': CheckMode },
  compared: Promise<ComparedVersion | undefined>,
  snapshot: Snapshot,
): PrivilegeCheck[] {
  const reference = inputs['compare-with'];
  if (reference === undefined) return [];
  const rights = requiredRights('read', reference.name, { modelExists: true });
  const decision = compared.then(
    () => undefined,
    (error: unknown) =>
      hasCode(error, 'permission-denied')
        ? checkPrivileges(rights, snapshot, inputs['check-privileges'])
        : undefined,
  );
  return [{ name: 'Privileges on the compared model', decision }];
}

/** Notes the comparison: its check, a fact, the table of changes, and the outputs. Undefined when none was asked for. */
export function noteComparison(
  record: ActionRecord,
  inputs: CompareInputs,
  compared: ComparedVersion | undefined,
  facts: SignatureFacts,
): CompatibilityCheck | undefined {
  if (compared === undefined) return undefined;
  const mode = inputs.compatibility;
  const check = checkCompatibility(compared, facts, mode);
  const { found, verdict } = check;
  record.fact('Compared with', compared.uri, formatReference(compared.reference));
  record.check('Compatibility', mode === 'none' ? 'warn' : 'fail', check.decision, `${verdict}.`, 'blocked');
  const comparison = found.state === 'compared' ? found.comparison : undefined;
  record.sections.push(compatibilitySection(verdict, comparison));
  record.output('changes', comparison?.changes.slice(0, MAX_CHANGES) ?? '');
  record.output('compatible', compatibleOutput(check, mode));
  return check;
}

function compatibleOutput({ found }: CompatibilityCheck, mode: CompatibilityMode): string | boolean {
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
