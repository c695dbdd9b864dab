import { pagesOf } from './walk.ts';
import { poll } from '../src/domain/poll.ts';
import { listAt, at, type Call, type RawResponse } from './call.ts';
import { main, must, N } from './fixtures.ts';
import { Unseen } from './unseen.ts';
import type { Person, RowContext } from './row-context.ts';

/** The group of everybody, which every account has and a grant may name. */
export const EVERYBODY = 'account users';

const TRIES_AFTER_GRANT = 4;
const WAIT_AFTER_GRANT = 3_000;

/** How paths spell the securable type of a model: as documented, or in capitals where only those are taken. */
export function functionWord(context: RowContext): Promise<string> {
  return context.once('function', async () => {
    const template = `${N}/permissions/{kind}/{name}`;
    const params = { kind: 'function', name: (await main(context)).name };
    const response = await context.first.call({ method: 'GET', template, params });
    return response.status === 400 ? 'FUNCTION' : 'function';
  });
}

/** Reads grants on a model, direct or effective. */
export async function readGrants(
  context: RowContext,
  call: Call,
  name: string,
  query: { readonly effective?: boolean; readonly principal?: string } = {},
): Promise<RawResponse> {
  const kind = await functionWord(context);
  const { effective, principal } = query;
  return call({
    method: 'GET',
    template: `${N}/${effective === true ? 'effective-permissions' : 'permissions'}/{kind}/{name}`,
    params: { kind, name },
    query: { principal },
  });
}

/** Reads the policies of the scratch schema and what is above it, as the audit of grants does. */
export async function readPolicies(context: RowContext, call: Call): Promise<RawResponse> {
  return call({ method: 'GET', ...(await policiesOf(context)) });
}

/** Every policy of the schema and of what is above it, from all pages of the list. */
export async function listPolicies(context: RowContext, call: Call): Promise<unknown[]> {
  const { template, params, query } = await policiesOf(context);
  return (await pagesOf(call, template, params, query, 'policies')).flat();
}

async function policiesOf(context: RowContext) {
  const isUpper = (await functionWord(context)) === 'FUNCTION';
  return {
    template: `${N}/policies/{kind}/{name}`,
    params: { kind: isUpper ? 'SCHEMA' : 'schema', name: context.schema },
    query: { include_inherited: true },
  };
}

/** Changes the grants of a principal on a model of the suite. */
export async function grant(
  context: RowContext,
  name: string,
  principal: string,
  add: readonly string[],
): Promise<void> {
  const template = `${N}/permissions/{kind}/{name}`;
  const params = { kind: await functionWord(context), name };
  const json = { changes: [{ principal, add, remove: [] }] };
  must(await context.first.call({ method: 'PATCH', template, params, json }), `GRANT ${add.join(', ')}`);
}

/** Principals that a response about grants has rows of. */
export function principalsIn(response: RawResponse): unknown[] {
  return listAt(response.body, 'privilege_assignments').map((row) => at(row, 'principal'));
}

/** The second principal; a row that calls this says that it needs one. */
export function secondOf({ second }: RowContext): Person {
  if (second === undefined) throw new Unseen('there is no second principal');
  return second;
}

/** Asks again for a while when it is refused: a grant may take its time. */
export function afterGrant(context: RowContext, ask: () => Promise<RawResponse>): Promise<RawResponse> {
  return poll(
    ask,
    ({ status }) => status !== 403,
    { tries: TRIES_AFTER_GRANT, pause: () => WAIT_AFTER_GRANT },
    context,
  );
}
