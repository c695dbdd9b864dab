import { invalidInputs } from '../domain/errors.ts';

/** Proxies by the protocol of what is asked, and the hosts that are asked directly; an empty text is none. */
export interface Proxies {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Protocols that undici speaks to a proxy. */
const PROTOCOLS: readonly string[] = ['http:', 'https:', 'socks5:', 'socks:'];

/** The name of the variable that counts, of one that has two spellings: `https_proxy` or `HTTPS_PROXY`. */
export function variableOf(environment: Variables, variable: 'http_proxy' | 'https_proxy'): string {
  return valueOf(environment, variable).name;
}

/**
 * The proxies that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name, or undefined for none; lower-case names win, and
 * `http://` is understood where there is no scheme, as curl does. Throws `invalid-input` for a value that is no address;
 * it may hold a password, so it is not repeated.
 */
export function proxiesOf(environment: Variables): Proxies | undefined {
  const [httpProxy, httpsProxy] = [
    addressIn(environment, 'http_proxy'),
    addressIn(environment, 'https_proxy'),
  ];
  if (httpProxy === '' && httpsProxy === '') return undefined;
  return { httpProxy, httpsProxy, noProxy: valueOf(environment, 'no_proxy').value };
}

function addressIn(environment: Variables, variable: string): string {
  const { name, value } = valueOf(environment, variable);
  if (value === '') return '';
  const address = value.includes('://') ? value : `http://${value}`;
  if (isProxy(address)) return address;
  const problem = 'it is not a valid proxy address.';
  const fix = 'Write http://name:port, with user:password@ before the name if the proxy requires them.';
  throw invalidInputs([{ input: name, problem, fix }]);
}

function valueOf(
  environment: Variables,
  variable: string,
): { readonly name: string; readonly value: string } {
  const names = [variable, variable.toUpperCase()];
  const found = names.map((name) => ({ name, value: environment[name]?.trim() ?? '' }));
  return found.find(({ value }) => value !== '') ?? { name: variable, value: '' };
}

function isProxy(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  try {
    decodeURIComponent(username + password);
  } catch {
    return false;
  }
  return PROTOCOLS.includes(protocol) && hostname !== '';
}
