import type { CommonInputs } from './common.ts';
import { EXPECTED_VERSION } from './expected-version.ts';
import {
  alias,
  boolean,
  defaulted,
  fullName,
  headerToken,
  optional,
  required,
  version,
  type InputsOf,
} from './fields.ts';
import { numberOutput, textOutput } from './outputs.ts';
import { PLAN_INPUTS, PLAN_OUTPUTS } from './plan.ts';
import { POLICY_INPUTS } from './policy.ts';
import { SIGNATURE_INPUTS } from './signature.ts';

/** The inputs of which one names the version. */
const SELECTION = {
  version: optional(version, { description: 'Version that the alias will name.', example: '8' }),
  'from-alias': optional(alias, {
    description: 'Another alias of the model; the version that it names now gets this alias as well.',
  }),
};

/** Outputs of the action that sets an alias. */
export const SET_ALIAS_OUTPUTS = {
  version: numberOutput(
    'Number of the version that the alias names; empty after a deletion, and where it is not known after its write.',
  ),
  'previous-version': numberOutput(
    'Number of the version that the alias named before; empty when there was none.',
  ),
  uri: textOutput('`models:/<name>/<number>` of the version that the alias names.'),
  ...PLAN_OUTPUTS,
};

/** Inputs of the action that sets an alias. */
export const SET_ALIAS_INPUTS = {
  model: required(fullName, {
    description: 'Full name of the registered model, `catalog.schema.model`.',
    example: 'prod.ml_team.fraud_detection',
  }),
  alias: required(alias, {
    description: 'Alias, such as `Champion`. Case is ignored if the registry ignores it.',
    example: 'Champion',
  }),
  ...SELECTION,
  ...EXPECTED_VERSION,
  delete: defaulted(boolean, { description: 'Delete the alias.', default: 'false' }),
  ...POLICY_INPUTS,
  ...PLAN_INPUTS,
  'github-token': optional(headerToken, {
    description:
      'Token to read the file of `policy` and to write the comment of `pull-request-comment`: `${{ github.token }}`, with `permissions: contents: read` for the first and `pull-requests: write` for the second. It is used for nothing else.',
    example: '${{ github.token }}',
    secret: true,
  }),
  ...SIGNATURE_INPUTS,
};

/** The inputs of {@link SET_ALIAS_INPUTS} and of every action as values. */
export type SetAliasInputs = CommonInputs & InputsOf<typeof SET_ALIAS_INPUTS>;
