import type { FullName } from '../../../src/domain/full-name.ts';
import type { Draws } from '../compatibility/random.ts';
import type { UnityCatalogServer } from './server.ts';

/** Users of the server by name, each with a token; `admin` owns the metastore. */
export type Users = ReadonlyMap<string, string>;

/** A model with a version, its schema and its catalog, each somebody's, and random grants on all three. */
export interface Scene {
  readonly model: FullName;
  /** Owners of catalog, schema and model. */
  readonly owners: readonly string[];
  readonly grants: readonly Grant[];
}

/** One privilege of one user on one of the three levels. */
export interface Grant {
  readonly user: string;
  readonly level: Level;
  readonly privilege: string;
}

type Level = (typeof LEVELS)[number];

const LEVELS = ['catalog', 'schema', 'registered_model'] as const;

interface Usual {
  readonly privilege: string;
  readonly probability: number;
  readonly levels: readonly Level[];
}

/** Where each privilege is granted in most scenes; the server takes it anywhere else as well. */
const USUAL: readonly Usual[] = [
  { privilege: 'USE CATALOG', probability: 0.75, levels: ['catalog'] },
  { privilege: 'USE SCHEMA', probability: 0.65, levels: ['schema', 'schema', 'catalog'] },
  { privilege: 'EXECUTE', probability: 0.5, levels: LEVELS },
  { privilege: 'CREATE MODEL', probability: 0.3, levels: ['schema', 'catalog'] },
  { privilege: 'CREATE FUNCTION', probability: 0.2, levels: ['schema', 'catalog'] },
];

const ANYWHERE = [...USUAL.map(({ privilege }) => privilege), 'SELECT', 'CREATE SCHEMA', 'MODIFY'];

/** Draws owners and grants. */
export function drawScene(draws: Draws, catalog: string, users: readonly string[]): Scene {
  const grants = users.flatMap((user): Grant[] => [
    ...USUAL.filter(({ probability }) => draws.chance(probability)).map(({ privilege, levels }) => ({
      user,
      level: draws.pick(levels),
      privilege,
    })),
    ...(draws.chance(0.3) ? [{ user, level: draws.pick(LEVELS), privilege: draws.pick(ANYWHERE) }] : []),
  ]);
  return {
    model: { catalog, schema: 'ml', model: 'fraud' },
    owners: LEVELS.map(() => draws.pick(users)),
    grants,
  };
}

/** Makes the scene on the server. Who makes an object owns it, so each is let in for as long as that takes. */
export async function makeScene(scene: Scene, server: UnityCatalogServer, users: Users): Promise<void> {
  const { catalog, schema, model } = scene.model;
  const { metastore_id: metastore } = await must<{ metastore_id: string }>(
    server,
    server.admin,
    'GET',
    '/metastore_summary',
  );
  const names = {
    catalog,
    schema: `${catalog}.${schema}`,
    registered_model: `${catalog}.${schema}.${model}`,
  };
  const change = (path: string, user: string, body: { add?: string[]; remove?: string[] }) =>
    must(server, server.admin, 'PATCH', `/permissions/${path}`, { changes: [{ principal: user, ...body }] });
  const as = async (
    index: number,
    let_in: readonly (readonly [path: string, privileges: string[]])[],
    posts: readonly (readonly [path: string, body: unknown])[],
  ) => {
    const owner = scene.owners[index] ?? 'admin';
    for (const [path, add] of let_in) await change(path, owner, { add });
    for (const [path, body] of posts) await must(server, users.get(owner) ?? '', 'POST', path, body);
    for (const [path, remove] of let_in) await change(path, owner, { remove });
  };
  await as(0, [[`metastore/${metastore}`, ['CREATE CATALOG']]], [['/catalogs', { name: catalog }]]);
  const inCatalog = { catalog_name: catalog };
  await as(
    1,
    [[`catalog/${catalog}`, ['USE CATALOG', 'CREATE SCHEMA']]],
    [['/schemas', { name: schema, ...inCatalog }]],
  );
  const inSchema = { ...inCatalog, schema_name: schema };
  await as(
    2,
    [
      [`catalog/${catalog}`, ['USE CATALOG']],
      [`schema/${names.schema}`, ['USE SCHEMA', 'CREATE MODEL']],
    ],
    [
      ['/models', { name: model, ...inSchema }],
      ['/models/versions', { model_name: model, ...inSchema, source: 'file:/x' }],
    ],
  );
  for (const { user, level, privilege } of scene.grants)
    await change(`${level}/${names[level]}`, user, { add: [privilege] });
}

/** Calls the server; throws unless it succeeds. */
export async function must<T>(
  server: UnityCatalogServer,
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const response = await server.call(token, method, path, body);
  if (response.status !== 200)
    throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(response.body)}`);
  return response.body as T;
}
