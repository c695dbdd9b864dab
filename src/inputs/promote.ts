import type { InputFault } from '../domain/errors.ts';
import type { CommonInputs } from './common.ts';
import { compareInputs, COMPARE_OUTPUTS } from './compare.ts';
import { COPY_INPUTS, COPY_OUTPUTS } from './copy.ts';
import { EXPECTED_VERSION } from './expected-version.ts';
import { alias, defaulted, oneOf, optional, text, type InputsOf } from './fields.ts';
import { flagOutput, numberOutput, textOutput } from './outputs.ts';
import { ROLE_INPUTS, ROLE_OUTPUTS } from './roles.ts';
import { VALIDATION_INPUTS } from './validation.ts';

export const PROMOTE_INPUTS = {
  ...COPY_INPUTS,
  ...compareInputs('the version that `alias` names now'),
  alias: defaulted(alias, {
    description: 'The alias to move to the copy.',
    default: 'Champion',
    mayBeEmpty: false,
  }),
  ...EXPECTED_VERSION,
  until: defaulted(oneOf(['copy', 'validate', 'alias']), {
    description:
      'The last step: `copy`, `validate` (with `validate-command`, and with `set-status`) or `alias`.',
    default: 'alias',
    mayBeEmpty: false,
  }),
  'require-status': optional(text, {
    description: 'Status that the source must have before it is copied, such as `approved`.',
  }),
  'set-status': optional(text, {
    description:
      'Status that the copy gets before the alias is moved, once `validate-command` has passed. Where nothing validated the copy, neither a command nor a status that was required, the summary begins with a warning.',
  }),
  'require-destination-status': optional(text, {
    description:
      'Status that the copy must have right before the alias is moved. Judged before the copy too, unless a `validate-command` may set it.',
  }),
  ...VALIDATION_INPUTS,
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
    'Number of the version that the alias named before, empty when there was none. For a later set-alias or promote, its `expected-version`.',
  ),
  status: textOutput('Status of the copy after the step.'),
  ...ROLE_OUTPUTS,
};

/** Inputs of the step that moves the alias. */
const OF_ALIAS = ['require-destination-status', 'expected-version'] as const;

/** Inputs of steps that `until` leaves out. */
export function untilFaults(inputs: Partial<PromoteInputs>): InputFault[] {
  const { until } = inputs;
  const left = [
    ...(until === 'copy' ? (['validate-command', 'set-status'] as const) : []),
    ...(until === 'copy' || until === 'validate' ? OF_ALIAS : []),
  ];
  return left
    .filter((input) => inputs[input] !== undefined)
    .map((input) => ({
      input,
      problem: `it belongs to a step that until: ${until} leaves out.`,
      fix: `Leave it out, or set until: ${OF_ALIAS.some((each) => each === input) ? 'alias' : 'validate'}.`,
    }));
}

export type PromoteInputs = CommonInputs & InputsOf<typeof PROMOTE_INPUTS>;
