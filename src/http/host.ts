import { show, type Parsed } from '../domain/text.ts';

/** A workspace's address, normalised, and the workspace id when the pasted address carried one. */
export interface Host {
  /** `https://host[:port]`. */
  readonly origin: string;
  /** The path of the address without its last slash, empty for none: a workspace has none, an MLflow server may. */
  readonly path: string;
  readonly workspaceId?: string;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/u;

/** Whether a credential may be sent to an address: by `https://`, or to this machine. */
export function isEncrypted(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

/**
 * Reads a host as the official SDKs do: the scheme may be missing, a pasted browser address is cut to its host and
 * path, and `?o=` gives the workspace id (auth-and-http §3.1). Plain `http://` is for loopback only.
 */
export function parseHost(text: string): Parsed<Host> {
  const trimmed = text.trim();
  const fix = 'Write https://<workspace host>, such as https://adb-123.4.azuredatabricks.net.';
  if (trimmed === '') return { ok: false, problem: 'it is empty.', fix };
  const address = trimmed.includes('://') ? trimmed : `https://${trimmed}`;
  if (!URL.canParse(address)) {
    return { ok: false, problem: `"${show(trimmed, 80)}" is not an address.`, fix };
  }
  const url = new URL(address);
  if (!isEncrypted(address)) {
    return {
      ok: false,
      problem: `it begins with ${show(url.protocol, 20)}//, and a token must not travel unencrypted.`,
      fix,
    };
  }
  if (url.username !== '' || url.password !== '') {
    return {
      ok: false,
      problem: 'it holds a user name or a password.',
      fix: `${fix} Credentials have inputs of their own.`,
    };
  }
  const id = ['w', 'o', 'workspace_id']
    .map((key) => url.searchParams.get(key))
    .find((value) => /^\d+$/u.test(value ?? ''));
  const origin = `${url.protocol}//${url.host}`;
  const path = url.pathname.replace(/\/+$/u, '');
  return { ok: true, value: id == null ? { origin, path } : { origin, path, workspaceId: id } };
}
