import type { PlanFile } from '../plan/file.ts';

/**
 * What contradicts itself in the deletions of a plan. It deletes each version once and does nothing else, and rests on the state of each,
 * on what the aliases name, on the holds and on the endpoints: on an alias or an endpoint that has the version it never does.
 */
export function deletionContradictions({ changes, basis }: Pick<PlanFile, 'changes' | 'basis'>): string[] {
  const deletions = changes.filter((change) => change.kind === 'delete-version');
  if (deletions.length === 0) return [];
  const versions = deletions.map(({ version }) => version);
  const naming = basis.find((fact) => fact.kind === 'naming');
  const named = (naming?.was ?? '').split('\n').map((line) => Number(/ names (\d+)$/u.exec(line)?.[1]));
  const restsOn = (kind: 'version' | 'served') =>
    deletions.every(({ version, from }) =>
      basis.some(
        (fact) =>
          fact.kind === kind && fact.version === version && fact.was === (kind === 'version' ? from : null),
      ),
    );
  return [
    ...(deletions.length < changes.length ? ['it deletes versions and changes something else'] : []),
    ...(new Set(versions).size < versions.length ? ['it deletes a version twice'] : []),
    ...(naming === undefined || !basis.some(({ kind }) => kind === 'holds')
      ? ['it does not rest on the aliases and the holds of the model']
      : []),
    ...(restsOn('version') && restsOn('served')
      ? []
      : ['it does not rest on each version and its endpoints']),
    ...(versions.some((version) => named.includes(version)) ||
    deletions.some(({ from }) => from.includes(', named by '))
      ? ['it deletes a version that an alias names']
      : []),
  ];
}
