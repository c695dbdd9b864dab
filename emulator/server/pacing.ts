import { setTimeout as sleep } from 'node:timers/promises';

/** Slows bytes of one connection to a rate. */
export type Pace = (bytes: number) => Promise<void>;

/** A pace for `socket`: all bodies on it share the rate. Bytes per second; undefined means no limit. */
export function paceOf(
  sockets: WeakMap<object, number>,
  socket: object,
  bytesPerSecond: number | undefined,
): Pace {
  if (bytesPerSecond === undefined) return () => Promise.resolve();
  return async (bytes) => {
    const now = performance.now();
    const free = Math.max(sockets.get(socket) ?? now, now) + (bytes / bytesPerSecond) * 1000;
    sockets.set(socket, free);
    if (free - now > 1) await sleep(free - now);
  };
}
