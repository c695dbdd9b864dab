import type { HttpClient } from '../http/client.ts';

/** Headers by which S3 encrypts what is uploaded, as the response with the credentials asks for. */
export interface S3Encryption {
  readonly algorithm: 'AES256' | 'aws:kms';
  /** ARN of the key, with `aws:kms`. */
  readonly key?: string;
}

/** What opens a store for a while. None of it is ever printed. */
export type StorageSecret =
  | {
      readonly kind: 's3';
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly sessionToken?: string;
      readonly encryption?: S3Encryption;
    }
  | { readonly kind: 'azure'; readonly sas: string }
  | { readonly kind: 'google'; readonly token: string };

/** Credentials and when they are renewed at the latest, milliseconds since the epoch. */
export interface StorageCredentials {
  readonly secret: StorageSecret;
  readonly freshUntil: number;
}

/** Credentials are renewed so long before their end, milliseconds: no request begins that cannot end. */
const MARGIN = 10 * 60_000;

/** When credentials that came now are renewed: ten minutes before their end, or in the last quarter of a short life. */
export function freshUntil(now: number, expiresAt: number): number {
  return expiresAt - Math.min(MARGIN, Math.max(0, expiresAt - now) / 4);
}

/** The credentials of one place: asked for once by however many requests, and again before they end. */
export class RenewedCredentials {
  readonly #http: HttpClient;
  readonly #ask: () => Promise<StorageCredentials>;
  #current: Promise<StorageCredentials> | undefined;

  /** `ask` gets new ones; it throws `RouteRefused` where there are none. */
  constructor(http: HttpClient, ask: () => Promise<StorageCredentials>) {
    this.#http = http;
    this.#ask = ask;
  }

  /** Credentials that are good for a request that begins now; other ones than `refused`, which the store did not take. */
  async get(refused?: StorageCredentials): Promise<StorageCredentials> {
    const asked = this.#current;
    const known = await asked;
    if (known !== undefined && known !== refused && this.#http.now() < known.freshUntil) return known;
    // Another request may have asked in the meantime.
    if (this.#current !== asked && this.#current !== undefined) return this.#current;
    const renewed = this.#ask();
    this.#current = renewed;
    // The next request may ask again after a failure that passes.
    renewed.catch(() => {
      if (this.#current === renewed) this.#current = undefined;
    });
    return renewed;
  }
}
