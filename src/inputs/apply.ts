import { formatDuration } from '../domain/duration.ts';
import type { InputFault } from '../domain/input-fault.ts';
import type { Parsed } from '../domain/parsed.ts';
import { PLAN_VALIDITY } from '../domain/plan-validity.ts';
import { show } from '../domain/printable.ts';
import { APPROVAL_INPUTS, APPROVAL_OUTPUTS, approvalFaults } from './approval.ts';
import {
  defaulted,
  duration,
  oneOf,
  optional,
  parsed,
  text,
  type InputsOf,
  type RawInputs,
} from './fields.ts';
import { jsonOutput, numberOutput, textOutput } from './outputs.ts';
import { POLICY_AND_APPROVAL_TOKEN, POLICY_INPUTS } from './policy.ts';
import { SIGNATURE_INPUTS } from './signature.ts';

const digest = parsed((value): Parsed<string> => {
  const found = /^(?:sha256:)?([0-9a-f]{64})$/u.exec(value.trim().toLowerCase())?.[1];
  return found === undefined
    ? {
        ok: false,
        problem: `"${show(value, 80)}" is not a SHA-256 digest.`,
        fix: 'Pass the output plan-digest of the planning step.',
      }
    : { ok: true, value: found };
});

/** Inputs of the action that applies a plan. */
export const APPLY_INPUTS = {
  plan: optional(text, {
    description: 'The plan: output `plan` of the planning step, passed on as an output of its job.',
    example: '${{ needs.plan.outputs.plan }}',
    emptyBecause:
      'GitHub drops a job output that contains a masked value: do not keep names of models, catalogs or people as secrets. If the plan is longer than 48 KiB, pass it with plan-file.',
  }),
  'plan-file': optional(text, {
    description: 'Path of a file that contains the plan, instead of `plan`. Needs `expected-digest`.',
  }),
  'expected-digest': optional(digest, {
    description:
      'Digest that the plan must have: output `plan-digest` of the planning step. Required with `plan-file` and outside of a pipeline.',
    example: '${{ needs.plan.outputs.plan-digest }}',
  }),
  'max-age': defaulted(duration, {
    description: 'How old the plan may be, at most `24h`.',
    default: '24h',
  }),
  ...APPROVAL_INPUTS,
  ...POLICY_INPUTS,
  ...POLICY_AND_APPROVAL_TOKEN,
  'on-unknown': defaulted(oneOf(['fail', 'warn']), {
    description: 'What to do when a role cannot be determined: `fail` or `warn`.',
    default: 'fail',
  }),
  ...SIGNATURE_INPUTS,
};

/** The inputs of {@link APPLY_INPUTS} as values. */
export type ApplyInputs = InputsOf<typeof APPLY_INPUTS>;

/** Outputs of the action that applies a plan. */
export const APPLY_OUTPUTS = {
  version: numberOutput('Number of the version that the alias names; empty if it names none.'),
  'previous-version': numberOutput(
    'Number of the version that the alias named before the plan was applied; empty if it named none.',
  ),
  uri: textOutput('`models:/<name>/<number>` of the version that the alias names.'),
  differences: jsonOutput(
    'JSON, after a conflict: the facts that have changed since the plan was made, each with `fact`, `then`, `now` and `by`.',
  ),
  ...APPROVAL_OUTPUTS,
};

/** Faults of these inputs together. */
export function applyFaults(inputs: Partial<ApplyInputs>, raw: RawInputs): InputFault[] {
  const maxAge = inputs['max-age'];
  return [
    ...approvalFaults(inputs),
    ...(inputs['plan-file'] !== undefined && raw['expected-digest'] === undefined
      ? [
          {
            input: 'expected-digest',
            problem: 'it is missing, but plan-file needs it: another step or job may have replaced the file.',
            fix: 'Pass the output plan-digest of the planning step.',
          },
        ]
      : []),
    ...(maxAge !== undefined && maxAge > PLAN_VALIDITY
      ? [
          {
            input: 'max-age',
            problem: `no plan is valid for longer than ${formatDuration(PLAN_VALIDITY)}.`,
            fix: 'Give 24h or less.',
          },
        ]
      : []),
  ];
}
