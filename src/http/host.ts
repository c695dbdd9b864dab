import { show, type Parsed } from '../domain/text.ts';

/** A workspace's address, normalised, and the workspace id when the pasted address carried one. */
export interface Host {
  /** `https://host[:port]`. */
  readonly origin: string;
  readonly workspaceId?: string;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/u;

/**
 * Reads a host as the official SDKs do: the scheme may be missing, a pasted browser address is cut to its host, and
 * `?o=` gives the workspace id (auth-and-http §3.1). Plain `http://` is for loopback only.
 */
export function parseHost(text: string): Parsed<Host> {
  const trimmed = text.trim();
  const fix = 'Write https://<workspace host>, such as https://adb-123.4.azuredatabricks.net.';
  if (trimmed === '') return { ok: false, problem: 'it is empty.', fix };
  let url: URL;
  try {
    url = new URL(trimmed.includes('://') ? trimmed : `https://${trimmed}`);
  } catch {
    return { ok: false, problem: `"${show(trimmed, 80)}" is not an address.`, fix };
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.test(url.hostname))) {
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
  return { ok: true, value: id == null ? { origin } : { origin, workspaceId: id } };
}
