import { PromoteError } from '../domain/errors.ts';

/** A proxy that was not reached, or did not let a request through: nothing got as far as the host. */
export class ProxyFailure extends Error {
  /** The system's or undici's code, or `HTTP_407` for the proxy's own status. */
  readonly code: string;
  /** The variable that names the proxy. */
  readonly variable: string;

  constructor(variable: string, code: string, cause?: unknown) {
    super(`the proxy in ${variable} failed (${code})`, cause === undefined ? undefined : { cause });
    this.variable = variable;
    this.code = code;
  }

  /** The status with which the proxy refused. */
  get status(): string | undefined {
    return /^HTTP_(\d+)$/u.exec(this.code)?.[1];
  }
}

/** The failure of a proxy that an error is, or that caused it. */
export function proxyFailureIn(error: unknown): ProxyFailure | undefined {
  for (let each = error; each instanceof Error; each = each.cause)
    if (each instanceof ProxyFailure) return each;
  return undefined;
}

/** The error of a call that a proxy did not let through: which proxy, what it said, and what to set. */
export function errorFromProxy(failure: ProxyFailure, call: string): PromoteError {
  const { problem, fix } = explained(failure);
  return new PromoteError(`${problem} at ${call}.`, {
    code: 'unavailable',
    outcome: 'unavailable',
    fix,
    cause: failure,
  });
}

function explained({ variable, code, status }: ProxyFailure): { problem: string; fix: string } {
  const around = 'if the host can be reached directly, add it to NO_PROXY';
  if (status === '407')
    return {
      problem: `The proxy in ${variable} requires a user name and password, or did not accept them (HTTP 407)`,
      fix: `Write ${variable} as http://user:password@name:port, with characters such as @, : and / of the password percent-encoded; ${around}.`,
    };
  if (status === '403')
    return {
      problem: `The proxy in ${variable} does not allow this host (HTTP 403)`,
      fix: `Have the proxy allow the host; ${around}.`,
    };
  if (status !== undefined)
    return {
      problem: `The proxy in ${variable} could not reach the host (HTTP ${status})`,
      fix: `Check the host, and that the proxy can reach it on its port; ${around}.`,
    };
  if (/SSL|TLS|EPROTO|CERT|SELF_SIGNED|UNABLE_TO_VERIFY/u.test(code))
    return {
      problem: `The TLS connection to the proxy in ${variable} failed (${code})`,
      fix: `${variable} begins with https://, which means that the proxy itself speaks TLS. Most proxies speak plain HTTP: write http:// for them. To trust the certificate of a TLS proxy, use NODE_EXTRA_CA_CERTS.`,
    };
  return {
    problem: `No response from the proxy in ${variable} (${code})`,
    fix: `Check the name and port in ${variable}, or remove the variable; ${around}.`,
  };
}
