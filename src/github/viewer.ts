import * as z from 'zod';
import { PromoteError } from '../domain/errors.ts';
import { show } from '../domain/printable.ts';
import type { HttpClient } from '../http/client.ts';
import { parsedResponse } from './response.ts';

const QUERY = 'query { viewer { login } }';
const CALL = 'POST /graphql';

const viewer = z.looseObject({
  data: z.looseObject({ viewer: z.looseObject({ login: z.string().min(1) }).nullish() }).nullish(),
  errors: z.array(z.looseObject({ message: z.string() })).nullish(),
});

/**
 * Where GraphQL is, by the address of the REST API: below it, and on a GitHub Enterprise Server beside it
 * (docs.github.com, "Forming calls with GraphQL").
 */
export function graphqlHost(host: string): string {
  return host.replace(/\/api\/v3$/u, '/api');
}

/**
 * Reads the login that a token writes as. REST has it for the token of a person alone; GraphQL has it for that of a job too.
 */
export async function readViewer(http: HttpClient): Promise<string> {
  const request = { method: 'POST', template: '/graphql', json: { query: QUERY } } as const;
  const { body } = await http.json({ ...request, reads: true, retry: 'safe' });
  const { data, errors } = parsedResponse(viewer, body, 'a viewer', CALL);
  const login = data?.viewer?.login;
  if (login !== undefined) return login;
  const said = show(errors?.[0]?.message ?? 'no login', 300);
  // Errors of GraphQL come with the status of a success.
  throw new PromoteError(`GitHub does not say who the token belongs to: ${said} (${CALL})`, {
    code: 'permission-denied',
    outcome: 'denied',
  });
}
