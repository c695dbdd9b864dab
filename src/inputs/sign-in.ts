import type * as z from 'zod';
import { ATTRIBUTES, sideInput, type InputAttribute, type Side, type SideInput } from '../auth/settings.ts';
import { parseHost, type Host } from '../http/host.ts';
import { optional, parsed, text, token, type FieldMeta } from './fields.ts';

type Optional<Value> = ReturnType<typeof optional<Value>>;

const HOST: Readonly<Record<Side, FieldMeta>> = {
  destination: {
    description:
      'Address of the Databricks workspace or other registry. Default: the variable `DATABRICKS_HOST`.',
    example: 'https://adb-123.4.azuredatabricks.net',
  },
  source: {
    description:
      'Address of the Databricks workspace that has the source, where it is another one; it needs a credential of its own. Default: `host`.',
    example: 'https://adb-456.7.azuredatabricks.net',
  },
};

/** What an input says of itself beside what {@link ATTRIBUTES} says of it. Which ones are needed is decided when the action runs. */
const CREDENTIALS: Readonly<
  Record<Exclude<InputAttribute, 'host'>, Pick<FieldMeta, 'description' | 'example'>>
> = {
  authType: {
    description:
      'How to sign in: `github-oidc`, `oauth-m2m`, `pat`, or another of docs/sign-in.md. Default: by the credential that is there.',
  },
  clientId: {
    description:
      'Application id of the service principal. With `permissions: id-token: write` and no secret, GitHub vouches for the job (`github-oidc`).',
  },
  clientSecret: { description: 'OAuth secret of the service principal (`oauth-m2m`), from a secret.' },
  token: {
    description: 'Token to sign in with (`pat`), from a secret.',
    example: '${{ secrets.DATABRICKS_TOKEN }}',
  },
  audience: {
    description: 'Audience of the ID token. Default: what the host asks for, else its token endpoint.',
  },
  workspaceId: { description: 'Id of the workspace, for a host that serves several.' },
  accountId: { description: 'Id of the Databricks account, for a host that does not tell it.' },
  profile: {
    description: 'Profile of `.databrickscfg` that has what is not given here. None is read without a name.',
  },
  azureClientId: {
    description: 'Application id in Microsoft Entra (`azure-client-secret`, `github-oidc-azure`).',
  },
  azureClientSecret: { description: 'Secret of it, from a secret.' },
  azureTenantId: { description: 'Tenant of Microsoft Entra. Default: the one that the workspace names.' },
  azureResourceId: {
    description:
      'Resource id of the workspace in Azure, for a principal that Azure knows and the workspace does not yet.',
  },
};

/** The input that names the host of a side. */
export function hostInput<S extends Side>(side: S) {
  const field = optional(parsed(parseHost), { ...HOST[side], ...variableOf(side, 'host') });
  return { [sideInput(side, 'host')]: field } as Record<SideInput<S, 'host'>, Optional<Host>>;
}

/**
 * The inputs that sign in to a side. Those of the source have no variable, so that what signs in to the destination is
 * never sent to it.
 */
export function credentialInputs<S extends Side>(side: S) {
  const fields = (Object.keys(CREDENTIALS) as (keyof typeof CREDENTIALS)[]).map((name) => {
    const { input, ...attribute }: { readonly input: string; readonly secret?: true } = ATTRIBUTES[name];
    const secret = attribute.secret === undefined ? {} : ({ secret: true } as const);
    const meta =
      side === 'source' ? { description: `As \`${input}\`, for \`source-host\`.` } : CREDENTIALS[name];
    const type: z.ZodType<string, string> = attribute.secret === true ? token : text;
    return [sideInput(side, name), optional(type, { ...meta, ...variableOf(side, name), ...secret })];
  });
  return Object.fromEntries(fields) as Record<SideInput<S, keyof typeof CREDENTIALS>, Optional<string>>;
}

function variableOf(side: Side, name: InputAttribute): Pick<FieldMeta, 'environment'> {
  return side === 'source' ? {} : { environment: ATTRIBUTES[name].variables[0] };
}
