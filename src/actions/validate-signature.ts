import { VALIDATE_SIGNATURE_INPUTS, VALIDATE_SIGNATURE_OUTPUTS } from '../inputs/validate-signature.ts';
import { defineAction } from './contract/action.ts';

/** Checks that a version declares what it takes and what it gives, and compares that with another version. */
export const validateSignature = defineAction({
  name: 'validate-signature',
  title: 'Validate a model signature',
  description:
    'Check that a model version in Unity Catalog has a signature with inputs and outputs, and that callers of another version can call it. Only MLmodel files are read.',
  icon: 'check-square',
  inputs: VALIDATE_SIGNATURE_INPUTS,
  choices: [{ of: ['version', 'alias'], need: 'exactly-one' }],
  outputs: VALIDATE_SIGNATURE_OUTPUTS,
  requirements: {
    writes: false,
    needs: ['files'],
    privileges: [
      'EXECUTE on the model, and on the one of `compare-with`',
      'USE SCHEMA and USE CATALOG on their parents',
    ],
  },
  run: async (context) =>
    (await import(/* webpackChunkName: "work" */ './validate-signature/run.ts')).runValidateSignature(
      context,
    ),
});
