import type { InputFault } from '../domain/input-fault.ts';
import { boolean, defaulted, optional, text, type InputsOf } from './fields.ts';
import { jsonOutput } from './outputs.ts';
import { approvalAsked, ROLE_INPUTS, ROLE_OUTPUTS, roleFaults } from './roles.ts';

/** Inputs of an action that carries out what was approved. */
export const APPROVAL_INPUTS = {
  ...ROLE_INPUTS,
  'approval-environment': optional(text, {
    description:
      'GitHub environment that must have required reviewers and have been approved in this run, by somebody whom `require-distinct` allows. Needs `github-token`.',
    example: 'production',
  }),
  'approval-review': defaulted(boolean, {
    description:
      'Instead of `approval-environment`, if your GitHub plan has no required reviewers: somebody with write access, who neither wrote the commit nor started the run, must have approved the last commit of the pull request that was merged as this commit. Needs `github-token`.',
    default: 'false',
  }),
  'require-plan-code': defaulted(boolean, {
    description:
      'Count an approval of `approval-environment` only if its comment contains the code of this plan. Approvals of other plans and of other attempts of the run then do not count.',
    default: 'false',
  }),
};

/** Outputs of an action that carries out what was approved. */
export const APPROVAL_OUTPUTS = {
  ...ROLE_OUTPUTS,
  approval: jsonOutput(
    'JSON: whether the plan was approved, whether the comment of the approval contains its code, and for each review why it counts or not. Empty if no approval is required.',
  ),
};

/** The inputs of {@link APPROVAL_INPUTS} as values. */
export type ApprovalInputs = InputsOf<typeof APPROVAL_INPUTS>;

/** Faults of these inputs together. */
export function approvalFaults(inputs: Partial<ApprovalInputs>): InputFault[] {
  const asked = approvalAsked(inputs);
  if (inputs['require-plan-code'] !== true || (asked !== undefined && asked !== 'review'))
    return roleFaults(inputs);
  const fault =
    asked === undefined
      ? {
          input: 'approval-environment',
          problem: 'it is missing, but require-plan-code needs an approval.',
          fix: 'Name the environment of the job, for example "approval-environment: production".',
        }
      : {
          input: 'require-plan-code',
          problem:
            'it is true, but the review of a pull request cannot contain the code, because the review is given before the plan is made.',
          fix: 'Use approval-environment instead of approval-review, or leave require-plan-code out.',
        };
  return [...roleFaults(inputs), fault];
}
