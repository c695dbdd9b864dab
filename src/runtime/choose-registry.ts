import type { Settings } from '../auth/settings.ts';
import { parseHost } from '../http/host.ts';
import type { HostMetadataMemo } from '../http/host-metadata.ts';
import { ownerOf } from '../registry/owner.ts';
import { DEFAULT_REGISTRY, REGISTRY_KINDS, type RegistryKind } from '../registry/table.ts';
import type { Environment } from './environment.ts';

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
  if (asked !== 'auto' || !host.ok) return DEFAULT_REGISTRY;
  const owner = ownerOf(host.value);
  if (owner !== undefined) return owner;
  // Loaded only now: an address in a known domain is asked nothing.
  const { openTransport } = await import(/* webpackChunkName: "work" */ '../http/transport.ts');
  const { detectRegistry } = await import(/* webpackChunkName: "work" */ '../registry/detect.ts');
  const { transport, close } = await openTransport(environment);
  try {
    return await detectRegistry(host.value, transport, known);
  } finally {
    await close();
  }
}
