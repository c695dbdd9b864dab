import { parseModelPattern } from '../domain/model-pattern.ts';
import type { CommonInputs } from './common.ts';
import { type InputsOf, alias, boolean, defaulted, optional, parsed, required, version } from './fields.ts';
import { keyValues } from './lines.ts';
import { flagOutput, jsonOutput, numberOutput, textOutput } from './outputs.ts';
import { PAST_INPUTS } from './past.ts';
import { SIGNATURE_INPUTS } from './signature.ts';

/** Inputs of the action that finds versions. */
export const FIND_VERSION_INPUTS = {
  model: required(parsed(parseModelPattern), {
    description:
      'Full name of a model, or a pattern such as `staging.ml_team.*` for a matrix of several models.',
    example: 'staging.ml_team.fraud_detection',
  }),
  version: optional(version, {
    description:
      'Number of the version. Without `version` and `alias`: the READY version with the highest number.',
  }),
  alias: optional(alias, { description: 'Alias that names the version.' }),
  where: optional(keyValues, { description: 'Tags that the version must have, lines `key=value`.' }),
  ...PAST_INPUTS,
  'allow-none': defaulted(boolean, {
    description: 'Succeed when no version is found; `found` is then `false`.',
    default: 'false',
  }),
  ...SIGNATURE_INPUTS,
};

/** The inputs of {@link FIND_VERSION_INPUTS} and of every action as values. */
export type FindVersionInputs = CommonInputs & InputsOf<typeof FIND_VERSION_INPUTS>;

/** Outputs of that action. */
export const FIND_VERSION_OUTPUTS = {
  version: numberOutput('Number of the version, if `model` names one model.'),
  uri: textOutput('`models:/<name>/<number>` of the version.'),
  found: flagOutput('`true` when at least one version was found.'),
  history: jsonOutput(
    'JSON with `history: true`: which versions the alias named, newest first, each with version, since, until, who, run, attempt, gap and source (`record` or `audit log`).',
  ),
  matrix: jsonOutput('JSON for `strategy.matrix`: `{"include":[{"model","version","uri"}]}`.'),
};

/** What a registry must have for an input. */
export const FIND_VERSION_NEEDS = {
  alias: ['aliases'],
  where: ['tags'],
  'warehouse-id': ['audit-log'],
} as const;
