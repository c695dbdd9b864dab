import type { InputFault } from '../domain/input-fault.ts';
import { boolean, defaulted, type InputsOf } from './fields.ts';
import { jsonOutput } from './outputs.ts';
import { approvalAsked, ROLE_INPUTS, ROLE_OUTPUTS, roleFaults } from './roles.ts';

/** Inputs of an action that carries out what was approved. */
export const APPROVAL_INPUTS = {
  ...ROLE_INPUTS,
  'require-plan-code': defaulted(boolean, {
    description:
      'Only an approval of `approval-environment` whose comment holds the code of this plan counts, so that one of another plan, or of another attempt of the run, does not.',
    default: 'false',
  }),
};

/** Outputs of an action that carries out what was approved. */
export const APPROVAL_OUTPUTS = {
  ...ROLE_OUTPUTS,
  approval: jsonOutput(
    'JSON: whether the plan was approved, whether that is bound to this plan by its code, and each review that was looked at with why it counts or not; empty where no approval is asked for.',
  ),
};

/** The inputs of {@link APPROVAL_INPUTS} as values. */
export type ApprovalInputs = InputsOf<typeof APPROVAL_INPUTS>;

/** Faults of these inputs together. */
export function approvalFaults(inputs: Partial<ApprovalInputs>): InputFault[] {
  const asked = approvalAsked(inputs);
  if (inputs['require-plan-code'] !== true || (asked !== undefined && asked !== 'review'))
    return roleFaults(inputs);
  const problem =
    asked === undefined
      ? 'it is true, but no approval is asked for.'
      : 'it is true, but a review of a pull request is given before the plan is made.';
  const fix = 'Add approval-environment, or leave require-plan-code out.';
  return [...roleFaults(inputs), { input: 'require-plan-code', problem, fix }];
}
