import type { RegistryDefinition } from '../definition.ts';
import { UNITY_CATALOG_CAPABILITIES } from './capabilities.ts';

/**
 * An open-source Unity Catalog server. Detected by its `/` (0.6.0, observed). Its authorization is off by default, so
 * that nothing has to be given to sign in.
 */
export const unityCatalog = {
  kind: 'unity-catalog',
  capabilities: UNITY_CATALOG_CAPABILITIES,
  detection: {
    page: () => '/',
    says: (text) => text.startsWith('Hello, Unity Catalog!'),
  },
  signIn: 'unified-if-given',
  sourceElsewhere: false,
  load: async () => (await import(/* webpackChunkName: "work" */ './open.ts')).unityCatalogDriver,
} as const satisfies RegistryDefinition;
