import type { ChangeTarget } from '../domain/change-target.ts';
import { formatFullName } from '../domain/full-name.ts';
import type { ModelVersion } from '../domain/model.ts';
import type { Change } from '../plan/change.ts';

/** A version as it will be once the planned changes of its tags are made. */
export function asPlanned(version: ModelVersion, planned: readonly Change[]): ModelVersion {
  const tags = new Map(version.tags.map(({ key, value }) => [key, value]));
  for (const change of planned) {
    if (change.kind !== 'tag' || !isAbout(change.target, version)) continue;
    if (change.to === null) tags.delete(change.key);
    else tags.set(change.key, change.to);
  }
  return { ...version, tags: [...tags].map(([key, value]) => ({ key, value })) };
}

function isAbout(target: ChangeTarget, { name, version }: ModelVersion): boolean {
  return (
    target.kind === 'version' &&
    target.version === version &&
    formatFullName(target.name) === formatFullName(name)
  );
}
