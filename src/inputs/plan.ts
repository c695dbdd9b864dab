import type { InputFault } from '../domain/input-fault.ts';
import { boolean, defaulted, headerToken, optional, type InputsOf } from './fields.ts';
import { textOutput } from './outputs.ts';

/** The input that asks for a comment, by which it is found whatever else could not be read. */
export const COMMENT_INPUT = 'pull-request-comment';

/** Inputs of every action that may leave a plan for `apply`. */
export const PLAN_INPUTS = {
  [COMMENT_INPUT]: defaulted(boolean, {
    description:
      'Show the page of this step in one comment on the pull request, which later runs edit. A comment that cannot be written is a warning. Needs `github-token`.',
    default: 'false',
  }),
  'github-token': optional(headerToken, {
    description:
      'Token to write the comment of `pull-request-comment`: `${{ github.token }}`, with `permissions: pull-requests: write`. It is used for nothing else.',
    example: '${{ github.token }}',
    secret: true,
  }),
};

/** Faults of these inputs together. */
export function commentFaults(inputs: Partial<InputsOf<typeof PLAN_INPUTS>>): InputFault[] {
  if (inputs[COMMENT_INPUT] !== true || inputs['github-token'] !== undefined) return [];
  return [
    {
      input: 'github-token',
      problem: `it is missing, but ${COMMENT_INPUT} needs it.`,
      fix: 'Add "github-token: ${{ github.token }}" to the step, and "permissions: pull-requests: write" to the job.',
    },
  ];
}

/** Outputs of every action that may leave a plan for `apply`. They are empty where there is nothing to apply. */
export const PLAN_OUTPUTS = {
  plan: textOutput(
    'The plan as JSON (docs/plan.schema.json), for the input `plan` of `apply` in a later job. Empty if it is longer than 48 KiB; then pass the file.',
  ),
  'plan-file': textOutput('Path of the file that contains the plan.'),
  'plan-digest': textOutput(
    'SHA-256 of the plan, 64 hexadecimal digits. Empty when there is nothing to apply.',
  ),
  'plan-code': textOutput(
    'Code of the plan, such as `UCP-7Q3K-M2XV-9TDA`, which the approver writes as the comment.',
  ),
};

/** Of {@link PLAN_OUTPUTS} the one that is read by an expression of a workflow, whole. */
export const PLAN_EXPRESSION_OUTPUTS = ['plan'] as const;
