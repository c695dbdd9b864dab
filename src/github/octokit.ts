import type * as github from '@actions/github';
import { invalidInputs, PromoteError } from '../domain/errors.ts';
import type { HttpClient } from '../http/client.ts';
import { header } from '../http/failed-response.ts';
import type { HttpRequest, RetryRule } from '../http/request.ts';

/** Octokit, as the package `@actions/github` hands it out: the table of GitHub's calls, and their pager. */
export type Octokit = ReturnType<typeof github.getOctokit>;

/** The version of GitHub's REST API that these calls are written for (docs.github.com, "API Versions"). */
const API_VERSION = '2022-11-28';

/** Octokit wants a token; ours is in the client that sends the requests. */
const UNUSED_TOKEN = 'unused';

const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * GitHub's calls and pages, sent by a client of ours with its retries, time-outs, proxy, certificates and base URL; no
 * request is sent by Octokit itself. A call may say when it may be sent again: `request: { repeat: 'safe' }`. Default:
 * reads after any failure, writes only when they certainly were not processed. Failures are `PromoteError`s.
 *
 * The package is evaluated here and nowhere else: at its import it reads the event of the workflow run, and throws when
 * that is no JSON.
 */
export async function openOctokit(http: HttpClient, host: string): Promise<Octokit> {
  const { getOctokit } = await importGitHub();
  const octokit = getOctokit(UNUSED_TOKEN, { baseUrl: host });
  octokit.hook.wrap('request', async (_request, options) => {
    const { method, url, headers, ...endpoint } = octokit.request.endpoint.parse(options);
    const body: unknown = endpoint.body;
    const request: HttpRequest = {
      method: methodOf(method),
      template: templateOf(options.url),
      path: pathBelow(host, url),
      headers: { accept: String(headers.accept), 'x-github-api-version': API_VERSION },
      retry: repeatOf(options.request?.['repeat'], method),
      ...(body === undefined ? {} : { json: body }),
    };
    const response = await http.json(request);
    const link = header(response.headers, 'link');
    return { status: response.status, url, headers: { link }, data: response.body };
  });
  return octokit;
}

async function importGitHub(): Promise<typeof github> {
  try {
    return await import(/* webpackChunkName: "work" */ '@actions/github');
  } catch (cause) {
    const problem = 'it names a file that is not JSON.';
    const fix = 'The runner writes this file. Find the step of the job that overwrites it.';
    throw invalidInputs([{ input: 'GITHUB_EVENT_PATH', problem, fix }], { cause });
  }
}

function methodOf(method: string): HttpRequest['method'] {
  if (!METHODS.includes(method)) throw new TypeError(`GitHub requests are not sent with ${method}.`);
  return method as HttpRequest['method'];
}

/** What logs show of a call; the link to a further page has values in it. */
function templateOf(url: string): string {
  return url.startsWith('/') ? url : '(a further page)';
}

/** Path and query of a URL; one of another origin is refused, since the token would go there. */
function pathBelow(host: string, url: string): string {
  if (url.startsWith(`${host}/`)) return url.slice(host.length);
  throw new PromoteError('A response of GitHub links to its next page at another address.', {
    code: 'protocol',
    outcome: 'error',
    fix: 'Check GITHUB_API_URL, and what is between the runner and GitHub.',
  });
}

function repeatOf(asked: unknown, method: string): RetryRule {
  if (asked === 'safe' || asked === 'if-unprocessed' || asked === 'never') return asked;
  return method === 'GET' || method === 'HEAD' ? 'safe' : 'if-unprocessed';
}
