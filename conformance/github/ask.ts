import { setTimeout } from 'node:timers/promises';

/** A response, and the call that it is of. */
export interface Response {
  readonly call: string;
  readonly status: number;
  /** Parsed JSON; undefined where it is none. */
  readonly body: unknown;
  readonly headers: Headers;
}

/** Reads from GitHub: a template and what stands in its places. */
export type Ask = (template: string, places: Readonly<Record<string, string>>) => Promise<Response>;

const TIMEOUT_MS = 30_000;
const TRIES = 3;

/** GitHub's REST API, read only, by the token of the job. */
export function openGitHub(api: string, token: string, pauseMs = 2_000): Ask {
  return async (template, places) => {
    const path = template.replaceAll(/\{(\w+)\}/gu, (_, name: string) =>
      encodeURIComponent(places[name] ?? ''),
    );
    for (let tried = 1; ; tried += 1) {
      const response = await fetch(`${api}${path}`, {
        headers: {
          accept: 'application/vnd.github+json',
          authorization: `Bearer ${token}`,
          'x-github-api-version': '2022-11-28',
        },
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await response.text();
      if (response.status < 500 || tried === TRIES)
        return {
          call: `GET ${template}`,
          status: response.status,
          body: jsonIn(text),
          headers: response.headers,
        };
      await setTimeout(pauseMs);
    }
  };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
