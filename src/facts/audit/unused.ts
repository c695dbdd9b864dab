import type { AuditedModel, UnusedVersions } from '../../policy/audit/model.ts';
import { inParallel } from '../../transfer/in-parallel.ts';
import type { ReadContext } from '../equal-versions.ts';
import { sizeOfVersion } from '../version-size.ts';

/** Versions of one model whose files are listed at the same time. */
const AT_ONCE = 4;

/** The READY versions that neither an alias nor a rollback needs, and the size of their files, which are listed. */
export async function unusedVersions(
  { name, aliases, ready }: Pick<AuditedModel, 'name' | 'aliases' | 'ready'>,
  kept: readonly number[],
  { snapshot }: Pick<ReadContext, 'snapshot'>,
): Promise<UnusedVersions> {
  const needed = new Set([...aliases.map(({ version }) => version), ...kept]);
  const versions = [...ready].filter((version) => !needed.has(version));
  if (!snapshot.registry.capabilities.files) return { versions, bytes: undefined };
  const sizes = await inParallel(versions, AT_ONCE, (version) => sizeOfVersion(name, version, snapshot));
  return { versions, bytes: sizes.some((size) => size === undefined) ? undefined : sum(sizes) };
}

function sum(sizes: readonly (number | undefined)[]): number {
  return sizes.reduce<number>((total, size) => total + (size ?? 0), 0);
}
