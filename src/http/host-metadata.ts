import type { Clock } from '../domain/ports.ts';

/** An answer to a question that was asked without a credential. */
export interface PlainResponse {
  readonly status: number;
  readonly text: string;
  /** The `Date` header, empty when absent. */
  readonly date: string;
  /** The `Age` header: seconds since a cache got the response (RFC 9111 §5.1), empty when absent. */
  readonly age: string;
}

/** When it was asked and answered, milliseconds since the epoch by the local clock. */
export interface TimedResponse extends PlainResponse {
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Where a host says to anybody what it is (auth-and-http §3.2). */
export const HOST_METADATA = '/.well-known/databricks-config';

/** True for a status that tells nothing about what was asked: the same question may be answered a moment later. */
export function isPassing(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

/** What hosts answered to {@link HOST_METADATA}, so that no run asks one twice; what is no answer is not kept. */
export class HostMetadataMemo {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #known = new Map<string, Promise<TimedResponse>>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** What the host at an origin answered, or answers now to `ask`; throws what that throws. */
  read(origin: string, ask: () => Promise<PlainResponse>): Promise<TimedResponse> {
    const known = this.#known.get(origin);
    if (known !== undefined) return known;
    const asked = this.#timed(ask);
    this.#known.set(origin, asked);
    const forget = () => void this.#known.delete(origin);
    asked.then(({ status }) => (isPassing(status) ? forget() : undefined), forget);
    return asked;
  }

  async #timed(ask: () => Promise<PlainResponse>): Promise<TimedResponse> {
    const startedAt = this.#clock.now();
    const response = await ask();
    return { ...response, startedAt, endedAt: this.#clock.now() };
  }
}
