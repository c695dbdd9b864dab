import { CONNECTION_INPUTS } from './connection.ts';
import { boolean, checkMode, defaulted, type InputsOf } from './fields.ts';
import { flagOutput, textOutput } from './outputs.ts';

/** Inputs of every action. */
export const COMMON_INPUTS = {
  ...CONNECTION_INPUTS,
  'check-privileges': defaulted(checkMode, {
    description: 'Check that the caller holds the privileges that the action needs: `fail`, `warn` or `off`.',
    default: 'fail',
  }),
  summary: defaulted(boolean, { description: 'Write a job summary.', default: 'true' }),
  'workspace-url': defaulted(boolean, {
    description:
      'Link models, versions and jobs to their pages in the Databricks workspace. The summary shows the address of the workspace only with these links.',
    default: 'false',
  }),
};

/** Inputs of every action that writes. */
export const WRITING_INPUTS = {
  'dry-run': defaulted(boolean, {
    description: 'Run every check and report the plan, but write nothing.',
    default: 'false',
    mayBeEmpty: false,
  }),
};

/** The inputs of every action, as values. */
export type CommonInputs = InputsOf<typeof COMMON_INPUTS> & Partial<InputsOf<typeof WRITING_INPUTS>>;

/** Outputs of every action. */
export const COMMON_OUTPUTS = {
  outcome: textOutput('How the step ended: one word of the list in docs/outcomes.md.'),
  changed: flagOutput('`true` when the step wrote something.'),
  'would-change': flagOutput('`true` when the step wrote something, or would have without `dry-run`.'),
  cut: textOutput(
    'Names of the outputs that were cut to their first part, comma-separated; the report file has them whole. Empty when none was cut.',
  ),
  report: textOutput(
    'Path of a JSON file with everything that the decision is based on (docs/report.schema.json).',
  ),
};
