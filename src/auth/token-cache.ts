import { messageOf } from '../domain/errors.ts';
import type { Clock, Logger } from '../domain/ports.ts';

/** An access token as it was received; `expiresAt` in milliseconds since 1970. */
export interface IssuedToken {
  readonly accessToken: string;
  readonly expiresAt: number;
  /** Further headers that sign a request with it. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface KnownToken extends IssuedToken {
  readonly staleAt: number;
  readonly isReplacement: boolean;
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
  #token: KnownToken | undefined;
  #pending: Promise<IssuedToken> | undefined;
  #notBefore = 0;
  /** The token before was refused by its host, so that the next one stands in for it. */
  #refused = false;

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
        this.#log.debug(`The token could not be renewed and is used until it expires: ${messageOf(error)}`);
      });
    }
    return known;
  }

  /**
   * Takes a token that its host refused before its time. True when another is there, by one request for all who ask; false
   * when that one came in place of a refused token already: a third would be no better. Throws what the request throws.
   */
  async replace(refused: string): Promise<boolean> {
    const known = this.#token;
    if (known?.accessToken === refused) {
      if (known.isReplacement) return false;
      this.#token = undefined;
      this.#refused = true;
    }
    return (await this.token()).accessToken !== refused;
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
    const staleAt = issued.expiresAt - Math.min(life / 2, STALE);
    this.#token = { ...issued, staleAt, isReplacement: this.#refused };
    this.#refused = false;
    return issued;
  }
}
