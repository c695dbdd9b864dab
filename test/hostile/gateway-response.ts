import type { Received } from './observed-registry.ts';

/** A response that something between action and registry gives, by its name in a schedule. */
export interface GatewayResponse extends Received {
  readonly name: string;
  /** Whether what gives it may have passed the request on before. */
  readonly mayFollowProcessing: boolean;
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

/** Gateways, balancers, firewalls and a tired workspace, as they were seen to respond. */
export const GATEWAY_RESPONSES = {
  forbidden: {
    name: "a gateway's 403 in JSON",
    status: 403,
    headers: { 'content-type': 'application/json' },
    body: json({ message: 'Forbidden' }),
    mayFollowProcessing: true,
  },
  badGateway: {
    name: "a balancer's 502 page",
    status: 502,
    headers: { 'content-type': 'text/html' },
    body: Buffer.from(
      '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>',
    ),
    mayFollowProcessing: true,
  },
  unauthorized: {
    name: 'a plain 401',
    status: 401,
    headers: { 'content-type': 'text/plain' },
    body: Buffer.from('Unauthorized'),
    mayFollowProcessing: false,
  },
  tooMany: {
    name: '429',
    status: 429,
    headers: { 'content-type': 'application/json', 'retry-after': '1' },
    body: json({ error_code: 'REQUEST_LIMIT_EXCEEDED', message: 'Rate limit exceeded.' }),
    mayFollowProcessing: false,
  },
  unavailable: {
    name: '503',
    status: 503,
    headers: { 'content-type': 'application/json' },
    body: json({ error_code: 'TEMPORARILY_UNAVAILABLE', message: 'The service is at capacity.' }),
    mayFollowProcessing: true,
  },
} as const satisfies Readonly<Record<string, GatewayResponse>>;

/** An error as a registry gives it. */
export function registryError(status: number, code: string, message: string): GatewayResponse {
  return {
    name: `${status} ${code}`,
    status,
    headers: { 'content-type': 'application/json' },
    body: json({ error_code: code, message }),
    mayFollowProcessing: false,
  };
}
