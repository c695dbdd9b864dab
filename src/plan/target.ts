import type { ChangeTarget, VersionRef } from '../domain/change-target.ts';

/** A target once the copy has a number. */
export function atVersion(target: ChangeTarget<VersionRef>, copy: number): ChangeTarget {
  if (target.kind === 'model') return target;
  const { name, version } = target;
  return { kind: 'version', name, version: version === 'copy' ? copy : version };
}
