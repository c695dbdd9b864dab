import { REGISTRY_KINDS } from '../registry/table.ts';
import { boolean, checkMode, defaulted, oneOf, type InputsOf } from './fields.ts';
import { credentialInputs, hostInput } from './sign-in.ts';
import { flagOutput, textOutput } from './outputs.ts';

/** Inputs of every action. */
export const COMMON_INPUTS = {
  ...hostInput('destination'),
  registry: defaulted(oneOf(['auto', ...REGISTRY_KINDS]), {
    description:
      'What answers at `host`: `databricks`, `mlflow`, `unity-catalog` (the open-source servers), or `auto`: a host outside of the domains of Databricks is asked, without any credential (docs/registries.md).',
    default: 'auto',
  }),
  ...credentialInputs('destination'),
  'dry-run': defaulted(boolean, { description: 'Decide and report, and change nothing.', default: 'false' }),
  'check-privileges': defaulted(checkMode, {
    description: 'Check that the caller holds the privileges that this needs: `fail`, `warn` or `off`.',
    default: 'fail',
  }),
  'require-signature': defaulted(checkMode, {
    description: 'Require a model signature with inputs and outputs: `fail`, `warn` or `off`.',
    default: 'fail',
  }),
  summary: defaulted(boolean, { description: 'Write the summary of the job.', default: 'true' }),
};

/** The inputs of every action, as values. */
export type CommonInputs = InputsOf<typeof COMMON_INPUTS>;

/** Outputs of every action. */
export const COMMON_OUTPUTS = {
  outcome: textOutput('What it ended with: one word of the closed list in docs/outcomes.md.'),
  changed: flagOutput('`true` when something was written.'),
  'would-change': flagOutput('`true` when a run without `dry-run` would write something, or did.'),
  cut: textOutput(
    'Names of the outputs that hold only their first part, with a comma between; the report file has them whole. Empty: none.',
  ),
  report: textOutput(
    'Path of a JSON file with everything that the decision rested on (docs/report.schema.json).',
  ),
};
