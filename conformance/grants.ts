import { listAt, at, type Call, type Told } from './call.ts';
import { main, must, N } from './fixtures.ts';
import { Unseen } from './unseen.ts';
import type { Person, World } from './row-context.ts';

/** The group of everybody, which every account has and a grant may name. */
export const EVERYBODY = 'account users';

const TRIES_AFTER_GRANT = 4;
const WAIT_AFTER_GRANT = 3_000;

/** How paths spell the securable type of a model: as documented, or in capitals where only those are taken. */
export function functionWord(world: World): Promise<string> {
  return world.once('function', async () => {
    const template = `${N}/permissions/{kind}/{name}`;
    const params = { kind: 'function', name: (await main(world)).name };
    const told = await world.first.call({ method: 'GET', template, params });
    return told.status === 400 ? 'FUNCTION' : 'function';
  });
}

/** Reads grants on a model, direct or effective. */
export async function readGrants(
  world: World,
  call: Call,
  name: string,
  query: { readonly effective?: boolean; readonly principal?: string } = {},
): Promise<Told> {
  const kind = await functionWord(world);
  const { effective, principal } = query;
  return call({
    method: 'GET',
    template: `${N}/${effective === true ? 'effective-permissions' : 'permissions'}/{kind}/{name}`,
    params: { kind, name },
    query: { principal },
  });
}

/** Reads the policies of the scratch schema and what is above it, as the audit of grants does. */
export async function readPolicies(world: World, call: Call): Promise<Told> {
  const isUpper = (await functionWord(world)) === 'FUNCTION';
  return call({
    method: 'GET',
    template: `${N}/policies/{kind}/{name}`,
    params: { kind: isUpper ? 'SCHEMA' : 'schema', name: world.schema },
    query: { include_inherited: true },
  });
}

/** Changes the grants of a principal on a model of the suite. */
export async function grant(
  world: World,
  name: string,
  principal: string,
  add: readonly string[],
): Promise<void> {
  const template = `${N}/permissions/{kind}/{name}`;
  const params = { kind: await functionWord(world), name };
  const json = { changes: [{ principal, add, remove: [] }] };
  must(await world.first.call({ method: 'PATCH', template, params, json }), `GRANT ${add.join(', ')}`);
}

/** Principals that an answer about grants has rows of. */
export function principalsIn(told: Told): unknown[] {
  return listAt(told.body, 'privilege_assignments').map((row) => at(row, 'principal'));
}

/** The second principal; a row that calls this says that it needs one. */
export function secondOf({ second }: World): Person {
  if (second === undefined) throw new Unseen('there is no second principal');
  return second;
}

/** Asks again for a while when it is refused: a grant may take its time. */
export async function afterGrant(world: World, ask: () => Promise<Told>): Promise<Told> {
  for (let tries = 1; ; tries += 1) {
    const told = await ask();
    if (told.status !== 403 || tries >= TRIES_AFTER_GRANT) return told;
    await world.clock.sleep(WAIT_AFTER_GRANT);
  }
}
