/** One request as it was seen, in order of arrival. Times are `performance.now()` milliseconds, sizes are body bytes. */
export interface RequestRecord {
  number: number;
  method: string;
  path: string;
  /** Template of the route, or the path itself when there is none. */
  template: string;
  query: Record<string, string>;
  principal: string | null;
  /** Scheme of the `Authorization` header, in lower case. */
  scheme?: string;
  status: number;
  errorCode?: string;
  startedAt: number;
  endedAt: number;
  /** The JSON body sent, secrets removed. */
  json?: unknown;
  bytesIn: number;
  bytesOut: number;
  /** The endpoint changes state when it succeeds. */
  write: boolean;
}

const secretKeys =
  /^(client_secret|subject_token|client_assertion|token|session_token|access_token|password|.+_plaintext)$/;

/** A copy of a JSON body without the values of secret members. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, secretKeys.test(key) ? '***' : withoutSecrets(item)]),
  );
}
