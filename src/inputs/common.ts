import type * as z from 'zod';
import { parseDuration } from '../domain/duration.ts';
import type { Parsed } from '../domain/parsed.ts';
import { parseHost } from '../http/host.ts';
import { REGISTRY_KINDS } from '../registry/port.ts';
import { boolean, checkMode, defaulted, oneOf, optional, parsed, text, token } from './fields.ts';

/** Shorter ones would be over before most requests are. Milliseconds. */
const SHORTEST = 1_000;

function parseResponseTimeout(text: string): Parsed<number> {
  const read = parseDuration(text);
  if (!read.ok || read.value >= SHORTEST) return read;
  return { ok: false, problem: 'it is shorter than a second.', fix: 'Write 120s, 5m or seconds.' };
}

/** Ways to sign in: one of them is needed (docs/sign-in.md). Which, is decided when the action runs. */
const SIGN_IN_INPUTS = {
  'auth-type': optional(text, {
    description:
      'How to sign in: `github-oidc`, `oauth-m2m`, `pat`, or another of docs/sign-in.md. Default: by the credential that is there.',
    environment: 'DATABRICKS_AUTH_TYPE',
  }),
  'client-id': optional(text, {
    description:
      'Application id of the service principal. With `permissions: id-token: write` and no secret, GitHub vouches for the job (`github-oidc`).',
    environment: 'DATABRICKS_CLIENT_ID',
  }),
  'client-secret': optional(token, {
    description: 'OAuth secret of the service principal (`oauth-m2m`), from a secret.',
    environment: 'DATABRICKS_CLIENT_SECRET',
    secret: true,
  }),
  token: optional(token, {
    description: 'Token to sign in with (`pat`), from a secret.',
    environment: 'DATABRICKS_TOKEN',
    example: '${{ secrets.DATABRICKS_TOKEN }}',
    secret: true,
  }),
  audience: optional(text, {
    description: 'Audience of the ID token. Default: what the host asks for, else its token endpoint.',
    environment: 'DATABRICKS_TOKEN_AUDIENCE',
  }),
  'workspace-id': optional(text, {
    description: 'Id of the workspace, for a host that serves several.',
    environment: 'DATABRICKS_WORKSPACE_ID',
  }),
  'account-id': optional(text, {
    description: 'Id of the Databricks account, for a host that does not tell it.',
    environment: 'DATABRICKS_ACCOUNT_ID',
  }),
  profile: optional(text, {
    description: 'Profile of `.databrickscfg` that has what is not given here. None is read without a name.',
    environment: 'DATABRICKS_CONFIG_PROFILE',
  }),
  'azure-client-id': optional(text, {
    description: 'Application id in Microsoft Entra (`azure-client-secret`, `github-oidc-azure`).',
    environment: 'ARM_CLIENT_ID',
  }),
  'azure-client-secret': optional(token, {
    description: 'Secret of it, from a secret.',
    environment: 'ARM_CLIENT_SECRET',
    secret: true,
  }),
  'azure-tenant-id': optional(text, {
    description: 'Tenant of Microsoft Entra. Default: the one that the workspace names.',
    environment: 'ARM_TENANT_ID',
  }),
  'azure-workspace-resource-id': optional(text, {
    description:
      'Resource id of the workspace in Azure, for a principal that Azure knows and the workspace does not yet.',
    environment: 'DATABRICKS_AZURE_RESOURCE_ID',
  }),
};

/** Inputs of every action. */
export const COMMON_INPUTS = {
  host: optional(parsed(parseHost), {
    description:
      'Address of the Databricks workspace or other registry. Default: the variable `DATABRICKS_HOST`.',
    environment: 'DATABRICKS_HOST',
    example: 'https://adb-123.4.azuredatabricks.net',
  }),
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
  ...SIGN_IN_INPUTS,
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
