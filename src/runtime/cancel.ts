import type { Logger } from '../domain/ports.ts';
import type { Cancelling } from './runner.ts';

/** A write that is in flight when a run is cancelled may wait for its response for this long. Milliseconds. */
const WRITES = 5_000;

/** After SIGINT the runner waits 7.5 s (actions-runtime §15): the process ends before that. Milliseconds. */
const GRACE = 6_500;

/** Linux and macOS cancel by SIGINT, then SIGTERM; Windows by Ctrl-C, then Ctrl-Break. A terminal that is closed sends SIGHUP. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP'] as const;

/** How a run learns that it was cancelled. */
export interface Cancellation {
  /** At once: nothing begins any more; reads and transfers of bytes end. */
  readonly signal: AbortSignal;
  /** {@link WRITES} later: writes in flight end too, unknown. */
  readonly writeSignal: AbortSignal;
  /** Takes the handlers away again. */
  release(): void;
}

/** Listens for the runner's signals; whatever happens, the process ends within {@link GRACE} of the first. */
export function onCancel(log: Logger, { exitCode, endsAtSecond }: Cancelling): Cancellation {
  const all = new AbortController();
  const writes = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  const cancel = () => {
    if (all.signal.aborted) {
      if (endsAtSecond) process.exit(exitCode);
      return;
    }
    log.warning('Cancelled: no further change is started.');
    all.abort();
    timers.push(
      setTimeout(() => writes.abort(), WRITES),
      setTimeout(() => process.exit(exitCode), GRACE),
    );
    for (const timer of timers) timer.unref();
  };
  for (const name of SIGNALS) process.on(name, cancel);
  return {
    signal: all.signal,
    writeSignal: writes.signal,
    release() {
      for (const name of SIGNALS) process.off(name, cancel);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
