/** When a request may be sent again by the client itself. */
export type RetryRule = 'safe' | 'if-unprocessed' | 'never';

/** One call of an HTTP API, with its path as a template so that logs name the call and never its data. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/api/2.1/unity-catalog/models/{name}`: what logs show. */
  readonly template: string;
  /** Values of the template's `{names}`; each is percent-encoded as one segment, `{+name}` keeps its slashes. */
  readonly params?: Readonly<Record<string, string>>;
  /** Path and query, encoded, where the caller has them as a whole; `template` is for logs alone then. */
  readonly path?: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * `safe`: may be sent again after any failure: reads, and the bytes of files, which are the same each time.
   * `once`: only when it certainly was not processed (refused connection, 429).
   * `never`: a write, before each try of which the caller compares. It is sent once, whatever becomes of it: not again
   * after 429, nor with a new token, since what it rests on may have changed meanwhile.
   */
  readonly retry: RetryRule;
  /** Changes nothing, whatever its method says. */
  readonly reads?: true;
  /** Ends what a cancelled run has begun on the host: it is sent all the same. */
  readonly endsWork?: true;
  /** One of a few reads that nothing waits for: it takes the place of no other request in the budget. */
  readonly beside?: true;
  /** A refusal with this in its body would come again, whatever its status: it is not asked for twice. */
  readonly permanent?: RegExp;
  /** Tries at most where the host took the request and no response came, for one that costs the host much. Default: 4. */
  readonly silentTries?: number;
  /** The whole text of a response that stands for success where the API has nothing to say in JSON. */
  readonly plainSuccess?: string;
}

/** The path and query of a request, encoded. */
export function pathOf(request: HttpRequest): string {
  if (request.path !== undefined) return request.path;
  const path = request.template.replace(/\{(\+?)(\w+)\}/gu, (_all, keepSlashes: string, name: string) => {
    const value = request.params?.[name];
    if (value === undefined) throw new TypeError(`No value for {${name}} of ${request.template}`);
    return keepSlashes === '+'
      ? value.split('/').map(encodeURIComponent).join('/')
      : encodeURIComponent(value);
  });
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) query.set(key, String(value));
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** A request in words, without its data. */
export function callOf(request: HttpRequest): string {
  return `${request.method} ${request.template.replaceAll('{+', '{')}`;
}
