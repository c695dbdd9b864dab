import { COMPATIBILITY_MODES } from '../domain/signature-change.ts';
import { defaulted, modelUri, oneOf, optional, type InputsOf } from './fields.ts';
import { jsonOutput, verdictOutput } from './outputs.ts';

/** Inputs of every action that compares signatures; `byDefault` says with what, where `compare-with` is left out. */
export function compareInputs(byDefault: string) {
  return {
    'compare-with': optional(modelUri, {
      description: `The version whose callers must not break: \`models:/catalog.schema.model@alias\` or \`models:/catalog.schema.model/7\`. An alias that does not exist yet is not an error. Default: ${byDefault}.`,
      example: 'models:/prod.ml_team.fraud_detection@Champion',
    }),
    compatibility: defaulted(oneOf(COMPATIBILITY_MODES), {
      description:
        'What the comparison requires: `callers` (callers of the compared version can call this one), `exact` (both signatures are the same) or `none` (changes are reported, nothing is refused).',
      default: 'callers',
    }),
  };
}

/** Outputs of every action that compares signatures. */
export const COMPARE_OUTPUTS = {
  compatible: verdictOutput(
    '`true` when callers of the compared version can call this one (with `exact`: when nothing changed), `false` when they cannot, `unknown` when a signature cannot be read; empty when nothing was compared. With `none`, the value is the same as with `callers`.',
  ),
  changes: jsonOutput(
    'JSON list of the changes, breaking ones first: `path`, `kind`, `before`, `after`, `class` (`breaking`, `warning`, `compatible`) and `reason`. At most 30 kB (300 kB in the report): long texts are cut, and a last entry of the kind `left-out` counts the changes that are left out. Empty when nothing was compared.',
  ),
};

/** The inputs of {@link compareInputs} as values. */
export type CompareInputs = InputsOf<ReturnType<typeof compareInputs>>;
