import type { FullName } from '../../domain/full-name.ts';
import { formatSecurable } from '../../domain/privilege.ts';
import type { Snapshot } from '../../facts/snapshot.ts';
import type { DeferredRight } from '../../plan/file.ts';
import { requiredRights } from '../../policy/grants/required.ts';

/** The rights that whoever applies the move of an alias needs: only that caller's own reads can show them. */
export function moveRights(name: FullName, { registry }: Snapshot): DeferredRight[] {
  if (registry.capabilities.grants === 'none') return [];
  return requiredRights('set-alias', name, { modelExists: true }).map(({ securable, privilege }) => ({
    privilege,
    on: formatSecurable(securable),
  }));
}
