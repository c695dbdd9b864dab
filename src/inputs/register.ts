import { parseRegisterSource } from '../domain/register-source.ts';
import type { CommonInputs } from './common.ts';
import { NEW_VERSION_SETTINGS, destination, newVersionOutputs } from './copy.ts';
import { parsed, required, type InputsOf } from './fields.ts';

/** Inputs of the action that registers. */
export const REGISTER_INPUTS = {
  source: required(parsed(parseRegisterSource), {
    description:
      'What to register: `runs:/<run id>/<path>`, `models:/m-<id>` (a logged model), `models:/name/3` (a version of the workspace registry) or the path of a folder on the runner.',
    example: 'runs:/0123456789abcdef0123456789abcdef/model',
  }),
  destination: destination('register in'),
  ...NEW_VERSION_SETTINGS,
};

/** Outputs of the action that registers. */
export const REGISTER_OUTPUTS = newVersionOutputs('version');

/** The inputs of {@link REGISTER_INPUTS} and of every action as values. */
export type RegisterInputs = CommonInputs & InputsOf<typeof REGISTER_INPUTS>;
