import { parseHost } from '../http/host.ts';

import { optional, parsed, text, token } from './fields.ts';

/**
 * Inputs of an action whose source may be in another workspace: as those of every action, with `source-` before them.
 * None has a variable, so that what signs in to the destination is never sent to the source.
 */
export const SOURCE_INPUTS = {
  'source-host': optional(parsed(parseHost), {
    description:
      'Address of the Databricks workspace that has the source, where it is another one; it needs a credential of its own. Default: `host`.',
    example: 'https://adb-456.7.azuredatabricks.net',
  }),
  'source-auth-type': optional(text, { description: 'As `auth-type`, for `source-host`.' }),
  'source-client-id': optional(text, { description: 'As `client-id`, for `source-host`.' }),
  'source-client-secret': optional(token, {
    description: 'As `client-secret`, for `source-host`.',
    secret: true,
  }),
  'source-token': optional(token, { description: 'As `token`, for `source-host`.', secret: true }),
  'source-audience': optional(text, { description: 'As `audience`, for `source-host`.' }),
  'source-workspace-id': optional(text, { description: 'As `workspace-id`, for `source-host`.' }),
  'source-account-id': optional(text, { description: 'As `account-id`, for `source-host`.' }),
  'source-profile': optional(text, { description: 'As `profile`, for `source-host`.' }),
  'source-azure-client-id': optional(text, { description: 'As `azure-client-id`, for `source-host`.' }),
  'source-azure-client-secret': optional(token, {
    description: 'As `azure-client-secret`, for `source-host`.',
    secret: true,
  }),
  'source-azure-tenant-id': optional(text, { description: 'As `azure-tenant-id`, for `source-host`.' }),
  'source-azure-workspace-resource-id': optional(text, {
    description: 'As `azure-workspace-resource-id`, for `source-host`.',
  }),
};
