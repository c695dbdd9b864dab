import { probeHost, requireStated } from '../auth/discovery.ts';
import type { Connection } from '../actions/contract/connection.ts';
import { databricksDomain } from '../http/databricks-domains.ts';
import type { Environment } from './environment.ts';
import type { OpenSignIn } from './sign-in.ts';

/** Variables that lead to a proxy, by how the host is asked. */
const PROXY_VARIABLES = {
  https: ['https_proxy', 'HTTPS_PROXY'],
  http: ['http_proxy', 'HTTP_PROXY'],
} as const;

const NO_PROXY = ['no_proxy', 'NO_PROXY'];

/** What there is to report about a connection, and its parts one by one. */
export function describeConnection(opened: OpenSignIn, environment: Environment): Connection {
  const { host, settings, signIn, world } = opened;
  const { hostname } = new URL(host.origin);
  const named = (name: string) => (environment[name] ?? '') !== '';
  const own = PROXY_VARIABLES[host.origin.startsWith('http:') ? 'http' : 'https'];
  const proxied = [...own, ...NO_PROXY].filter(named);
  return {
    domain: domainOf(hostname),
    method: signIn.method,
    proxyVariables: proxied.some((name) => !/no_proxy/iu.test(name)) ? proxied : [],
    extraCertificates: named('NODE_EXTRA_CA_CERTS'),
    async probe() {
      const seen = await probeHost(world, host, signIn.method);
      requireStated(seen, host, settings);
      return seen;
    },
    signIn: () => signIn.open(),
  };
}

/** The last part of a name: it names a cloud, and no company. */
function domainOf(hostname: string): string {
  if (/^[\d.]+$|^\[|^localhost$/u.test(hostname)) return 'localhost or an IP address';
  return databricksDomain(hostname) ?? 'a domain of your own';
}
