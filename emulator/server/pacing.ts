import { setTimeout as sleep } from 'node:timers/promises';

/** Slows bytes of one connection to a rate. */
export type Pace = (bytes: number) => Promise<void>;

/** Bytes may be so early or so late, milliseconds: timers wake late, and the rate must hold all the same. */
export const SLACK_MS = 10;

/** A pace for `socket`: all bodies on it share the rate. Bytes per second; undefined means no limit. */
export function paceOf(
  sockets: WeakMap<object, number>,
  socket: object,
  bytesPerSecond: number | undefined,
): Pace {
  if (bytesPerSecond === undefined) return () => Promise.resolve();
  return async (bytes) => {
    const now = performance.now();
    const due = dueAfter(sockets.get(socket), now, (bytes / bytesPerSecond) * 1000);
    sockets.set(socket, due);
    if (due - now > SLACK_MS) await sleep(due - now);
  };
}

/** When a connection that was due at `due` is due again after bytes that take `ms`. All in milliseconds. */
export function dueAfter(due: number | undefined, now: number, ms: number): number {
  const begin = due === undefined || due < now - SLACK_MS ? now : due;
  return begin + ms;
}
