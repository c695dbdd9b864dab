import type { ChangeTarget } from '../domain/change.ts';
import { hasCode } from '../domain/errors.ts';
import { OUTAGES, REWRITE, type ApplyContext } from './apply.ts';

/**
 * Sets a tag of a version that this run makes, or removes it by null. Nobody else writes it, so it is sent again after
 * an outage without a look.
 */
export async function writeOwnTag(
  target: ChangeTarget,
  key: string,
  value: string | null,
  context: ApplyContext,
): Promise<void> {
  const { snapshot, clock, signal } = context;
  const startedAt = clock.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (value === null) await snapshot.registry.deleteTag(target, key);
      else await snapshot.registry.setTag(target, key, value);
      return;
    } catch (error) {
      if (value === null && hasCode(error, 'not-found')) return;
      if (!hasCode(error, ...OUTAGES) || attempt >= REWRITE.tries || signal.aborted) throw error;
      const delay = Math.max(error.details.retryAfter ?? 0, REWRITE.pause * attempt);
      if (clock.now() + delay - startedAt > REWRITE.budget) throw error;
      await clock.sleep(delay, signal);
    }
  }
}
