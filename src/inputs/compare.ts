import { COMPATIBILITY_MODES } from '../domain/signature-change.ts';
import { defaulted, modelUri, oneOf, optional, type InputsOf } from './fields.ts';
import { jsonOutput, verdictOutput } from './outputs.ts';

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
  compatible: verdictOutput(
    '`true` when whoever calls the compared version can call this one (`exact`: nothing changed), `false` when not, `unknown` when a signature cannot be read; empty without `compare-with` or when nothing is there yet. Under `none` it answers as under `callers`.',
  ),
  changes: jsonOutput(
    'JSON list of the changes: `path`, `kind`, `before`, `after`, `class` (`breaking`, `warning`, `compatible`) and `reason`, what breaks first, at most 30 kB (300 kB in the report), long texts cut; where some are left out, a last entry of the kind `left-out` counts them; empty when nothing was compared.',
  ),
};

/** The inputs of {@link COMPARE_INPUTS} as values. */
export type CompareInputs = InputsOf<typeof COMPARE_INPUTS>;
