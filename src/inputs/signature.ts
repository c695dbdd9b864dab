import { checkMode, defaulted, type InputsOf } from './fields.ts';

/** The input of every action that is about a version. */
export const SIGNATURE_INPUTS = {
  'require-signature': defaulted(checkMode, {
    description: 'Require a model signature with inputs and outputs: `fail`, `warn` or `off`.',
    default: 'fail',
  }),
};

/** The inputs of {@link SIGNATURE_INPUTS} as values. */
export type SignatureInputs = InputsOf<typeof SIGNATURE_INPUTS>;
