import type { Settings } from '../auth/settings.ts';
import { parseHost } from '../http/host.ts';
import type { HostMetadataMemo } from '../http/host-metadata.ts';
import { openTransport } from '../http/transport.ts';
import { DATABRICKS_CAPABILITIES } from '../registry/databricks/capabilities.ts';
import { detectRegistry } from '../registry/detect.ts';
import { MLFLOW_CAPABILITIES } from '../registry/mlflow/capabilities.ts';
import { REGISTRY_KINDS, type Capabilities, type RegistryKind } from '../registry/port.ts';
import { UNITY_CATALOG_CAPABILITIES } from '../registry/unity-catalog/capabilities.ts';
import type { Environment } from './environment.ts';

/** What each kind of registry can do: the source of the table in docs/registries.md. */
export const CAPABILITIES_OF: Readonly<Record<RegistryKind, Capabilities>> = {
  databricks: DATABRICKS_CAPABILITIES,
  'unity-catalog': UNITY_CATALOG_CAPABILITIES,
  mlflow: MLFLOW_CAPABILITIES,
};

/**
 * The kind of registry that an action works with, from the text of the input `registry` and the host, before inputs are
 * judged: they are read by its rules. A faulty `registry` or `host` is left to that. What the host says of itself is
 * kept in `known`.
 */
export async function chooseRegistry(
  input: string | undefined,
  settings: Settings,
  environment: Environment,
  known: HostMetadataMemo,
): Promise<RegistryKind> {
  const asked = input?.trim().toLowerCase();
  const named = REGISTRY_KINDS.find((kind) => kind === asked);
  if (named !== undefined) return named;
  const host = parseHost(settings.get('host') ?? '');
  if (asked !== 'auto' || !host.ok) return 'databricks';
  const { transport, close } = await openTransport(environment);
  try {
    return await detectRegistry(host.value, transport, known);
  } finally {
    await close();
  }
}
