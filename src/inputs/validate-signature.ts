import type { CommonInputs } from './common.ts';
import { compareInputs, COMPARE_OUTPUTS } from './compare.ts';
import { type InputsOf, alias, fullName, optional, required, version } from './fields.ts';
import { flagOutput, jsonOutput, numberOutput, textOutput } from './outputs.ts';
import { SIGNATURE_INPUTS } from './signature.ts';

/** Inputs of the action that checks a signature. */
export const VALIDATE_SIGNATURE_INPUTS = {
  model: required(fullName, {
    description: 'Full name of the registered model, `catalog.schema.model`.',
    example: 'staging.ml_team.fraud_detection',
  }),
  version: optional(version, { description: 'Number of the version.', example: '8' }),
  alias: optional(alias, { description: 'Alias that names the version.' }),
  ...compareInputs('nothing is compared'),
  ...SIGNATURE_INPUTS,
};

/** The inputs of {@link VALIDATE_SIGNATURE_INPUTS} and of every action as values. */
export type ValidateSignatureInputs = CommonInputs & InputsOf<typeof VALIDATE_SIGNATURE_INPUTS>;

/** Outputs of that action. */
export const VALIDATE_SIGNATURE_OUTPUTS = {
  version: numberOutput('Number of the version that was read.'),
  uri: textOutput('`models:/<name>/<number>` of the version.'),
  allowed: flagOutput('`true` when every check passed.'),
  valid: flagOutput('`true` when inputs and outputs are declared.'),
  signature: jsonOutput(
    'The signature as JSON: `inputs`, `outputs`, `params`; empty when there is none. A signature over 30 kB is cut to the first elements of each part, and its `cut` counts what is left out.',
  ),
  ...COMPARE_OUTPUTS,
};
