import { textOutput } from './outputs.ts';

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
