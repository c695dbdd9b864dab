import { compareCopy, completeRecord, type CopyComparison } from '../../../apply/copy/compare.ts';
import type { CopyResult } from '../../../apply/copy/request.ts';
import { requireUnchanged } from '../../../apply/copy/source-change.ts';
import type { TagChange } from '../../../plan/changes/tag.ts';
import { MISMATCH_HOLD, holdOf } from '../../../domain/hold.ts';
import { tagValue, type ModelVersion } from '../../../domain/model.ts';
import { TAG_KEYS } from '../../../domain/tag-keys.ts';
import type { CopyContext } from './context.ts';
import type { CopyReading } from '../../../facts/copy/reading.ts';
import type { CopyDecision } from '../../../policy/copy.ts';
import { isOrigin } from '../../../policy/origin.ts';
import { isOfRepository } from '../../../policy/run/marker.ts';

/** What was found of finished copies. */
export interface FoundCopies {
  /** The newest equal one. */
  readonly finished: CopyResult | undefined;
  /** What its record lacks, where the run that made it died before it was whole. */
  readonly completion: readonly TagChange[];
  /** Those that are not what was recorded of them, each with the hold that it gets. */
  readonly damaged: readonly { readonly version: ModelVersion; readonly hold: TagChange }[];
}

/**
 * Looks for an equal copy that an earlier run finished, among all but some numbers; copies that are marked with exactly
 * this source come first. Nothing is written.
 */
export async function findFinished(
  context: CopyContext,
  reading: CopyReading,
  { files }: CopyDecision,
  besides: ReadonlySet<number>,
): Promise<FoundCopies> {
  const { source, earlier, signature, originMark } = reading;
  const ready = earlier.filter(({ status, version }) => status === 'READY' && !besides.has(version));
  const certain = ready.filter((version) => isOfOrigin(version, reading));
  const damaged: FoundCopies['damaged'][number][] = [];
  for (const version of [...certain, ...ready.filter((each) => !certain.includes(each))]) {
    const compared = await compareCopy({ source, files }, version, {
      ...context,
      snapshot: context.destination,
    });
    if (compared.kind === 'equal') {
      const { result } = compared;
      const decided = { source, judgedMlmodel: signature.sha256, originMark: originMark.text };
      await requireUnchanged(decided, result.files);
      return { finished: result, completion: completeRecord(version, result.digests), damaged };
    }
    if (
      compared.kind === 'damaged' ||
      (certain.includes(version) && isDoubtful(version, compared, context.run))
    )
      damaged.push({ version, hold: mismatchHold(version) });
  }
  return { finished: undefined, completion: [], damaged };
}

/** Whether a version is marked as a copy of exactly this source. */
export function isOfOrigin({ tags }: ModelVersion, { originMark }: CopyReading): boolean {
  return isOrigin(tagValue(tags, TAG_KEYS.origin) ?? '', originMark);
}

/** Whether a copy that differs was never verified: it is on hold until it is, or a run of this repository died before it was. */
function isDoubtful(version: ModelVersion, { kind }: CopyComparison, run: CopyContext['run']): boolean {
  if (holdOf(version) !== undefined) return true;
  return kind === 'unrecorded' && isOfRepository(tagValue(version.tags, TAG_KEYS.run) ?? '', run);
}

function mismatchHold(version: ModelVersion): TagChange {
  const target = { kind: 'version', name: version.name, version: version.version } as const;
  return { kind: 'tag', target, key: TAG_KEYS.hold, from: holdOf(version) ?? null, to: MISMATCH_HOLD };
}
