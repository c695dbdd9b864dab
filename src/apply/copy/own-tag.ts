import type { TagChange } from '../../plan/changes/tag.ts';
import { writeChange } from '../apply.ts';
import type { ApplyContext } from '../context.ts';
import { PART_OF_COPY } from './own-version.ts';

/**
 * Sets or removes tags of a version that this run makes, side by side; what is so already is not written. `isLookedAt`
 * leaves out the look before the first try.
 */
export async function writeOwnTags(
  changes: readonly TagChange[],
  context: ApplyContext,
  isLookedAt: boolean,
): Promise<void> {
  const needed = changes.filter(({ from, to }) => from !== to);
  const quiet = { ...context, journal: PART_OF_COPY };
  await Promise.all(needed.map((change) => writeChange(change, quiet, isLookedAt)));
}
