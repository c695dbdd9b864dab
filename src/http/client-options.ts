import type { PromoteError } from '../domain/errors.ts';
import type { Clock, Logger, Random } from '../domain/ports.ts';
import type { RetryPolicy } from '../domain/retry-policy.ts';
import type { FailedResponse } from './failed-response.ts';
import type { Limiter } from './limiter.ts';
import type { Peer } from './peer.ts';
import type { HttpRequest } from './request.ts';
import type { StatedWorkspace } from './stated-workspace.ts';
import type { Transport } from './transport.ts';

/** Where the `Authorization` of a request comes from. */
export interface Authorizer {
  /** Headers that sign one request; asked for before each try, so that a renewed token is used. */
  headers(): Promise<Readonly<Record<string, string>>>;
  /** Takes headers that the host did not accept (401); true when others can be had now. Default: there are no others. */
  replace?(refused: Readonly<Record<string, string>>): Promise<boolean>;
  /** Where the credential was given, such as `input token`; default: it was requested for the run. */
  readonly from?: string;
}

/** What an {@link HttpClient} is made of. */
export interface HttpClientOptions {
  /** `https://host[:port]`, normalised. */
  readonly host: string;
  readonly transport: Transport;
  readonly authorizer: Authorizer;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Ends every request at once, but for those of {@link HttpClientOptions.writeSignal}; no request begins after it. */
  readonly signal?: AbortSignal;
  /** Ends requests that may change something; default: as all others. */
  readonly writeSignal?: AbortSignal;
  readonly retry?: RetryPolicy;
  readonly limiter?: Limiter;
  /** The error of a response that is no success; default: as of registries. */
  readonly errorOf?: (response: FailedResponse) => PromoteError;
  /** Who is asked, where it is not the registry. */
  readonly peer?: Peer;
  /** The input that names the host, where a run works with two: it stands before every error. */
  readonly input?: string;
  /** Called with every secret that a response held, before it is used. */
  readonly mask?: (secret: string) => void;
  /** The workspace that the caller states, and a read that is open to every caller, whose response names the workspace. */
  readonly workspace?: { readonly stated: StatedWorkspace; readonly read: HttpRequest };
}
