import { inStep, type HowToGive } from '../domain/how-to-give.ts';
import type { StatedId } from '../domain/stated-id.ts';

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
  'azure-devops-oidc',
] as const;

/** One entry of {@link AUTH_TYPES}. */
export type AuthType = (typeof AUTH_TYPES)[number];

/** How an action signed in: to Databricks by an {@link AuthType}, to an MLflow server by what stands in its request. */
export type SignInMethod = AuthType | 'basic' | 'bearer' | 'none';

/** Which workspace a setting is for: the one that is worked with, or one of its own that a copy comes from. */
export type Side = 'destination' | 'source';

/** Where a setting may stand: an input of the action, variables in order, keys of a profile. */
export interface Attribute {
  readonly input?: string;
  readonly variables: readonly string[];
  readonly keys: readonly string[];
  readonly secret?: true;
  /** About the job or the machine: its variables count for both sides. */
  readonly shared?: true;
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
  configFile: { variables: ['DATABRICKS_CONFIG_FILE'], keys: [], shared: true },
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
  azureEnvironment: { variables: ['ARM_ENVIRONMENT'], keys: ['azure_environment'], shared: true },
  azureUseMsi: { variables: ['ARM_USE_MSI'], keys: ['azure_use_msi'] },
  databricksCliPath: { variables: ['DATABRICKS_CLI_PATH'], keys: ['databricks_cli_path'], shared: true },
  azureDevOpsUrl: { variables: ['SYSTEM_OIDCREQUESTURI'], keys: [], shared: true },
  azureDevOpsToken: { variables: ['SYSTEM_ACCESSTOKEN'], keys: [], secret: true, shared: true },
  azureDevOpsConnection: {
    variables: ['AZURESUBSCRIPTION_SERVICE_CONNECTION_ID'],
    keys: [],
    shared: true,
  },
  idTokenUrl: { variables: ['ACTIONS_ID_TOKEN_REQUEST_URL'], keys: [], shared: true },
  idTokenRequestToken: {
    variables: ['ACTIONS_ID_TOKEN_REQUEST_TOKEN'],
    keys: [],
    secret: true,
    shared: true,
  },
} as const satisfies Record<string, Attribute>;

/** One entry of {@link ATTRIBUTES}. */
export type AttributeName = keyof typeof ATTRIBUTES;

/** An attribute that an input may give. */
export type InputAttribute = {
  [Name in AttributeName]: (typeof ATTRIBUTES)[Name] extends { readonly input: string } ? Name : never;
}[AttributeName];

/** The input of an attribute on a side: those of the source stand apart, so that no credential reaches the other side. */
export type SideInput<S extends Side, Name extends InputAttribute> = S extends 'source'
  ? `source-${(typeof ATTRIBUTES)[Name]['input']}`
  : (typeof ATTRIBUTES)[Name]['input'];

/** Name of the input of an attribute on a side. */
export function sideInput<S extends Side, Name extends InputAttribute>(
  side: S,
  name: Name,
): SideInput<S, Name> {
  return inputOf(ATTRIBUTES[name].input, side) as SideInput<S, Name>;
}

/** Whether an input is one of those that say where and how to sign in on a side. */
export function isSideInput(side: Side, input: string): boolean {
  return Object.values(ATTRIBUTES).some(
    (attribute: Attribute) => attribute.input !== undefined && inputOf(attribute.input, side) === input,
  );
}

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
  readonly side: Side;
  readonly #values: ReadonlyMap<AttributeName, Setting>;
  readonly #variable: ReadText;
  readonly howToGive: HowToGive;

  constructor(
    side: Side,
    values: ReadonlyMap<AttributeName, Setting>,
    variable: ReadText,
    howToGive: HowToGive,
  ) {
    this.side = side;
    this.#values = values;
    this.#variable = variable;
    this.howToGive = howToGive;
  }

  /** Whether anything was set that belongs to this side alone. */
  get isGiven(): boolean {
    return [...this.#values.keys()].some((name) => {
      const { shared }: Attribute = ATTRIBUTES[name];
      return shared !== true;
    });
  }

  get(name: AttributeName): string | undefined {
    return this.#values.get(name)?.value;
  }

  /** Where the value came from; the input's or first variable's name when there is none. */
  from(name: AttributeName): string {
    return this.#values.get(name)?.from ?? this.input(name);
  }

  /** Where the value stands, for a fault of it: `token`, `DATABRICKS_TOKEN`, `client_secret in profile prod`. */
  place(name: AttributeName): string {
    const { keys }: Attribute = ATTRIBUTES[name];
    const from = this.from(name).replace(/^input /u, '');
    return from.startsWith('profile ') ? `${keys[0] ?? name} in ${from}` : from;
  }

  /** Where a value may be given: its input, else its first variable or its key in the profile. */
  input(name: AttributeName): string {
    const { input, variables, keys }: Attribute = ATTRIBUTES[name];
    if (input !== undefined) return inputOf(input, this.side);
    const [variable] = variablesOf(ATTRIBUTES[name], this.side);
    return variable ?? (keys[0] === undefined ? (variables[0] ?? name) : `${keys[0]} in source-profile`);
  }

  /** An id that is given, and where; in a pasted address of the host where nothing else gives it. */
  stated(name: AttributeName, inAddress?: string): StatedId | undefined {
    const setting = this.#values.get(name);
    if (setting !== undefined) return { value: setting.value, from: setting.from.replace(/^input /u, '') };
    return inAddress === undefined ? undefined : { value: inAddress, from: this.input('host') };
  }

  /** Name of the variable that holds the ID token of `env-oidc` (auth-and-http §5.4). */
  get oidcTokenVariable(): string {
    const own = this.side === 'source' ? 'DATABRICKS_SOURCE_OIDC_TOKEN' : 'DATABRICKS_OIDC_TOKEN';
    return this.get('oidcTokenEnv') ?? own;
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
    return new Settings(this.side, merged, this.#variable, this.howToGive);
  }
}

/**
 * Reads the settings of a side: an input stands before its variable. White space around a value does not count. Those
 * of the source have inputs of their own, `source-…`, and no variables: none of the other side's credentials may be
 * sent to it.
 */
export function readSettings(
  side: Side,
  input: ReadText,
  variable: ReadText,
  howToGive: HowToGive = inStep,
): Settings {
  const values = new Map<AttributeName, Setting>();
  for (const name of NAMES) {
    const attribute: Attribute = ATTRIBUTES[name];
    const own = attribute.input === undefined ? undefined : inputOf(attribute.input, side);
    const given = own === undefined ? undefined : input(own)?.trim();
    // A variable does not stand in for an input that is given and came to nothing.
    if (given === '') continue;
    if (given !== undefined) {
      values.set(name, { value: given, from: `input ${own ?? name}` });
      continue;
    }
    for (const from of variablesOf(attribute, side)) {
      const value = textOf(variable(from));
      if (value !== undefined && !values.has(name)) values.set(name, { value, from });
    }
  }
  return new Settings(side, values, variable, howToGive);
}

function inputOf(name: string, side: Side): string {
  return side === 'source' ? `source-${name}` : name;
}

function variablesOf({ variables, shared }: Attribute, side: Side): readonly string[] {
  return side === 'source' && shared !== true ? [] : variables;
}

function textOf(value: string | undefined): string | undefined {
  const text = value?.trim();
  return text === '' ? undefined : text;
}
