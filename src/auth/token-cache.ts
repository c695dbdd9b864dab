import { messageOf } from '../domain/errors.ts';
import type { Clock, Logger } from '../domain/ports.ts';

/** An access token as it was received; `expiresAt` in milliseconds since 1970. */
export interface IssuedToken {
  readonly accessToken: string;
  readonly expiresAt: number;
  /** Further headers that sign a request with it. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A token counts as expired this long before it is: Azure Databricks refuses one with less than 30 s left. */
const SKEW = 40_000;

/** The longest time before expiry in which a token is renewed while it is still used. */
const STALE = 20 * 60_000;

/** After a renewal that failed, none is tried for this long, while the old token holds. */
const PAUSE = 60_000;

/**
 * One token for all who ask: requested once a lifetime, by one request at a time, and renewed beside the calls before it
 * runs out. Times as in the official SDKs (auth-and-http §6).
 */
export class TokenCache {
  readonly #request: () => Promise<IssuedToken>;
  readonly #clock: Clock;
  readonly #log: Logger;
  #token: (IssuedToken & { readonly staleAt: number }) | undefined;
  #pending: Promise<IssuedToken> | undefined;
  #notBefore = 0;

  constructor(request: () => Promise<IssuedToken>, clock: Clock, log: Logger) {
    this.#request = request;
    this.#clock = clock;
    this.#log = log;
  }

  /** A token that is good for at least {@link SKEW}, or has just been received; throws what the request throws. */
  async token(): Promise<IssuedToken> {
    const now = this.#clock.now();
    const known = this.#token;
    if (known === undefined || now > known.expiresAt - SKEW) return this.#renew();
    if (now >= known.staleAt && now >= this.#notBefore) {
      this.#renew().catch((error: unknown) => {
        this.#notBefore = this.#clock.now() + PAUSE;
        this.#log.debug(
          `The token could not be renewed yet and is used until it expires: ${messageOf(error)}`,
        );
      });
    }
    return known;
  }

  #renew(): Promise<IssuedToken> {
    this.#pending ??= this.#fetch().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #fetch(): Promise<IssuedToken> {
    const startedAt = this.#clock.now();
    const issued = await this.#request();
    const life = Math.max(0, issued.expiresAt - startedAt);
    this.#token = { ...issued, staleAt: issued.expiresAt - Math.min(life / 2, STALE) };
    return issued;
  }
}
