import type { FullName } from '../../domain/full-name.ts';
import type { DeleteVersionChange, DeletionReason } from '../../plan/changes/version-deletion.ts';
import { canonical } from '../../plan/digest.ts';
import type { PlanFile } from '../../plan/file.ts';

/** Of which status a version goes by each rule; where there is none here, of any. */
const STATUS_OF: Readonly<Partial<Record<DeletionReason, string>>> = {
  pending: 'PENDING_REGISTRATION',
  failed: 'FAILED_REGISTRATION',
  rejected: 'READY',
  old: 'READY',
};

/**
 * What contradicts itself in the deletions of a plan. It deletes each version once and does nothing else, and rests on the state of each,
 * on what the aliases name, on the holds and on the endpoints, all of the same model: on an alias or an endpoint that has the version it
 * never does.
 */
export function deletionContradictions({ changes, basis }: Pick<PlanFile, 'changes' | 'basis'>): string[] {
  const deletions = changes.filter((change) => change.kind === 'delete-version');
  if (deletions.length === 0) return [];
  const versions = deletions.map(({ version }) => version);
  const factsOf = (name: FullName) =>
    basis.filter((fact) => 'name' in fact && canonical(fact.name) === canonical(name));
  const namedOf = (name: FullName) =>
    factsOf(name).flatMap((fact) => (fact.kind === 'naming' ? namedIn(fact.was) : []));
  const restsOn = (kind: 'version' | 'served') =>
    deletions.every(({ name, version, from }) =>
      factsOf(name).some(
        (fact) =>
          fact.kind === kind && fact.version === version && fact.was === (kind === 'version' ? from : null),
      ),
    );
  const restsOnModel = (kind: 'naming' | 'holds') =>
    deletions.every(({ name }) => factsOf(name).some((fact) => fact.kind === kind));
  return [
    ...(deletions.length < changes.length ? ['it deletes versions and changes something else'] : []),
    ...(new Set(versions).size < versions.length ? ['it deletes a version twice'] : []),
    ...(restsOnModel('naming') && restsOnModel('holds')
      ? []
      : ['it does not rest on the aliases and the holds of the model']),
    ...(restsOn('version') && restsOn('served')
      ? []
      : ['it does not rest on each version and its endpoints']),
    ...(deletions.some(({ name, version, from }) => namedOf(name).includes(version) || isNamed(from))
      ? ['it deletes a version that an alias names']
      : []),
    ...(deletions.every(isOfItsReason)
      ? []
      : ['it deletes a version for a reason that its status does not give']),
  ];
}

/** The versions that aliases name, by the lines of a fact. */
function namedIn(naming: string): number[] {
  return naming.split('\n').map((line) => Number(/ names (\d+)$/u.exec(line)?.[1]));
}

/** Whether the state of a version says that an alias names it. */
function isNamed(state: string): boolean {
  return state.includes(', named by ');
}

function isOfItsReason({ why, from }: Pick<DeleteVersionChange, 'why' | 'from'>): boolean {
  const status = STATUS_OF[why];
  return status === undefined || from.startsWith(`${status}, `);
}
