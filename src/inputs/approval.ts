import type { InputFault } from '../domain/input-fault.ts';
import { boolean, defaulted, optional, text, type InputsOf } from './fields.ts';
import { jsonOutput } from './outputs.ts';
import { approvalAsked, ROLE_INPUTS, ROLE_OUTPUTS, roleFaults } from './roles.ts';

/** Inputs of an action that carries out what was approved. */
export const APPROVAL_INPUTS = {
  ...ROLE_INPUTS,
  'approval-environment': optional(text, {
    description:
      'GitHub environment that must have required reviewers and have been approved in this run, by somebody else than `require-distinct` says. Needs `github-token`.',
    example: 'production',
  }),
  'approval-review': defaulted(boolean, {
    description:
      'In place of `approval-environment`, where the GitHub plan has no required reviewers: the last commit of the pull request that this commit was merged by must have been approved by somebody with write access who neither wrote it nor started the run. Needs `github-token`.',
    default: 'false',
  }),
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
  const fault =
    asked === undefined
      ? {
          input: 'approval-environment',
          problem: 'it is missing, but require-plan-code asks for an approval.',
          fix: 'Name the environment of the job, for example "approval-environment: production".',
        }
      : {
          input: 'require-plan-code',
          problem: 'it is true, but a review of a pull request is given before the plan is made.',
          fix: 'Give approval-environment in place of approval-review, or leave require-plan-code out.',
        };
  return [...roleFaults(inputs), fault];
}
