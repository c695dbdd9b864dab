import type * as z from 'zod';
import { isAbsent } from '../http/errors.ts';
import { protocolError } from '../http/failed-response.ts';
import type { HttpClient, JsonResponse } from '../http/client.ts';
import type { HttpRequest } from '../http/request.ts';

/** More pages than any registry has: a longer list is a loop. */
const MAX_PAGES = 10_000;

/** More models, versions or grants than one list of any registry has: what it is asked for has to fit into memory. */
const MAX_ROWS = 100_000;

/** A page of a list, with what asks for the next. */
export interface Page {
  readonly next_page_token?: string | null | undefined;
}

/** Calls an API and reads its response by a wire schema; a field that is missing or of another type is a protocol error. */
export async function callJson<T>(http: HttpClient, request: HttpRequest, schema: z.ZodType<T>): Promise<T> {
  return read(http, await http.json(request), request, schema);
}

/** As {@link callJson}; undefined when the registry says that the object does not exist, by default as all of them do. */
export async function findJson<T>(
  http: HttpClient,
  request: HttpRequest,
  schema: z.ZodType<T>,
  isMissing: (error: unknown) => boolean = isAbsent,
): Promise<T | undefined> {
  try {
    return await callJson(http, request, schema);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Every page of a list, at most `most`. A page may be empty and yet carry a token, so only its absence ends the list
 * (uc-protocol §3.2, §10.1); a token that comes back is an error, not an endless loop.
 */
export async function* pages<T extends Page>(
  http: HttpClient,
  request: HttpRequest,
  schema: z.ZodType<T>,
  most = MAX_PAGES,
): AsyncGenerator<T> {
  const seen = new Set<string>();
  let token: string | undefined;
  for (let count = 0; ; count += 1) {
    const page = await callJson(http, pageOf(request, token), schema);
    yield page;
    token = page.next_page_token ?? '';
    if (token === '') return;
    const problem = seen.has(token)
      ? 'returns the same page repeatedly'
      : count >= most
        ? `has too many pages (more than ${most})`
        : undefined;
    if (problem !== undefined) {
      throw http.named(protocolError(problem, `${request.method} ${request.template}`));
    }
    seen.add(token);
  }
}

/** A request for the page that a token names: a search has it in its body, every other list in its query. */
function pageOf(request: HttpRequest, page_token: string | undefined): HttpRequest {
  const { json, query } = request;
  return json === undefined
    ? { ...request, query: { ...query, page_token } }
    : { ...request, json: { ...json, page_token } };
}

/** Every row of a list, of all of its {@link pages}; one that has no end is an error before it fills the memory. */
export async function* rows<T extends Page, R>(
  http: HttpClient,
  request: HttpRequest,
  schema: z.ZodType<T>,
  rowsOf: (page: T) => readonly R[] | null | undefined,
): AsyncGenerator<R> {
  let count = 0;
  for await (const page of pages(http, request, schema)) {
    const found = rowsOf(page) ?? [];
    count += found.length;
    if (count > MAX_ROWS) {
      const problem = `has too many entries (more than ${MAX_ROWS})`;
      throw http.named(protocolError(problem, `${request.method} ${request.template}`));
    }
    yield* found;
  }
}

function read<T>(http: HttpClient, response: JsonResponse, request: HttpRequest, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(response.body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue === undefined || issue.path.length === 0 ? 'the whole' : issue.path.join('.');
  const problem = `lacks a required field: ${field} (${issue?.message ?? 'not as expected'})`;
  throw http.named(protocolError(problem, `${request.method} ${request.template}`));
}
