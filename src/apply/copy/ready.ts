import { PromoteError } from '../../domain/errors.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import { poll } from '../../domain/poll.ts';
import type { ModelVersion } from '../../domain/model.ts';
import type { ApplyContext } from '../context.ts';
import { refuseWhenCancelled } from '../../domain/cancelled.ts';
import type { CopyRequest } from './request.ts';

/** Pauses between reads of a version that is not READY yet, milliseconds. */
const POLL = 2_000;

const NOT_SHOWN = 'not available';

/** Reads a finalized version until it is READY; throws `not-ready` when it failed or the time is over. */
export async function waitUntilReady(
  request: CopyRequest,
  number: number,
  context: ApplyContext,
): Promise<ModelVersion> {
  const { snapshot, clock, signal, log } = context;
  const name = request.change.destination;
  const startedAt = clock.now();
  const version = await poll(
    async () => {
      snapshot.forget(name);
      const [read] = await Promise.allSettled([snapshot.version(name, number), request.alongside?.()]);
      // What is read for the next step fails there, where it is needed, and not here.
      if (read.status === 'rejected') throw read.reason as Error;
      return read.value;
    },
    (read) =>
      read?.status === 'READY' ||
      read?.status === 'FAILED_REGISTRATION' ||
      clock.now() - startedAt >= request.waitTimeout,
    {
      tries: Infinity,
      pause(_looks, read) {
        refuseWhenCancelled(signal);
        log.info(`${formatModelUri(name, number)} is ${read?.status ?? NOT_SHOWN}; waiting for READY.`);
        return POLL;
      },
    },
    context,
  );
  if (version?.status === 'READY') return version;
  const hasFailed = version?.status === 'FAILED_REGISTRATION';
  const why = hasFailed ? (version.statusMessage ?? 'no reason given') : 'wait-timeout has passed';
  throw new PromoteError(`${formatModelUri(name, number)} is ${version?.status ?? NOT_SHOWN}: ${why}.`, {
    code: 'not-ready',
    outcome: hasFailed ? 'blocked' : 'unavailable',
    fix: 'Run the step again. A version that is still pending is resumed.',
  });
}
