import { createHash } from 'node:crypto';
import type { RunIdentity } from '../actions/contract/context.ts';
import type { Caller } from '../domain/privilege.ts';
import type { Host } from '../http/host.ts';
import { canonical } from '../plan/digest.ts';
import type { PlannedRegistry } from '../plan/file.ts';
import type { ServerPart } from '../registry/definition.ts';
import type { RegistryKind } from '../registry/table.ts';

/** What distinguishes a registry from every other one. */
export interface RegistryAddress {
  readonly kind: RegistryKind;
  readonly host: Pick<Host, 'origin' | 'path'>;
  readonly part: Pick<ServerPart, 'name'> | undefined;
}

/**
 * The registry that a plan is made for: by the number of its workspace; where it reports none, by a digest of its address and of the
 * run, which names no host and is another one in every run.
 */
export function plannedRegistry(
  { kind, host, part }: RegistryAddress,
  { workspaceId }: Pick<Caller, 'workspaceId'>,
  { repository, pipelineId }: Pick<RunIdentity, 'repository' | 'pipelineId'>,
): PlannedRegistry {
  if (workspaceId !== undefined) return { kind, workspaceId };
  const { origin, path } = host;
  const address = canonical({ origin, path, part: part?.name ?? '', repository, pipelineId });
  return { kind, workspaceId: null, server: createHash('sha256').update(address).digest('hex') };
}
