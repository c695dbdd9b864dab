import type { CommonInputs } from './common.ts';
import { type InputsOf, fullName, optional } from './fields.ts';
import { lines } from './lines.ts';
import { jsonOutput, textOutput } from './outputs.ts';

/** Inputs of the action that checks the connection. */
export const CHECK_CONNECTION_INPUTS = {
  model: optional(fullName, {
    description:
      'A model whose newest version is read for a test, the way a copy reads it. Default: no file is read.',
    example: 'staging.ml_team.fraud_detection',
  }),
  catalogs: optional(lines, {
    description:
      'Catalogs that the caller must be able to use from this workspace, one per line. Default: the catalog of `model`.',
  }),
};

/** The inputs of {@link CHECK_CONNECTION_INPUTS} and of every action as values. */
export type CheckConnectionInputs = CommonInputs & InputsOf<typeof CHECK_CONNECTION_INPUTS>;

/** Outputs of that action. */
export const CHECK_CONNECTION_OUTPUTS = {
  principal: textOutput('Name of the caller in the workspace, as `GRANT` statements use it.'),
  'principal-kind': textOutput('`user` or `service-principal`.'),
  method: textOutput('How the action signed in: a value of `auth-type`.'),
  'workspace-id': textOutput('Id of the workspace that responded.'),
  groups: jsonOutput('JSON list of the groups that the caller is in, as the workspace lists them.'),
};
