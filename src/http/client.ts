import { hasCode, PromoteError, sentenceOf } from '../domain/errors.ts';
import { show } from '../domain/printable.ts';
import {
  DEFAULT_RETRY,
  delayBefore,
  pauseAfter,
  refusedAgain,
  type RetryPolicy,
} from '../domain/retry-policy.ts';
import type { RequestBody } from './body.ts';
import { cancelled, cancelledInFlight, mayChange } from './cancelled.ts';
import type { HttpClientOptions } from './client-options.ts';
import { Deadline } from './deadline.ts';
import { causeCode, errorFromFailure } from './unanswered.ts';
import { errorFromResponse } from './errors.ts';
import { header } from './failed-response.ts';
import { ofToken, refused, tooLate, unprocessed, type Attempt, type Try } from './failed-try.ts';
import { jsonBody, parseJson, refusePage } from './json.ts';
import { CONTROL_PLANE, Limiter } from './limiter.ts';
import { callOf, pathOf, type HttpRequest } from './request.ts';
import { fromPeer } from './peer.ts';
import { proxyFailureIn } from './proxy-failure.ts';
import { mayRetryFailure, triesWithoutResponse, wasNotSent } from './retry.ts';
import type { Response, OutgoingRequest } from './transport.ts';

/** JSON responses over this are refused: no call of ours gets more. */
const MAX_JSON_BYTES = 32 * 1024 * 1024;

/** No signature and no token is shorter. */
const MIN_SECRET = 16;

/** Failures to get a token that may pass. */
const TRANSIENT = ['unavailable', 'protocol', 'rate-limited'] as const;

/** A write that waited longer for its turn or its token is not sent: it is compared again first. Milliseconds. */
const LATE = 3_000;

/** Calls one host: signs, limits, tries again where that is safe, and turns failures into errors that say what to do. */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #limiter: Limiter;
  readonly #retry: RetryPolicy;
  #begun = 0;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#limiter = options.limiter ?? new Limiter(CONTROL_PLANE, options.clock);
    this.#retry = options.retry ?? DEFAULT_RETRY;
  }

  /** How many requests were begun, tries included, without those that go beside. */
  get requestsBegun(): number {
    return this.#begun;
  }

  /** Sends a request and reads its JSON response (`{}` for an empty one), with the response's headers. */
  async json(request: HttpRequest, body?: RequestBody): Promise<JsonResponse> {
    const sent = body ?? (request.json === undefined ? undefined : jsonBody(request.json));
    return this.#send(request, sent, async (response) => {
      const text = await response.text(MAX_JSON_BYTES);
      const { status, headers } = response;
      return { status, headers, body: parseJson(text, response, callOf(request)) };
    });
  }

  /** Sends a request whose response has no meaning beyond its success; one that is neither JSON nor `plainSuccess` is none. */
  async send(request: HttpRequest, body?: RequestBody): Promise<void> {
    const sent = body ?? (request.json === undefined ? undefined : jsonBody(request.json));
    await this.#send(request, sent, async (response) => {
      const text = await response.text(MAX_JSON_BYTES);
      if (text !== request.plainSuccess) parseJson(text, response, callOf(request));
    });
  }

  /** Sends a request and hands out its body as it arrives, unless it is an HTML page; undefined when it does not exist. */
  async stream(request: HttpRequest): Promise<Response | undefined> {
    try {
      return await this.#send(
        request,
        undefined,
        (response) => refusePage(response, callOf(request)),
        'streams',
      );
    } catch (error) {
      if (hasCode(error, 'not-found')) return undefined;
      throw error;
    }
  }

  /**
   * One try of a request to a URL that carries its own signature: without our authorization, outside of the budget
   * (whoever transfers bounds what is in flight), and any response is handed out. Throws `unavailable` when none came;
   * `call` names it in logs, since the URL is a secret.
   */
  async sendSigned(outgoing: Omit<OutgoingRequest, 'signal'>, call: string): Promise<Response> {
    const { transport, clock, log, signal } = this.#options;
    const startedAt = clock.now();
    this.#begun += 1;
    try {
      const response = await transport({ ...outgoing, ...(signal === undefined ? {} : { signal }) });
      log.debug(`${call} ${response.status} ${clock.now() - startedAt} ms`);
      return response;
    } catch (cause) {
      if (signal?.aborted === true) throw cancelled();
      if (cause instanceof PromoteError) throw cause;
      log.debug(`${call} ${causeCode(cause)} after ${clock.now() - startedAt} ms`);
      throw this.named(errorFromFailure(cause, call));
    }
  }

  /** The error with who was asked before it: the input that names the host, where a run works with two, or the peer. */
  named(error: PromoteError): PromoteError {
    const { input, peer } = this.#options;
    const said = peer === undefined ? error : fromPeer(error, peer);
    const isNamed = said.details.faults !== undefined || said.message.startsWith(`${input}: `);
    return input === undefined || isNamed
      ? said
      : new PromoteError(`${input}: ${said.message}`, { ...said.details, cause: said });
  }

  /** Waits before try number `attempt + 1` of something that this client does not try again itself. */
  async backOff(attempt: number, asked?: number): Promise<void> {
    const { clock, random, signal } = this.#options;
    await clock.sleep(delayBefore(attempt, asked, this.#retry, random), signal);
    if (signal?.aborted === true) throw cancelled();
  }

  /**
   * Hides a secret that a response held from everything that is printed from now on. A short text is none, and would make
   * a log unreadable and outputs vanish (actions-runtime §6).
   */
  mask(secret: string): void {
    if (secret.length >= MIN_SECRET) this.#options.mask?.(secret);
  }

  /** Logs for debugging what no single request shows. */
  note(text: string): void {
    this.#options.log.debug(text);
  }

  /** Milliseconds since the epoch, by the clock of this client. */
  now(): number {
    return this.#options.clock.now();
  }

  /** Nothing begins in a run that was cancelled, but for what ends its work. */
  #requireGoing({ endsWork }: HttpRequest): void {
    if (endsWork !== true && this.#options.signal?.aborted === true) throw cancelled();
  }

  async #send<T>(
    request: HttpRequest,
    body: RequestBody | undefined,
    read: (response: Response) => Promise<T>,
    responseBody: 'whole' | 'streams' = 'whole',
  ): Promise<T> {
    try {
      return await this.#sendOften(request, body, read, responseBody);
    } catch (error) {
      throw error instanceof PromoteError && !hasCode(error, 'cancelled', 'interrupted')
        ? this.named(error)
        : error;
    }
  }

  async #sendOften<T>(
    request: HttpRequest,
    body: RequestBody | undefined,
    read: (response: Response) => Promise<T>,
    responseBody: 'whole' | 'streams',
  ): Promise<T> {
    const { clock, log, authorizer, workspace } = this.#options;
    if (mayChange(request) && request.endsWork !== true)
      await workspace?.stated.settle(() => this.json(workspace.read));
    const call = callOf(request);
    const askedAt = clock.now();
    // What a request waits for its turn is no part of its budget.
    let startedAt: number | undefined;
    let signedAgain = false;
    /** The failure of an earlier try of a write that may have been done all the same. */
    let doubtful: PromoteError | undefined;
    for (let attempt = 1; ; attempt += 1) {
      const tryOnce = () => {
        startedAt ??= clock.now();
        return this.#attempt(request, body, read, {
          call,
          responseBody,
          askedAt,
          until: startedAt + this.#retry.budget,
        });
      };
      const trying = request.beside === true ? tryOnce() : this.#limiter.run(tryOnce, this.#options.signal);
      const result = await trying.catch((error: unknown) => {
        throw (hasCode(error, 'cancelled') ? doubtful : undefined) ?? error;
      });
      if ('value' in result) return result.value;
      // Not every host says in a registry's form that a token has run out: another is worth one try.
      const { code, httpStatus } = result.error.details;
      // By 400 the claims of a token are refused: another one would have the same.
      if ((code === 'unauthenticated' && httpStatus !== 400) || httpStatus === 401) {
        if (signedAgain) throw code === 'unauthenticated' ? refusedAgain(result.error) : result.error;
        // A request without valid credentials has not been applied (RFC 9110 §15.5.2): any may be sent once more.
        signedAgain = (await authorizer.replace?.(result.signed)) ?? false;
        if (!signedAgain) throw ofToken(result.error, authorizer.from);
        // While a token was requested the world may have moved: a write goes back to whoever compares.
        if (request.retry === 'never') throw unprocessed(result.error, 'token-renewed');
        log.info(`${sentenceOf(result.error)} Trying once more with a new token.`);
        continue;
      }
      const most = result.withoutResponse ? triesWithoutResponse(request, result.error) : Infinity;
      const attempts = result.again ? Math.min(this.#retry.attempts, most) : 0;
      const failed = { ...result, tries: attempt, startedAt: startedAt ?? clock.now() };
      const delay = pauseAfter(failed, { ...this.#retry, attempts }, this.#options);
      log.info(`${sentenceOf(this.named(result.error))} Trying again in ${(delay / 1000).toFixed(1)} s.`);
      if (mayChange(request) && !hasCode(result.error, 'rate-limited')) doubtful = result.error;
      await clock.sleep(delay, this.#options.signal);
    }
  }

  async #attempt<T>(
    request: HttpRequest,
    body: RequestBody | undefined,
    read: (response: Response) => Promise<T>,
    { call, responseBody, askedAt, until }: Try,
  ): Promise<Attempt<T>> {
    const { host, transport, authorizer, userAgent, clock, log } = this.#options;
    this.#requireGoing(request);
    const signal = mayChange(request)
      ? (this.#options.writeSignal ?? this.#options.signal)
      : this.#options.signal;
    const signed = await authorizer.headers().catch((error: unknown) => {
      // Without a token nothing was sent.
      throw hasCode(error, ...TRANSIENT) ? unprocessed(error, 'not-sent') : error;
    });
    const headers: Record<string, string> = {
      accept: 'application/json',
      'user-agent': userAgent,
      ...signed,
      ...request.headers,
      ...(body === undefined
        ? {}
        : { 'content-type': body.contentType, 'content-length': String(body.length) }),
    };
    // A token may have taken its time.
    this.#requireGoing(request);
    const startedAt = clock.now();
    if (request.retry === 'never' && startedAt - askedAt > LATE) throw tooLate(call, startedAt - askedAt);
    const limit = new Deadline(this.#retry);
    if (request.beside !== true) this.#begun += 1;
    try {
      const bytes = await body?.open();
      // A file may take any time, up or down, while bytes arrive: the transport watches that.
      if (bytes === undefined || bytes instanceof Uint8Array) limit.set(until - startedAt);
      const response = await transport({
        method: request.method,
        url: `${host}${pathOf(request)}`,
        headers,
        ...(bytes === undefined ? {} : { body: bytes }),
        signal: limit.with(signal),
      });
      const elsewhere = this.#options.workspace?.stated.errorOf(response);
      if (elsewhere !== undefined) {
        await response.discard().catch(() => undefined);
        throw elsewhere;
      }
      if (responseBody === 'streams') limit.lift();
      log.debug(
        `${call} ${response.status} ${header(response.headers, 'x-request-id')} ${clock.now() - startedAt} ms`,
      );
      if (response.status >= 200 && response.status < 300) return { value: await read(response) };
      const { errorOf = errorFromResponse } = this.#options;
      const refusal = await refused(response, request, { call, now: clock.now(), errorOf });
      const { serverCode, requestId } = refusal.error.details;
      if (serverCode !== undefined)
        log.debug(`${call}: ${show(serverCode, 60)} ${show(requestId ?? '', 60)}`);
      return { ...refusal, signed };
    } catch (cause) {
      if (signal?.aborted === true) throw mayChange(request) ? cancelledInFlight(call) : cancelled();
      if (cause instanceof PromoteError) throw cause;
      const failure = proxyFailureIn(cause) ?? cause;
      const code = causeCode(failure);
      log.debug(`${call} ${code} after ${clock.now() - startedAt} ms`);
      const error = errorFromFailure(cause, call);
      return {
        error: wasNotSent(failure) ? unprocessed(error, 'not-sent') : error,
        again: mayRetryFailure(code, request.retry, wasNotSent(failure)),
        withoutResponse: true,
        signed,
      };
    } finally {
      limit.lift();
    }
  }
}

/** A JSON response, its status and its headers. */
export interface JsonResponse {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Response['headers'];
}
