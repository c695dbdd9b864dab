import { messageOf, PromoteError } from '../domain/errors.ts';
import { show } from '../domain/printable.ts';
import { errorFromProxy, proxyFailureIn } from './proxy-failure.ts';

/** Why a transport ended a response that had begun: it dripped on beyond the time for all of it, in milliseconds. */
export class SlowResponse extends Error {
  readonly code = 'SLOW_ANSWER';

  constructor(ms: number) {
    super(`had not ended after ${ms / 1000} s`);
  }
}

const MORE_TIME =
  ' For a slow host, such as an MLflow server that fetches large files from a cloud, increase response-timeout.';

/** Codes of undici for a host that was reached, and then silent for too long. */
const TIMED_OUT = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** The error of a request that got no response, or not a whole one. */
export function errorFromFailure(cause: unknown, call: string): PromoteError {
  const code = causeCode(cause);
  if (cause instanceof SlowResponse) {
    const fix =
      'Something between the runner and the host delays responses. Check proxies and gateways, then run the step again.';
    const message = `The response to ${call} ${cause.message} and was aborted.`;
    return new PromoteError(message, { code: 'unavailable', outcome: 'unavailable', fix, cause });
  }
  const proxy = proxyFailureIn(cause);
  if (proxy !== undefined) return errorFromProxy(proxy, call);
  if (code === 'UND_ERR_INVALID_ARG') {
    // Such a text is refused before anything is sent; the message has the name of a header, not its value.
    return new PromoteError(`${call} was not sent: ${show(messageOf(cause), 100)}.`, {
      code: 'rejected',
      outcome: 'error',
      fix: 'Check the inputs for an unusual character. If there is none, report the error with the report file.',
      cause,
    });
  }
  const { message, fix } = whyUnanswered(code);
  return new PromoteError(`${message} at ${call}.`, {
    code: 'unavailable',
    outcome: 'unavailable',
    fix,
    cause,
  });
}

/** What OpenSSL says of bytes that are no TLS (seen with servers of plain HTTP). */
const NO_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_LAYER_FAILURE|HTTP_REQUEST|EPROTO/u;

function whyUnanswered(code: string): { readonly message: string; readonly fix: string } {
  if (NO_TLS.test(code))
    return {
      message: `The host does not speak TLS (${code})`,
      fix: 'Usually the server speaks plain HTTP on this port. Use an address with TLS, or put a proxy with a certificate in front of it. Except to this machine itself, a token is sent only over https://.',
    };
  if (/CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY/u.test(code))
    return {
      message: `The TLS certificate of the host was not accepted (${code})`,
      fix: 'If the host uses a private certificate authority, set NODE_EXTRA_CA_CERTS on the runner to its certificate file.',
    };
  if (/TLS|SSL/u.test(code))
    return {
      message: `No TLS connection to the host (${code})`,
      fix: 'Check the host and port of the server, and which TLS versions it supports.',
    };
  if (NO_SUCH_NAME.test(code))
    return { message: `The name of the host does not resolve (${code})`, fix: UNRESOLVED_FIX };
  return {
    message: `No response from the host (${code})`,
    fix: `${UNANSWERED_FIX}${TIMED_OUT.has(code) ? MORE_TIME : ''}`,
  };
}

/** What to do where nobody responds. */
export const UNANSWERED_FIX =
  'Check the host, the network and the proxy variables (HTTPS_PROXY, NO_PROXY) of the runner.';

/** What the system's resolver says of a name that it does not know, or cannot ask for now (getaddrinfo(3)). */
const NO_SUCH_NAME = /^(?:ENOTFOUND|EAI_AGAIN|EAI_NONAME|EAI_NODATA)$/u;

/** What to do where the name of the host is not known. */
export const UNRESOLVED_FIX =
  'Check the spelling of the host. A name of a private network needs a runner in that network, or a proxy that resolves it (HTTPS_PROXY, NO_PROXY).';

/** The system's or undici's code of a failed request, or the error's name. */
export function causeCode(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return causeCode(cause.errors[0]);
  if (!(cause instanceof Error)) return 'unknown';
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return cause.cause === undefined ? cause.name : causeCode(cause.cause);
}
