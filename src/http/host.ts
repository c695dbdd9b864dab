import type { Parsed } from '../domain/parsed.ts';
import { show } from '../domain/printable.ts';

/** A workspace's address, normalised, and the ids of workspace and account when the pasted address carried them. */
export interface Host {
  /** `https://host[:port]`. */
  readonly origin: string;
  /** The path of the address without its last slash, empty for none: a workspace has none, an MLflow server may. */
  readonly path: string;
  readonly workspaceId?: string;
  readonly accountId?: string;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/u;

/** An id of any kind that a browser's address may carry. */
const ANY_ID = /^[\w-]{1,100}$/u;

/** Whether a credential may be sent to an address: by `https://`, or to this machine. */
export function isEncrypted(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

/** The text without what may be a user and a password, which stand before the last `@`, wherever the address ends to be one. */
function withoutUser(text: string): string {
  const from = text.indexOf('://');
  return (
    text.slice(0, from < 0 ? 0 : from + 3) +
    text.slice(Math.max(text.lastIndexOf('@') + 1, from < 0 ? 0 : from + 3))
  );
}

/**
 * Reads a host as the official SDKs do: the scheme may be missing, a pasted browser address is cut to its host and
 * path, `?w=`, else `?o=` or `?workspace_id=` gives the workspace id, `?a=` or `?account_id=` that of the account
 * (auth-and-http §3.1). Plain `http://` is for loopback only.
 */
export function parseHost(text: string): Parsed<Host> {
  const trimmed = text.trim();
  const fix = 'Write https://<workspace host>, for example https://adb-123.4.azuredatabricks.net.';
  if (trimmed === '') return { ok: false, problem: 'it is empty.', fix };
  const address = trimmed.includes('://') ? trimmed : `https://${trimmed}`;
  if (!URL.canParse(address)) {
    return { ok: false, problem: `"${show(withoutUser(trimmed), 80)}" is not a valid address.`, fix };
  }
  const url = new URL(address);
  if (!isEncrypted(address)) {
    return {
      ok: false,
      problem: `it begins with ${show(url.protocol, 20)}//, but a token must not be sent unencrypted.`,
      fix,
    };
  }
  if (url.username !== '' || url.password !== '') {
    return {
      ok: false,
      problem: 'it contains a user name or a password.',
      fix: `${fix} Use the inputs for credentials.`,
    };
  }
  const idIn = (form: RegExp, ...keys: string[]) =>
    keys.map((key) => url.searchParams.get(key) ?? '').find((value) => form.test(value));
  // A workspace id is sent as a header: nothing but plain characters is taken.
  const workspaceId = idIn(ANY_ID, 'w') ?? idIn(/^\d+$/u, 'o', 'workspace_id');
  const accountId = idIn(ANY_ID, 'a', 'account_id');
  const origin = `${url.protocol}//${url.host}`;
  const path = url.pathname.replace(/\/+$/u, '');
  return {
    ok: true,
    value: {
      origin,
      path,
      ...(workspaceId === undefined ? {} : { workspaceId }),
      ...(accountId === undefined ? {} : { accountId }),
    },
  };
}
