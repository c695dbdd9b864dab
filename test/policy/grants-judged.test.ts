import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../emulator/index.ts';
import type { FullName } from '../../src/domain/full-name.ts';
import {
  securablePath,
  type Operation,
  type PrivilegeAssignment,
  type Securable,
} from '../../src/domain/privilege.ts';
import { decideGrants, type GrantDecision } from '../../src/policy/grants.ts';
import type { GrantFacts, SecurableFacts } from '../../src/policy/grants-facts.ts';
import { requiredRights } from '../../src/policy/grants-rights.ts';
import { GRANTS_BY_HAND } from '../../src/registry/databricks/grants-by-hand.ts';
import { full } from './grants-world.ts';

// The judge is the emulator, which shares no code with the policy: random metastores, then the real operation.

const RUNS = Number(process.env['GRANT_CASES'] ?? 250);
const CALLER = 'ci@example.com';
const OWNERS = [
  CALLER,
  'inner',
  'outer',
  'others',
  'eve@example.com',
  'eve@example.com',
  'eve@example.com',
] as const;
const GRANTEES = [CALLER, 'inner', 'outer', 'others', 'account users'] as const;
const ON_FUNCTIONS = ['EXECUTE', 'APPLY_TAG', 'MANAGE', 'CREATE_MODEL_VERSION', 'ALL_PRIVILEGES'] as const;
const ON_SCHEMAS = [...ON_FUNCTIONS, 'CREATE_MODEL', 'CREATE_FUNCTION', 'USE_SCHEMA'] as const;
const ON_CATALOGS = [...ON_SCHEMAS, 'USE_CATALOG', 'BROWSE'] as const;

const EXISTING = full('prod.ml.fraud');
const NEW = full('prod.ml.other');
const NATIVE = '/api/2.1/unity-catalog';
const OLDER = '/api/2.0/mlflow/unity-catalog';

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

const post = (path: string, body: unknown): Call => ({ method: 'POST', path, body });
const patch = (body: unknown): Call => ({ method: 'PATCH', path: `${NATIVE}/models/prod.ml.fraud`, body });

/** The requests of each operation: all of them succeed, or the first is refused. */
const CALLS: Readonly<Record<Exclude<Operation, 'copy'>, readonly Call[]>> = {
  read: [
    { method: 'GET', path: `${NATIVE}/models/prod.ml.fraud/versions/1` },
    { method: 'GET', path: '/api/2.0/fs/files/Models/prod/ml/fraud/1/MLmodel' },
  ],
  'create-model': [post(`${OLDER}/registered-models/create`, { name: 'prod.ml.other' })],
  'create-version': [post(`${OLDER}/model-versions/create`, { name: 'prod.ml.fraud', source: 'x' })],
  'set-alias': [
    { method: 'PUT', path: `${NATIVE}/models/prod.ml.fraud/aliases/next`, body: { version_num: 1 } },
    { method: 'DELETE', path: `${NATIVE}/models/prod.ml.fraud/aliases/next` },
  ],
  tag: [
    post(`${OLDER}/registered-models/set-tag`, { name: 'prod.ml.fraud', key: 'k', value: 'v' }),
    post(`${OLDER}/model-versions/set-tag`, { name: 'prod.ml.fraud', version: '1', key: 'k', value: 'v' }),
  ],
  describe: [patch({ comment: 'x' })],
  rename: [patch({ new_name: 'renamed' })],
  delete: [{ method: 'DELETE', path: `${NATIVE}/models/prod.ml.fraud` }],
  'manage-grants': [
    {
      method: 'PATCH',
      path: `${NATIVE}/permissions/function/prod.ml.fraud`,
      body: { changes: [{ principal: 'eve@example.com', add: ['EXECUTE'] }] },
    },
  ],
};
const JUDGED = [
  'read',
  'create-model',
  'create-version',
  'set-alias',
  'tag',
  'describe',
  'rename',
  'delete',
  'manage-grants',
] as const;

const rows = <T extends string>(
  words: readonly T[],
  most: number,
): fc.Arbitrary<[(typeof GRANTEES)[number], T][]> =>
  fc.array(fc.tuple(fc.constantFrom(...GRANTEES), fc.constantFrom(...words)), { maxLength: most });

const scene = fc.record({
  operation: fc.constantFrom(...JUDGED),
  owners: fc.tuple(fc.constantFrom(...OWNERS), fc.constantFrom(...OWNERS), fc.constantFrom(...OWNERS)),
  catalog: rows(ON_CATALOGS, 3),
  schema: rows(ON_SCHEMAS, 3),
  model: rows(ON_FUNCTIONS, 3),
  /** Most scenes start with the parents usable, or nearly every operation would be refused for their sake. */
  usable: fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })),
  filtered: fc.boolean(),
  switches: fc.record({
    manageMovesAliases: fc.boolean(),
    manageUpdatesDescriptions: fc.boolean(),
    manageCreatesVersions: fc.boolean(),
    groupsComplete: fc.constantFrom(true, true, true, false),
  }),
});
type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never;

async function start({ owners, catalog, schema, model, usable, switches }: Scene): Promise<Emulator> {
  return startEmulator({
    switches,
    seed: (metastore) => {
      metastore.addUser(CALLER);
      metastore.addUser('eve@example.com');
      metastore.addUser('admin@example.com');
      metastore.setMetastoreOwner('admin@example.com');
      metastore.addGroup('inner', { members: [CALLER] });
      metastore.addGroup('outer', { members: ['inner'] });
      metastore.addGroup('others', { members: ['eve@example.com'] });
      metastore.issueToken(CALLER, 'token-caller');
      metastore.issueToken('admin@example.com', 'token-admin');
      metastore.createCatalog('prod', { owner: owners[0] });
      metastore.createSchema('prod.ml', { owner: owners[1] });
      metastore.createModel('prod.ml.fraud', { owner: owners[2] });
      metastore.addVersion('prod.ml.fraud', { files: { MLmodel: 'flavors: {}\n' } });
      if (usable[0] > 0) metastore.grant('catalog', 'prod', 'account users', ['USE_CATALOG']);
      if (usable[1] > 0) metastore.grant('schema', 'prod.ml', 'outer', ['USE_SCHEMA']);
      for (const [who, privilege] of catalog) metastore.grant('catalog', 'prod', who, [privilege]);
      for (const [who, privilege] of schema) metastore.grant('schema', 'prod.ml', who, [privilege]);
      for (const [who, privilege] of model) metastore.grant('function', 'prod.ml.fraud', who, [privilege]);
    },
  });
}

interface Answer {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
}

async function send(emulator: Emulator, token: string, { method, path, body }: Call): Promise<Answer> {
  const response = await fetch(new URL(path, emulator.url), {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: text.startsWith('{') ? (JSON.parse(text) as Answer['json']) : {} };
}

async function factsFrom(emulator: Emulator, model: FullName, scene: Scene): Promise<GrantFacts> {
  const path = securablePath({ type: 'function', name: `${model.catalog}.${model.schema}.${model.model}` });
  const me = await send(emulator, 'token-caller', { method: 'GET', path: '/api/2.0/preview/scim/v2/Me' });
  const groups = me.json['groups'] as readonly { readonly display: string }[];
  const query = scene.filtered ? `?principal=${encodeURIComponent(CALLER)}` : '';
  return {
    caller: {
      principal: CALLER,
      alsoKnownAs: [],
      kind: 'user',
      groups: groups.map((group) => group.display),
    },
    filteredByPrincipal: scene.filtered,
    byHand: GRANTS_BY_HAND,
    groupsIncomplete: !scene.switches.groupsComplete,
    securables: await Promise.all(path.map((securable) => securableFacts(emulator, securable, query))),
  };
}

async function securableFacts(
  emulator: Emulator,
  securable: Securable,
  query: string,
): Promise<SecurableFacts> {
  const collection = { catalog: 'catalogs', schema: 'schemas', function: 'models', metastore: '' }[
    securable.type
  ];
  const object = await send(emulator, 'token-caller', {
    method: 'GET',
    path: `${NATIVE}/${collection}/${securable.name}`,
  });
  const grants = await send(emulator, 'token-caller', {
    method: 'GET',
    path: `${NATIVE}/effective-permissions/${securable.type}/${securable.name}${query}`,
  });
  const owner = object.json['owner'];
  const wire = (grants.json['privilege_assignments'] ?? []) as readonly WireRow[];
  return {
    securable,
    exists: object.status === 200 ? true : object.status === 404 ? false : 'unknown',
    ...(typeof owner === 'string' ? { owner } : {}),
    ...(object.status === 403 ? { owner: { refused: 'PERMISSION_DENIED' } } : {}),
    assignments:
      grants.status === 200
        ? wire.map(assignmentOf)
        : object.status === 404
          ? []
          : { unreadable: String(grants.status) },
  };
}

interface WireRow {
  readonly principal: string;
  readonly privileges: readonly {
    readonly privilege: string;
    readonly inherited_from_type?: string;
    readonly inherited_from_name?: string;
  }[];
}

function assignmentOf({ principal, privileges }: WireRow): PrivilegeAssignment {
  return {
    principal,
    privileges: privileges.map(({ privilege, inherited_from_type: type, inherited_from_name: name }) => ({
      privilege,
      ...(type === undefined || name === undefined
        ? {}
        : { inheritedFrom: { type: type.toLowerCase() as Securable['type'], name } }),
    })),
  };
}

/** Runs an operation as the caller; the status that ended it. */
async function perform(emulator: Emulator, operation: (typeof JUDGED)[number]): Promise<number> {
  let status = 0;
  for (const call of CALLS[operation]) {
    ({ status } = await send(emulator, 'token-caller', call));
    if (status !== 200) return status;
  }
  return status;
}

function stateOf({ rights }: GrantDecision): 'granted' | 'missing' | 'unknown' {
  const states = rights.map((each) => each.state);
  return states.includes('missing') ? 'missing' : states.includes('unknown') ? 'unknown' : 'granted';
}

const counts = { granted: 0, missing: 0, unknown: 0, mended: 0 };

async function judge(given: Scene): Promise<void> {
  const { operation } = given;
  const model = operation === 'create-model' ? NEW : EXISTING;
  const needed = requiredRights(operation, model, { modelExists: operation !== 'create-model' });
  const emulator = await start(given);
  try {
    const decision = decideGrants(needed, await factsFrom(emulator, model, given));
    const state = stateOf(decision);
    counts[state] += 1;
    if (state === 'unknown') return;
    const status = await perform(emulator, operation);
    expect(`${operation} ${state}: ${status}`).toBe(
      `${operation} ${state}: ${state === 'granted' ? 200 : 403}`,
    );
    if (state === 'granted') return;
    for (const request of decision.requests) {
      expect((await send(emulator, 'token-admin', request)).status).toBe(200);
    }
    if (decision.rights.some((each) => each.state === 'unknown')) return;
    counts.mended += 1;
    expect(`${operation} mended: ${await perform(emulator, operation)}`).toBe(`${operation} mended: 200`);
    expect(emulator.violations).toEqual([]);
  } finally {
    await emulator.close();
  }
}

test('granted operations succeed, missing ones are refused, and succeed after the printed requests', async () => {
  await fc.assert(fc.asyncProperty(scene, judge), { numRuns: RUNS });
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(RUNS / 40);
}, 120_000);
