import type { Emulator } from '../../emulator/index.ts';
import type { Report } from '../../src/report/report.ts';
import { TOKENS } from '../actions/harness.ts';
import { cliRequest, type CliRequest } from './databricks-cli.ts';
import { readGrant, type GrantStatement } from './databricks-sql.ts';
import { readRequest } from './judge.ts';
import { clientCalls } from './mlflow-calls.ts';
import { shellCalls } from './shell.ts';

type Block = Report['undo'][number];

/** The texts of the code blocks of one language. */
export function codeIn(blocks: readonly Block[], language: string): string[] {
  return blocks.flatMap((block) =>
    block.kind === 'code' && block.language === language ? [block.text] : [],
  );
}

/**
 * Runs what was printed, as it stands, against an emulator: commands of a shell, calls of MLflow's client, statements.
 * Throws when one is refused. Returns what was sent.
 */
export async function runPrinted(
  emulator: Emulator,
  blocks: readonly Block[],
  token: string = TOKENS.admin,
): Promise<CliRequest[]> {
  const commands = (await shellCalls(codeIn(blocks, 'shell'))).flat().map(cliRequest);
  const calls = (await clientCalls(codeIn(blocks, 'python'))).flatMap(({ place, calls: each }) => {
    if (place.join() !== 'databricks,databricks-uc') throw new Error(`another registry: ${place.join()}`);
    return each.map(clientRequest);
  });
  const statements = codeIn(blocks, 'sql')
    .flatMap((text) => text.split('\n'))
    .map((line) => grantRequest(readGrant(line.replace(/;$/u, ''))));
  const requests = [...commands, ...calls, ...statements];
  for (const request of requests) await send(emulator, request, token);
  return requests;
}

/** Sends the requests that were printed as such, as the emulator's admin: one a line, or method and path above a body. */
export async function sendPrinted(emulator: Emulator, blocks: readonly Block[]): Promise<void> {
  for (const text of codeIn(blocks, 'json')) {
    for (const each of text.split(/\n(?=[A-Z]+ )/u)) await send(emulator, readRequest(each), TOKENS.admin);
  }
}

async function send(
  emulator: Emulator,
  { method, segments, query, body }: CliRequest,
  token: string,
): Promise<void> {
  const url = new URL(`/${segments.map(encodeURIComponent).join('/')}`, emulator.url);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${url.pathname}: ${response.status} ${await response.text()}`);
}

/** What MLflow's client sends to the registry of a workspace (mlflow 3.17, `store/_unity_catalog/registry/rest_store.py`). */
function clientRequest({
  method,
  args,
}: {
  readonly method: string;
  readonly args: readonly string[];
}): CliRequest {
  const [, verb = '', kind = '', tag] =
    /^(set|delete|update)_(model_version|registered_model)(_tag)?$/u.exec(method) ?? [];
  const keys = ['name', ...(kind === 'model_version' ? ['version'] : [])];
  const fields = tag === undefined ? ['description'] : verb === 'set' ? ['key', 'value'] : ['key'];
  const names = [...keys, ...fields];
  if (names.length !== args.length) throw new Error(`${method} of ${args.length} arguments`);
  const httpMethod = { set: 'POST', delete: 'DELETE', update: 'PATCH' }[verb];
  if (httpMethod === undefined) throw new Error(`the method ${method}`);
  const path = tag === undefined ? 'update' : `${verb}-tag`;
  return {
    method: httpMethod,
    segments: ['api', '2.0', 'mlflow', 'unity-catalog', `${kind.replace('_', '-')}s`, path],
    query: {},
    body: Object.fromEntries(names.map((name, index) => [name, args[index]])),
  };
}

/** The call that does what a statement does (permissions API). */
function grantRequest({ verb, privilege, type, name, principal }: GrantStatement): CliRequest {
  const change = { principal, [verb === 'GRANT' ? 'add' : 'remove']: [privilege.replaceAll(' ', '_')] };
  return {
    method: 'PATCH',
    segments: ['api', '2.1', 'unity-catalog', 'permissions', type.toLowerCase(), name.join('.')],
    query: {},
    body: { changes: [change] },
  };
}
