/** Ways to sign in, by their names in Databricks' unified authentication. */
export const AUTH_TYPES = [
  'pat',
  'github-oidc',
  'oauth-m2m',
  'azure-client-secret',
  'github-oidc-azure',
  'env-oidc',
  'file-oidc',
  'azure-cli',
  'databricks-cli',
  'azure-msi',
] as const;

/** One entry of {@link AUTH_TYPES}. */
export type AuthType = (typeof AUTH_TYPES)[number];

/** How an action signed in: to Databricks by an {@link AuthType}, to an MLflow server by what stands in its request. */
export type SignInMethod = AuthType | 'basic' | 'bearer' | 'none';

/** Where a setting may stand: an input of the action, variables in order, keys of a profile. */
export interface Attribute {
  readonly input?: string;
  readonly variables: readonly string[];
  readonly keys: readonly string[];
  readonly secret?: true;
}

/** Names as in unified authentication (auth-and-http §1); the keys of a profile are the SDKs' attribute names. */
export const ATTRIBUTES = {
  host: { input: 'host', variables: ['DATABRICKS_HOST'], keys: ['host'] },
  token: { input: 'token', variables: ['DATABRICKS_TOKEN'], keys: ['token'], secret: true },
  authType: { input: 'auth-type', variables: ['DATABRICKS_AUTH_TYPE'], keys: ['auth_type'] },
  clientId: { input: 'client-id', variables: ['DATABRICKS_CLIENT_ID'], keys: ['client_id'] },
  clientSecret: {
    input: 'client-secret',
    variables: ['DATABRICKS_CLIENT_SECRET'],
    keys: ['client_secret'],
    secret: true,
  },
  audience: {
    input: 'audience',
    variables: ['DATABRICKS_TOKEN_AUDIENCE'],
    keys: ['token_audience', 'audience'],
  },
  workspaceId: { input: 'workspace-id', variables: ['DATABRICKS_WORKSPACE_ID'], keys: ['workspace_id'] },
  accountId: { input: 'account-id', variables: ['DATABRICKS_ACCOUNT_ID'], keys: ['account_id'] },
  discoveryUrl: { variables: ['DATABRICKS_DISCOVERY_URL'], keys: ['discovery_url'] },
  profile: { input: 'profile', variables: ['DATABRICKS_CONFIG_PROFILE'], keys: [] },
  configFile: { variables: ['DATABRICKS_CONFIG_FILE'], keys: [] },
  oidcTokenEnv: { variables: ['DATABRICKS_OIDC_TOKEN_ENV'], keys: ['oidc_token_env'] },
  oidcTokenFile: {
    variables: ['DATABRICKS_OIDC_TOKEN_FILEPATH', 'DATABRICKS_OIDC_TOKEN_FILE'],
    keys: ['oidc_token_filepath', 'databricks_id_token_filepath'],
  },
  azureClientId: { input: 'azure-client-id', variables: ['ARM_CLIENT_ID'], keys: ['azure_client_id'] },
  azureClientSecret: {
    input: 'azure-client-secret',
    variables: ['ARM_CLIENT_SECRET'],
    keys: ['azure_client_secret'],
    secret: true,
  },
  azureTenantId: { input: 'azure-tenant-id', variables: ['ARM_TENANT_ID'], keys: ['azure_tenant_id'] },
  azureResourceId: {
    input: 'azure-workspace-resource-id',
    variables: ['DATABRICKS_AZURE_RESOURCE_ID'],
    keys: ['azure_workspace_resource_id'],
  },
  azureEnvironment: { variables: ['ARM_ENVIRONMENT'], keys: ['azure_environment'] },
  azureUseMsi: { variables: ['ARM_USE_MSI'], keys: ['azure_use_msi'] },
  databricksCliPath: { variables: ['DATABRICKS_CLI_PATH'], keys: ['databricks_cli_path'] },
  idTokenUrl: { variables: ['ACTIONS_ID_TOKEN_REQUEST_URL'], keys: [] },
  idTokenRequestToken: { variables: ['ACTIONS_ID_TOKEN_REQUEST_TOKEN'], keys: [], secret: true },
} as const satisfies Record<string, Attribute>;

/** One entry of {@link ATTRIBUTES}. */
export type AttributeName = keyof typeof ATTRIBUTES;

/** A value and where it came from, in the reader's words: `input token`, `DATABRICKS_TOKEN`, `profile PROD`. */
export interface Setting {
  readonly value: string;
  readonly from: string;
}

/** Reads one text of the outside; undefined when there is none. */
export type ReadText = (name: string) => string | undefined;

const NAMES = Object.keys(ATTRIBUTES) as AttributeName[];

/** Everything that was set for signing in, each value from the first place that has one. */
export class Settings {
  readonly #values: ReadonlyMap<AttributeName, Setting>;
  readonly #variable: ReadText;

  constructor(values: ReadonlyMap<AttributeName, Setting>, variable: ReadText) {
    this.#values = values;
    this.#variable = variable;
  }

  get(name: AttributeName): string | undefined {
    return this.#values.get(name)?.value;
  }

  /** Where the value came from; the input's or first variable's name when there is none. */
  from(name: AttributeName): string {
    const { input, variables }: Attribute = ATTRIBUTES[name];
    return this.#values.get(name)?.from ?? input ?? variables[0] ?? name;
  }

  /** Name of the variable that holds the ID token of `env-oidc` (auth-and-http §5.4). */
  get oidcTokenVariable(): string {
    return this.get('oidcTokenEnv') ?? 'DATABRICKS_OIDC_TOKEN';
  }

  /** The ID token of `env-oidc`, read again at each call. */
  oidcToken(): string | undefined {
    return textOf(this.#variable(this.oidcTokenVariable));
  }

  /** Secrets that are no input of the action: those are masked before anything is read. */
  secrets(): string[] {
    const found = NAMES.flatMap((name) => {
      const { secret, input }: Attribute = ATTRIBUTES[name];
      const setting = this.#values.get(name);
      if (secret !== true || setting === undefined) return [];
      return input === undefined || setting.from.startsWith('profile ') ? [setting.value] : [];
    });
    const idToken = this.oidcToken();
    return idToken === undefined ? found : [...found, idToken];
  }

  /** These settings, completed by those of a profile, which stands last (auth-and-http §2). */
  withProfile(profile: string, values: ReadonlyMap<string, string>): Settings {
    const merged = new Map(this.#values);
    for (const name of NAMES) {
      const { keys }: Attribute = ATTRIBUTES[name];
      const value = keys.map((key) => textOf(values.get(key))).find((text) => text !== undefined);
      if (value !== undefined && !merged.has(name)) merged.set(name, { value, from: `profile ${profile}` });
    }
    return new Settings(merged, this.#variable);
  }
}

/** Reads the settings: an input stands before its variable. White space around a value does not count. */
export function readSettings(input: ReadText, variable: ReadText): Settings {
  const values = new Map<AttributeName, Setting>();
  for (const name of NAMES) {
    const attribute: Attribute = ATTRIBUTES[name];
    const given = attribute.input === undefined ? undefined : textOf(input(attribute.input));
    if (given !== undefined) {
      values.set(name, { value: given, from: `input ${attribute.input ?? name}` });
      continue;
    }
    for (const from of attribute.variables) {
      const value = textOf(variable(from));
      if (value !== undefined && !values.has(name)) values.set(name, { value, from });
    }
  }
  return new Settings(values, variable);
}

function textOf(value: string | undefined): string | undefined {
  const text = value?.trim();
  return text === '' ? undefined : text;
}
