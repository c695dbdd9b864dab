import type { InputFault } from '../domain/errors.ts';
import type { CommonInputs } from './common.ts';
import { compareInputs, COMPARE_OUTPUTS } from './compare.ts';
import { COPY_INPUTS, COPY_OUTPUTS } from './copy.ts';
import { alias, defaulted, duration, oneOf, optional, text, type InputsOf } from './fields.ts';
import { lines } from './lines.ts';
import { flagOutput, numberOutput, textOutput } from './outputs.ts';
import { ROLE_INPUTS, ROLE_OUTPUTS } from './roles.ts';

export const PROMOTE_INPUTS = {
  ...COPY_INPUTS,
  ...compareInputs('the version that `alias` names now'),
  alias: defaulted(alias, {
    description: 'The alias to move to the copy.',
    default: 'Champion',
    mayBeEmpty: false,
  }),
  until: defaulted(oneOf(['copy', 'validate', 'alias']), {
    description: 'The last step: `copy`, `validate` or `alias`.',
    default: 'alias',
    mayBeEmpty: false,
  }),
  'require-status': optional(text, {
    description: 'Status that the source must have before it is copied, such as `approved`.',
  }),
  'set-status': optional(text, { description: 'Status that the copy gets after it was validated.' }),
  'require-destination-status': optional(text, {
    description:
      'Status that the copy must have right before the alias is moved. Judged before the copy too, unless a `validate-command` may set it.',
  }),
  'validate-command': optional(text, {
    description:
      'Command that validates the copy, run without a shell. It gets `MODEL_URI`, `MODEL_NAME` and `MODEL_VERSION`; its exit code decides.',
  }),
  'validate-env': optional(lines, {
    description:
      'Lines: names of environment variables that the command gets too. No secret is among its variables unless named here; it can reach the token of the step all the same (docs/validate-before-deployment.md).',
    mayBeEmpty: true,
  }),
  'validate-timeout': defaulted(duration, { description: 'How long the command may run.', default: '15m' }),
  ...ROLE_INPUTS,
  'on-unknown': defaulted(oneOf(['fail', 'warn']), {
    description: 'What a role does that cannot be seen: `fail` or `warn`.',
    default: 'fail',
  }),
};

export const PROMOTE_OUTPUTS = {
  ...COPY_OUTPUTS,
  ...COMPARE_OUTPUTS,
  allowed: flagOutput('`true` when every check passed.'),
  'previous-version': numberOutput(
    'Number of the version that the alias named before, empty when there was none. For a later set-alias, its `expected-version`.',
  ),
  status: textOutput('Status of the copy after the step.'),
  ...ROLE_OUTPUTS,
};

/** Inputs of steps that `until` leaves out. */
export function untilFaults(inputs: Partial<PromoteInputs>): InputFault[] {
  const { until } = inputs;
  const left = [
    ...(until === 'copy' ? (['validate-command', 'set-status'] as const) : []),
    ...(until === 'copy' || until === 'validate' ? (['require-destination-status'] as const) : []),
  ];
  return left
    .filter((input) => inputs[input] !== undefined)
    .map((input) => ({
      input,
      problem: `it belongs to a step that until: ${until} leaves out.`,
      fix: `Leave it out, or set until: ${input === 'require-destination-status' ? 'alias' : 'validate'}.`,
    }));
}

export type PromoteInputs = CommonInputs & InputsOf<typeof PROMOTE_INPUTS>;
