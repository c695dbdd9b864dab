import type { FullName } from '../../domain/full-name.ts';
import type { BasisFact } from '../../plan/basis.ts';
import type { DeleteVersionChange } from '../../plan/changes/version-deletion.ts';
import { versionState } from '../../plan/version-state.ts';
import type { CleanUpReading, JudgedVersion } from '../../facts/clean-up/read.ts';
import { holdsState } from '../../policy/hold/model-hold.ts';

/** The deletions of the versions that may go, each with all that protected it if it were otherwise. */
export function deletionsOf(
  name: FullName,
  judged: readonly JudgedVersion[],
  { facts, naming, tags }: CleanUpReading,
): DeleteVersionChange[] {
  const ofModel: BasisFact[] = [
    { kind: 'naming', name, was: naming },
    { kind: 'holds', name, was: holdsState(tags) },
    // Were one of them gone, another one would be among the newest.
    ...[...facts.newest].map((version) => ({ kind: 'status', name, version, was: 'READY' }) as const),
  ];
  return judged.flatMap(({ fate, read }): DeleteVersionChange[] => {
    if (!fate.goes || read === undefined) return [];
    const { version } = read;
    const served = { kind: 'served', name, version, was: null } as const;
    return [
      {
        kind: 'delete-version',
        name,
        version,
        why: fate.why,
        from: versionState(read),
        to: null,
        basis: [served, ...ofModel],
      },
    ];
  });
}
