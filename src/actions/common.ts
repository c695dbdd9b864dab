import type * as z from 'zod';
import { parseHost } from '../http/host.ts';
import type { Parsed } from '../domain/text.ts';
import { boolean, checkMode, defaulted, parsed, required } from './fields.ts';

const token = parsed((text): Parsed<string> => {
  const value = text.trim();
  return /\s/u.test(value)
    ? { ok: false, problem: 'it has white space inside.', fix: 'Give the token alone, from a secret.' }
    : { ok: true, value };
});

/** Inputs of every action. */
export const COMMON_INPUTS = {
  host: required(parsed(parseHost), {
    description: 'Address of the Databricks workspace. Default: the variable `DATABRICKS_HOST`.',
    environment: 'DATABRICKS_HOST',
    example: 'https://adb-123.4.azuredatabricks.net',
  }),
  token: required(token, {
    description: 'Token to sign in with, from a secret. Default: the variable `DATABRICKS_TOKEN`.',
    environment: 'DATABRICKS_TOKEN',
    example: '${{ secrets.DATABRICKS_TOKEN }}',
    secret: true,
  }),
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
export type CommonInputs = z.output<z.ZodObject<typeof COMMON_INPUTS>>;

/** Outputs of every action. */
export const COMMON_OUTPUTS = {
  outcome: 'What it ended with: one word of the closed list in docs/outcomes.md.',
  changed: '`true` when something was written.',
  'would-change': '`true` when a run without `dry-run` would write something, or did.',
  report: 'Path of a JSON file with everything that the decision rested on (docs/report.schema.json).',
} as const;
