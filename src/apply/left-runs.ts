import { hasCode, messageOf, PromoteError } from '../domain/errors.ts';
import { show } from '../domain/printable.ts';
import type { ApplyContext } from './context.ts';

/** Names the check of what a finding about a left run is for. */
const CHECK = 'Script in the workspace';

/**
 * Asks runs to end that earlier attempts of ours started, by the names under which they are listed: whoever waited for them was
 * killed, and their compute is paid for. What fails here is a warning: each has a time limit of its own.
 */
export async function endLeftRuns(
  names: readonly string[],
  { snapshot, writer, log, warn, signal }: ApplyContext,
): Promise<void> {
  if (names.length === 0) return;
  try {
    const active = (await snapshot.registry.jobs?.findActiveRuns(names)) ?? [];
    for (const { id, name } of active) {
      await writer.cancelRun?.(id);
      log.warning(
        `Asked run ${id} (${show(name, 120)}) to end, which an attempt that was killed had started.`,
      );
    }
  } catch (error) {
    if (signal.aborted || !(error instanceof PromoteError) || hasCode(error, 'cancelled', 'interrupted'))
      throw error;
    warn(CHECK, {
      code: 'script-run-left',
      severity: 'warning',
      message: `A run that an attempt which was killed had started may still be active: ${names.map((name) => show(name, 120)).join(', ')} (${messageOf(error)})`,
      fix: 'Cancel it on the page of the runs of jobs, or let its time limit end it.',
    });
  }
}
