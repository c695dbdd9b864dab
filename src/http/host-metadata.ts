import { Memo } from '../domain/once.ts';
import type { Clock } from '../domain/ports.ts';

/** A response to a request without a credential. */
export interface PlainResponse {
  readonly status: number;
  readonly text: string;
  /** The `Date` header, empty when absent. */
  readonly date: string;
  /** The `Age` header: seconds since a cache got the response (RFC 9111 §5.1), empty when absent. */
  readonly age: string;
}

/** When the request began and its response was there, milliseconds since the epoch by the local clock. */
export interface TimedResponse extends PlainResponse {
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Where a host says to anybody what it is (auth-and-http §3.2). */
export const HOST_METADATA = '/.well-known/databricks-config';

/** True for a status that says nothing about what was asked for: the same request may succeed a moment later. */
export function isTransient(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

/** What hosts said at {@link HOST_METADATA}, so that no run asks one twice; what may pass is not kept. */
export class HostMetadataMemo {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #known = new Memo<TimedResponse>(({ status }) => !isTransient(status));

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** What the host at an origin said, or says now to `ask`; throws what that throws. */
  read(origin: string, ask: () => Promise<PlainResponse>): Promise<TimedResponse> {
    return this.#known.get(origin, async () => {
      const startedAt = this.#clock.now();
      const response = await ask();
      return { ...response, startedAt, endedAt: this.#clock.now() };
    });
  }
}
