import { COMPATIBILITY_MODES } from '../domain/signature-change.ts';
import { defaulted, modelUri, oneOf, optional, type InputsOf } from './fields.ts';
import { jsonOutput, verdictOutput } from './outputs.ts';

/** Inputs of every action that compares signatures; `byDefault` says with what, where `compare-with` is left out. */
export function compareInputs(byDefault: string) {
  return {
    'compare-with': optional(modelUri, {
      description: `The version whose callers must not break: \`models:/catalog.schema.model@alias\` or \`models:/catalog.schema.model/7\`. An alias that does not exist yet is no error. Default: ${byDefault}.`,
      example: 'models:/prod.ml_team.fraud_detection@Champion',
    }),
    compatibility: defaulted(oneOf(COMPATIBILITY_MODES), {
      description:
        'What the comparison requires: `callers` (whoever calls the compared version can call this one), `exact` (the same signature) or `none` (report the changes, refuse nothing).',
      default: 'callers',
    }),
  };
}

/** Outputs of every action that compares signatures. */
export const COMPARE_OUTPUTS = {
  compatible: verdictOutput(
    '`true` when whoever calls the compared version can call this one (`exact`: nothing changed), `false` when not, `unknown` when a signature cannot be read; empty when nothing was compared. Under `none` it answers as under `callers`.',
  ),
  changes: jsonOutput(
    'JSON list of the changes: `path`, `kind`, `before`, `after`, `class` (`breaking`, `warning`, `compatible`) and `reason`, what breaks first, at most 30 kB (300 kB in the report), long texts cut; where some are left out, a last entry of the kind `left-out` counts them; empty when nothing was compared.',
  ),
};

/** The inputs of {@link compareInputs} as values. */
export type CompareInputs = InputsOf<ReturnType<typeof compareInputs>>;
