import type { InputFault } from '../domain/input-fault.ts';
import type { CommonInputs } from './common.ts';
import { compareInputs, COMPARE_OUTPUTS } from './compare.ts';
import { COPY_INPUTS, COPY_OUTPUTS } from './copy.ts';
import { EXPECTED_VERSION } from './expected-version.ts';
import { alias, defaulted, headerToken, oneOf, optional, text, type InputsOf } from './fields.ts';
import { METRIC_INPUTS } from './metrics.ts';
import { flagOutput, numberOutput, textOutput } from './outputs.ts';
import { POLICY_INPUTS } from './policy.ts';
import { PLAN_INPUTS, PLAN_OUTPUTS } from './plan.ts';
import { ROLE_INPUTS, ROLE_OUTPUTS } from './roles.ts';
import { SERVING_INPUTS } from './serving.ts';
import { VALIDATION_INPUTS } from './validation.ts';

/** How far a promotion goes and what it demands, whatever is promoted. */
export const PROMOTION_SETTINGS = {
  until: defaulted(oneOf(['copy', 'validate', 'alias']), {
    description:
      'Where to stop: after `copy`, after `validate` (which runs `validate-command` or `validate-job`, sets `set-status` and leaves the move of the alias as a plan for `apply`) or after `alias`.',
    default: 'alias',
    mayBeEmpty: false,
  }),
  'require-status': optional(text, {
    description: 'Status of the source: `source` must have it before it is copied, for example `approved`.',
  }),
  'set-status': optional(text, {
    description:
      'Status of the copy: set on the new version in `destination` after `validate-command` or `validate-job` has passed and before the alias moves. If no command, job or required status validated the copy, the summary begins with a warning.',
  }),
  'require-destination-status': optional(text, {
    description:
      'Status of the copy: the new version in `destination` must have it right before the alias moves, also when a plan is applied. Also checked before the copy is made, unless a `validate-command` or `validate-job` may set it.',
  }),
  ...METRIC_INPUTS,
  ...VALIDATION_INPUTS,
  ...SERVING_INPUTS,
  ...ROLE_INPUTS,
  ...POLICY_INPUTS,
  ...PLAN_INPUTS,
  'github-token': optional(headerToken, {
    description:
      'Token to read the approval and the file of `policy`, and to write the comment: `${{ github.token }}`, with `permissions: actions: read` for `approval-environment`, with `contents: read` and `pull-requests: read` for `approval-review`, with `contents: read` for `policy`, and with `pull-requests: write` for `pull-request-comment`. It is used for nothing else.',
    example: '${{ github.token }}',
    secret: true,
  }),
  'on-unknown': defaulted(oneOf(['fail', 'warn']), {
    description: 'What to do when a role cannot be determined: `fail` or `warn`.',
    default: 'fail',
  }),
};

export const PROMOTE_INPUTS = {
  ...COPY_INPUTS,
  ...compareInputs('the version that `alias` names now'),
  alias: defaulted(alias, {
    description: 'Alias to move to the copy.',
    default: 'Champion',
    mayBeEmpty: false,
  }),
  ...EXPECTED_VERSION,
  ...PROMOTION_SETTINGS,
};

export const PROMOTE_OUTPUTS = {
  ...COPY_OUTPUTS,
  ...COMPARE_OUTPUTS,
  allowed: flagOutput('`true` when every check passed.'),
  'previous-version': numberOutput(
    'Number of the version that the alias named before; empty when there was none. Pass it to a later set-alias or promote as `expected-version`.',
  ),
  status: textOutput('Status of the copy after the step.'),
  ...ROLE_OUTPUTS,
  ...PLAN_OUTPUTS,
};

/** Inputs of the steps between the copy and its alias, and of that step. */
const AFTER_COPY = [
  'validate-command',
  'validate-job',
  'reject-status',
  'set-status',
  'require-destination-status',
  'expected-version',
  'endpoints',
] as const;

/** Inputs of steps that `until` leaves out. */
export function untilFaults(
  inputs: Partial<Pick<PromoteInputs, 'until' | (typeof AFTER_COPY)[number]>>,
): InputFault[] {
  if (inputs.until !== 'copy') return [];
  return AFTER_COPY.filter((input) => inputs[input] !== undefined).map((input) => ({
    input,
    problem: 'it has no effect with until: copy, which stops before that step.',
    fix: 'Leave it out, or set until: validate.',
  }));
}

export type PromoteInputs = CommonInputs & InputsOf<typeof PROMOTE_INPUTS>;
