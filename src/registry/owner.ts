import type { Host } from '../http/host.ts';
import type { Detection } from './definition.ts';
import { REGISTRIES, REGISTRY_KINDS, type RegistryKind } from './table.ts';

/** The kind of registry whose domain a host is in, which needs no request; undefined for any other host. */
export function ownerOf({ origin }: Host): RegistryKind | undefined {
  const { hostname } = new URL(origin);
  return REGISTRY_KINDS.find((kind) => {
    const detection: Detection = REGISTRIES[kind].detection;
    return detection.owns?.(hostname) === true;
  });
}
