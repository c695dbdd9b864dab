import type * as z from 'zod';
import { ATTRIBUTES, sideInput, type InputAttribute, type Side, type SideInput } from '../auth/settings.ts';
import { parseHost, type Host } from '../http/host.ts';
import { optional, parsed, text, token, type FieldMeta } from './fields.ts';

type Optional<Value> = ReturnType<typeof optional<Value>>;

const HOST: Readonly<Record<Side, FieldMeta>> = {
  destination: {
    description:
      'Address of the Databricks workspace or other registry. Default: the environment variable `DATABRICKS_HOST`.',
    example: 'https://adb-123.4.azuredatabricks.net',
  },
  source: {
    description:
      'Address of the Databricks workspace of the source, if it differs from `host`. It needs credentials of its own. Default: `host`.',
    example: 'https://adb-456.7.azuredatabricks.net',
  },
};

/** What an input says of itself beside what {@link ATTRIBUTES} says of it. Which ones are needed is decided when the action runs. */
const CREDENTIALS: Readonly<
  Record<Exclude<InputAttribute, 'host'>, Pick<FieldMeta, 'description' | 'example'>>
> = {
  authType: {
    description:
      'How to sign in: `github-oidc`, `oauth-m2m`, `pat` or another method in docs/sign-in.md. Default: the method of the credential that is given.',
  },
  clientId: {
    description:
      'Application id of the service principal. With `permissions: id-token: write`, no secret is needed (`github-oidc`).',
  },
  clientSecret: {
    description: 'OAuth secret of the service principal (`oauth-m2m`). Pass it from a secret.',
  },
  token: {
    description: 'Access token (`pat`). Pass it from a secret.',
    example: '${{ secrets.DATABRICKS_TOKEN }}',
  },
  audience: {
    description:
      'Audience of the ID token. Default: the audience that the host asks for, else its token endpoint.',
  },
  workspaceId: { description: 'Id of the workspace, for a host that serves several workspaces.' },
  accountId: { description: 'Id of the Databricks account, for a host that does not state it.' },
  profile: {
    description:
      'Profile in `.databrickscfg` that supplies whatever the step does not. Without a name, no profile is read.',
  },
  azureClientId: {
    description: 'Application id in Microsoft Entra (`azure-client-secret`, `github-oidc-azure`).',
  },
  azureClientSecret: { description: 'Client secret in Microsoft Entra. Pass it from a secret.' },
  azureTenantId: { description: 'Tenant in Microsoft Entra. Default: the tenant that the workspace states.' },
  azureResourceId: {
    description:
      'Resource id of the workspace in Azure, for a principal that is not yet assigned to the workspace.',
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
      side === 'source' ? { description: `Like \`${input}\`, for \`source-host\`.` } : CREDENTIALS[name];
    const type: z.ZodType<string, string> = attribute.secret === true ? token : text;
    return [sideInput(side, name), optional(type, { ...meta, ...variableOf(side, name), ...secret })];
  });
  return Object.fromEntries(fields) as Record<SideInput<S, keyof typeof CREDENTIALS>, Optional<string>>;
}

function variableOf(side: Side, name: InputAttribute): Pick<FieldMeta, 'environment'> {
  return side === 'source' ? {} : { environment: ATTRIBUTES[name].variables[0] };
}
