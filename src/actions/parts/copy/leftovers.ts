import type { Stage } from '../../../apply/stage.ts';
import { tagValue, type ModelVersion } from '../../../domain/model.ts';
import { isNamed } from '../../../domain/principal.ts';
import { TAG_KEYS } from '../../../domain/tag-keys.ts';
import type { CopyReading } from '../../../facts/copy/reading.ts';
import { uriOf } from '../../../facts/version.ts';
import { versionState } from '../../../plan/version-state.ts';
import { isAbandoned, isOfRepository } from '../../../policy/run/marker.ts';
import type { CopyContext } from './context.ts';

/** Pending copies that the caller itself began for this repository, newest first: others' are never touched. */
export async function findUnfinished(context: CopyContext, reading: CopyReading): Promise<ModelVersion[]> {
  const pending = reading.earlier.filter(({ status }) => status === 'PENDING_REGISTRATION');
  if (pending.length === 0) return [];
  const names = (await context.destination.caller()).alsoKnownAs;
  return pending.filter(
    ({ createdBy, tags }) =>
      createdBy !== undefined &&
      isNamed(names, createdBy) &&
      isOfRepository(tagValue(tags, TAG_KEYS.run) ?? '', context.run),
  );
}

/** Deletes unfinished copies at which no run can be any more; the others are named. */
export function planLeftovers(
  { record, run, clock }: CopyContext,
  unfinished: readonly ModelVersion[],
): Stage[] {
  const isLeft = ({ tags }: ModelVersion) =>
    isAbandoned(tagValue(tags, TAG_KEYS.run) ?? '', run, clock.now());
  for (const version of unfinished.filter((each) => !isLeft(each)))
    record.fact('Unfinished copy', uriOf(version), 'left unchanged: another run may still be writing it');
  const versions = unfinished.filter(isLeft);
  if (versions.length === 0) return [];
  const deletions = versions.map((version) => ({
    version,
    change: {
      kind: 'delete-version',
      name: version.name,
      version: version.version,
      why: 'leftover',
      from: versionState(version),
      to: null,
    } as const,
  }));
  return [
    {
      name: 'leftovers',
      changes: deletions.map(({ change }) => change),
      work: {
        kind: 'deletions',
        deletions,
        became: ({ uri, became }) =>
          record.fact('Unfinished copy', uri, `left by an earlier run; it ${became}`),
      },
    },
  ];
}
