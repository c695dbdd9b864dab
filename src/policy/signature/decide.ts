import { nameKey, type NameKey } from '../../domain/column-name.ts';
import { decide, type Decision, type Finding } from '../../domain/decision.ts';
import type { ColumnSpec, ModelSignature, SignatureFacts, TensorSpec } from '../../domain/model-signature.ts';
import { show } from '../../domain/printable.ts';
import { lostColumns, refusalOfCalls } from '../compatibility/names.ts';
import { signatureFix } from './advice.ts';

/** Which half of the signature a version lacks; `unknown` where the file cannot be read. */
export type MissingHalf = 'none' | 'inputs' | 'outputs' | 'both' | 'unknown';

/** The decision about a version's signature. */
export interface SignatureDecision extends Decision {
  readonly missing: MissingHalf;
}

/** What else an `MLmodel` file says that the decision names. */
export interface SignatureContext {
  readonly featureStorePackaged?: boolean;
}

/**
 * Decides whether a version declares what it takes and what it gives: inputs and outputs are both required. That is
 * stricter than MLflow's client, which lets a signature of outputs alone pass (uc-protocol §8.2).
 */
export function decideSignature(facts: SignatureFacts, context: SignatureContext = {}): SignatureDecision {
  const findings = [...findingsOf(facts)];
  findings.push(...featureStoreFindings(context.featureStorePackaged === true));
  return { ...decide(findings), missing: missingHalf(facts) };
}

/** What is said of a model that Databricks Feature Store packaged, or of one of which that is not known (undefined). */
export function featureStoreFindings(packaged: boolean | undefined): readonly Finding[] {
  if (packaged === false) return [];
  return [
    {
      code: packaged === undefined ? 'signature-feature-store-unknown' : 'signature-feature-store',
      severity: 'warning',
      message:
        packaged === undefined
          ? 'Whether Databricks Feature Store packaged this model is unknown, because MLmodel cannot be read.'
          : 'Databricks Feature Store packaged this model, and MLflow can register such a model only on a Databricks cluster.',
      fix: 'The model looks up features in tables of the training workspace. Check that the destination can read them.',
    },
  ];
}

/** What is said of a copy whose `MLmodel` does not let its dependencies be known. */
export function dependencyFindings(areKnown: boolean): readonly Finding[] {
  if (areKnown) return [];
  return [
    {
      code: 'dependencies-unknown',
      severity: 'warning',
      message:
        'Whether the model depends on endpoints, indexes, functions, tables or connections is unknown, because MLmodel could not be read. The copy names no dependencies.',
      fix: 'If the model uses any of them, log it again so that MLmodel can be read.',
    },
  ];
}

const BEYOND_LIMIT =
  'Log the model with fewer columns, labels or levels, or turn the check off with require-signature: off.';

function findingsOf(facts: SignatureFacts): readonly Finding[] {
  switch (facts.state) {
    case 'missing-file':
      return [
        {
          code: 'signature-mlmodel-missing',
          severity: 'error',
          message: 'The version has no MLmodel file, so neither inputs nor outputs are declared.',
          fix: 'Register a folder that MLflow saved (with log_model or save_model); it has MLmodel at its root.',
        },
      ];
    case 'unreadable':
      return [
        {
          code: 'signature-unreadable',
          severity: 'error',
          message: `The signature cannot be read. ${facts.problem}`,
          fix: facts.isLimit === true ? BEYOND_LIMIT : signatureFix(facts.flavors),
        },
      ];
    case 'absent':
      return [
        {
          code: 'signature-absent',
          severity: 'error',
          message: 'The version has no signature: neither inputs nor outputs are declared.',
          fix: signatureFix(facts.flavors),
        },
      ];
    case 'declared':
      return findingsOfDeclared(facts.signature, facts.flavors);
  }
}

function findingsOfDeclared(signature: ModelSignature, flavors: readonly string[]): readonly Finding[] {
  const { inputs, outputs, params } = signature;
  const error = (code: string, message: string): Finding => ({
    code,
    severity: 'error',
    message,
    fix: signatureFix(flavors),
  });
  if (inputs === null && outputs === null) {
    return params === null
      ? [error('signature-empty', 'The signature declares nothing: inputs and outputs are missing.')]
      : [
          error(
            'signature-params-only',
            'The signature declares only params: inputs and outputs are missing.',
          ),
        ];
  }
  const findings: Finding[] = [...releaseFindings(signature), ...nameFindings(inputs ?? [])];
  for (const [half, given, other] of [
    ['inputs', inputs, outputs],
    ['outputs', outputs, inputs],
  ] as const) {
    const rest =
      other !== null && other.length > 0 ? `; ${half === 'inputs' ? 'outputs' : 'inputs'} are declared` : '';
    if (given === null) {
      findings.push(error(`signature-${half}-missing`, `The signature declares no ${half}${rest}.`));
    } else if (given.length === 0) {
      findings.push(
        error(`signature-${half}-empty`, `The list of ${half} in the signature is empty${rest}.`),
      );
    } else {
      findings.push(...repeatedNames(half, given));
    }
  }
  return findings;
}

type Spec = ColumnSpec | TensorSpec;

/** Names of columns for which MLflow refuses every call, or that it never hands on. */
function nameFindings(inputs: readonly Spec[]): readonly Finding[] {
  const refusal = refusalOfCalls(inputs);
  const lost =
    refusal === undefined ? lostColumns(inputs).map(({ name }) => `"${show(name ?? '', 40)}"`) : [];
  if (refusal === undefined && lost.length === 0) return [];
  const more = lost.length > 3 ? ` and ${lost.length - 3} more` : '';
  return [
    {
      code: 'signature-inputs-false-name',
      severity: 'warning',
      message:
        refusal ??
        `The name of an input column counts as false in Python, so MLflow uses the position of the column as its name, and the model never receives ${lost.slice(0, 3).join(', ')}${more}.`,
      fix: 'Before you log the model again, name each column with a non-empty text, or number the columns from 0 in their order.',
    },
  ];
}

/** A key of older releases that newer ones refuse. */
function releaseFindings({ onlyReadBy }: ModelSignature): readonly Finding[] {
  if (onlyReadBy === undefined) return [];
  return [
    {
      code: 'signature-older-release',
      severity: 'warning',
      message: `A column uses the key "optional" instead of "required", so only ${onlyReadBy} can load this signature.`,
      fix: 'Serve the model with the MLflow version that logged it, or log it again with a newer version.',
    },
  ];
}

/** MLflow loads a list that names a column twice and then enforces only the last. */
function repeatedNames(half: string, specs: readonly Spec[]): readonly Finding[] {
  const seen = new Set<NameKey>();
  const repeated = new Set<string>();
  for (const spec of specs) {
    if (spec.name === undefined) continue;
    const key = nameKey(spec) ?? spec.name;
    if (seen.has(key)) repeated.add(spec.name);
    seen.add(key);
  }
  if (repeated.size === 0) return [];
  const shown = [...repeated].slice(0, 3).map((name) => `"${show(name, 40)}"`);
  const more = repeated.size > shown.length ? ` and ${repeated.size - shown.length} more` : '';
  return [
    {
      code: `signature-${half}-repeated`,
      severity: 'warning',
      message: `The ${half} of the signature name ${shown.join(', ')}${more} more than once; MLflow enforces only the last.`,
      fix: 'Give each column a unique name, then log the model again.',
    },
  ];
}

function missingHalf(facts: SignatureFacts): MissingHalf {
  if (facts.state === 'unreadable') return 'unknown';
  if (facts.state !== 'declared') return 'both';
  const inputs = facts.signature.inputs !== null && facts.signature.inputs.length > 0;
  const outputs = facts.signature.outputs !== null && facts.signature.outputs.length > 0;
  if (inputs) return outputs ? 'none' : 'outputs';
  return outputs ? 'inputs' : 'both';
}
