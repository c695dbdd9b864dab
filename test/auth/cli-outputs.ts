/**
 * What the CLIs print, field by field after their public sources, which each entry names: the CLIs themselves were not
 * run here. Tokens, ids and times are ours.
 */
export interface CliOutput {
  readonly tool: 'az' | 'databricks';
  /** Release or commit, and the file that prints it. */
  readonly source: string;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const AZ_TOKEN = { accessToken: 'recorded-azure-token', expiresOn: '2026-11-23 10:00:00.123456' };
const AZ_EPOCH = { expires_on: 1_795_430_400 };
const AZ_SUBSCRIPTION = { subscription: '11111111-2222-3333-4444-555555555555' };
const AZ_REST = { tenant: '66666666-7777-8888-9999-000000000000', tokenType: 'Bearer' };

const DATABRICKS = {
  access_token: 'recorded-databricks-token',
  token_type: 'Bearer',
  expiry: '2026-11-23T10:00:00.123456789+01:00',
};

const AZ_SOURCE =
  'Azure/azure-cli 0222eb3, command_modules/profile/custom.py get_access_token; core/_profile.py get_raw_token (000cacd)';
const DATABRICKS_SOURCE =
  'databricks/cli v1.13.0 (7bbe285), cmd/auth/token.go writeTokenOutput; golang.org/x/oauth2 v0.36.0 token.go';

const printed = (tool: CliOutput['tool'], source: string, output: object, end = '\n'): CliOutput => ({
  tool,
  source,
  exitCode: 0,
  stdout: `${JSON.stringify(output, null, 2)}${end}`,
  stderr: '',
});

/** Outputs with a token, and when it ends: milliseconds since the epoch. */
export const TOKENS_PRINTED: readonly (readonly [name: string, output: CliOutput, expiresAt: number])[] = [
  [
    'az',
    printed('az', AZ_SOURCE, { ...AZ_TOKEN, ...AZ_EPOCH, ...AZ_SUBSCRIPTION, ...AZ_REST }),
    1_795_430_400_000,
  ],
  ['az with --tenant', printed('az', AZ_SOURCE, { ...AZ_TOKEN, ...AZ_EPOCH, ...AZ_REST }), 1_795_430_400_000],
  [
    'an older az, which has the local time alone',
    printed('az', 'an output of 2.30.0 in Azure/azure-cli#20219, fixed there', {
      ...AZ_TOKEN,
      ...AZ_SUBSCRIPTION,
      ...AZ_REST,
    }),
    Date.parse('2026-11-23T10:00:00.123'),
  ],
  [
    'databricks, a token of its cache',
    printed('databricks', DATABRICKS_SOURCE, DATABRICKS, ''),
    Date.parse('2026-11-23T09:00:00.123Z'),
  ],
  [
    'databricks, a new token',
    printed('databricks', DATABRICKS_SOURCE, { ...DATABRICKS, expires_in: 3599 }, ''),
    Date.parse('2026-11-23T09:00:00.123Z'),
  ],
];

const refused = (tool: CliOutput['tool'], source: string, stderr: string): CliOutput => ({
  tool,
  source,
  exitCode: 1,
  stdout: '',
  stderr,
});

/** Refusals, and what of them a message of ours has to tell. */
export const REFUSALS_PRINTED: readonly (readonly [output: CliOutput, reported: string])[] = [
  [
    refused(
      'az',
      'core/_profile.py _AZ_LOGIN_MESSAGE (000cacd)',
      "ERROR: Please run 'az login' to setup account.\n",
    ),
    "az printed: ERROR: Please run 'az login' to setup account.",
  ],
  [
    refused(
      'az',
      'core/_profile.py get_subscription (000cacd)',
      "ERROR: Subscription 's1' not found. Check the spelling and casing and try again.\n",
    ),
    "az printed: ERROR: Subscription 's1' not found.",
  ],
  [
    refused(
      'az',
      'core/auth/util.py aad_error_handler (036a34b)',
      'ERROR: AADSTS70043: The refresh token has expired.\nInteractive authentication is needed. Please run:\naz login --scope x/.default\n',
    ),
    'AADSTS70043: The refresh token has expired.',
  ],
  [
    refused(
      'databricks',
      'databricks/cli v1.13.0, acceptance/cmd/auth/token/output.txt',
      'Error: cache: databricks OAuth is not configured for this host. no cached credentials; run `databricks auth login` to sign in\n',
    ),
    'databricks OAuth is not configured for this host',
  ],
  [
    refused(
      'databricks',
      'databricks/cli v1.13.0, libs/auth/error.go RewriteAuthError',
      'Error: A new access token could not be retrieved because the refresh token is invalid. To reauthenticate, run the following command:\n  $ databricks auth login --profile test-profile\n',
    ),
    'databricks auth login --profile test-profile',
  ],
  [
    refused(
      'databricks',
      'databricks/cli v1.13.0, cmd/auth/token.go loadToken',
      'Error: profile "ci" uses M2M authentication (client_id/client_secret). `databricks auth token` only supports U2M (user-to-machine) authentication tokens. To authenticate as a service principal, use the Databricks SDK directly\n',
    ),
    'profile "ci" uses M2M authentication',
  ],
];
