import type { Logger } from '../domain/ports.ts';

/** After SIGINT the runner waits 7.5 s (actions-runtime §15): the process ends before that. Milliseconds. */
const GRACE = 6_500;

/** A signal that tells steps to begin no further change. */
export interface Cancellation {
  readonly signal: AbortSignal;
  /** Takes the handlers away again. */
  release(): void;
}

/** On SIGINT or SIGTERM no new change begins; a write in flight may end, and the process ends within {@link GRACE}. */
export function onCancel(log: Logger): Cancellation {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const cancel = () => {
    if (controller.signal.aborted) return;
    log.warning('Cancelled: no further change is begun.');
    controller.abort();
    timer = setTimeout(() => process.exit(1), GRACE);
    timer.unref();
  };
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  return {
    signal: controller.signal,
    release() {
      process.off('SIGINT', cancel);
      process.off('SIGTERM', cancel);
      clearTimeout(timer);
    },
  };
}
