import { parseDuration } from '../domain/duration.ts';
import type { Parsed } from '../domain/parsed.ts';
import { REGISTRY_KINDS } from '../registry/table.ts';
import { boolean, checkMode, defaulted, oneOf, parsed, type InputsOf } from './fields.ts';
import { credentialInputs, hostInput } from './sign-in.ts';
import { flagOutput, textOutput } from './outputs.ts';

/** Shorter ones would be over before most requests are. Milliseconds. */
const SHORTEST = 1_000;

function parseResponseTimeout(text: string): Parsed<number> {
  const read = parseDuration(text);
  if (!read.ok || read.value >= SHORTEST) return read;
  return { ok: false, problem: 'it is shorter than a second.', fix: 'Write 120s, 5m or seconds.' };
}

/** Inputs of every action. */
export const COMMON_INPUTS = {
  ...hostInput('destination'),
  registry: defaulted(oneOf(['auto', ...REGISTRY_KINDS]), {
    description:
      'What answers at `host`: `databricks`, `mlflow`, `unity-catalog` (the open-source servers), or `auto`: a host outside of the domains of Databricks is asked, without any credential (docs/registries.md).',
    default: 'auto',
  }),
  'response-timeout': defaulted(parsed(parseResponseTimeout), {
    description:
      'How long the host may take to begin a response, or pause within one: an MLflow server fetches a large file before its first byte.',
    environment: 'MLFLOW_HTTP_REQUEST_TIMEOUT',
    default: '120s',
  }),
  ...credentialInputs('destination'),
  'dry-run': defaulted(boolean, {
    description: 'Decide and report, and change nothing.',
    default: 'false',
    mayBeEmpty: false,
  }),
  'check-privileges': defaulted(checkMode, {
    description: 'Check that the caller holds the privileges that this needs: `fail`, `warn` or `off`.',
    default: 'fail',
  }),
  'require-signature': defaulted(checkMode, {
    description: 'Require a model signature with inputs and outputs: `fail`, `warn` or `off`.',
    default: 'fail',
  }),
  summary: defaulted(boolean, { description: 'Write the summary of the job.', default: 'true' }),
  'workspace-url': defaulted(boolean, {
    description:
      'Link models, versions and jobs to their pages in the Databricks workspace. The summary then shows the address of the workspace, which is in it nowhere otherwise.',
    default: 'false',
  }),
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
