import { databricksDomain } from '../../http/databricks-domains.ts';
import { HOST_METADATA } from '../../http/host-metadata.ts';
import type { RegistryDefinition } from '../definition.ts';
import { DATABRICKS_CAPABILITIES } from './capabilities.ts';

/** A Databricks workspace. Detected by its domain, or by host metadata (auth-and-http §3.2). */
export const databricks = {
  kind: 'databricks',
  capabilities: DATABRICKS_CAPABILITIES,
  detection: {
    owns: (hostname) => databricksDomain(hostname) !== undefined,
    page: () => HOST_METADATA,
    says: (text) => /"oidc_endpoint"/u.test(text),
  },
  signIn: 'unified',
  sourceElsewhere: true,
  load: async () => (await import(/* webpackChunkName: "work" */ './open.ts')).databricksDriver,
} as const satisfies RegistryDefinition;
