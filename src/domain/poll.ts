import type { Clock } from './ports.ts';

/** How often something is looked at, and how long is waited before the next look, milliseconds. */
export interface PollPolicy<T> {
  readonly tries: number;
  readonly pause: (looks: number, seen: T) => number;
}

/** Looks until what is seen is what is waited for or the tries are over, and returns what was seen last. */
export async function poll<T>(
  look: (looks: number) => Promise<T>,
  isDone: (seen: T) => boolean,
  { tries, pause }: PollPolicy<T>,
  { clock, signal }: { readonly clock: Pick<Clock, 'sleep'>; readonly signal?: AbortSignal | undefined },
): Promise<T> {
  for (let looks = 1; ; looks += 1) {
    const seen = await look(looks);
    if (isDone(seen) || looks >= tries) return seen;
    await clock.sleep(pause(looks, seen), signal);
  }
}
