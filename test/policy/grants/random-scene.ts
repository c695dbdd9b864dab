import fc from 'fast-check';
import { startEmulator, type Emulator } from '../../../emulator/index.ts';
import type { Operation } from '../../../src/domain/privilege.ts';

/** Who asks about itself, who asks about everybody, and others. */
export const CALLER = 'ci@example.com';
export const ADMIN = 'admin@example.com';
export const EVE = 'eve@example.com';

/** Tokens of the two. */
export const TOKENS = { caller: 'token-caller', admin: 'token-admin' } as const;

/** The model of every scene, and the one that a copy comes from. */
export const MODEL = 'prod.ml.fraud';
export const SOURCE = 'prod.ml.candidate';

const OWNERS = [CALLER, 'inner', 'outer', 'others', EVE, EVE, EVE] as const;
const GRANTEES = [CALLER, 'inner', 'outer', 'others', 'account users'] as const;
const ON_FUNCTIONS = ['EXECUTE', 'APPLY_TAG', 'MANAGE', 'CREATE_MODEL_VERSION', 'ALL_PRIVILEGES'] as const;
const ON_SCHEMAS = [...ON_FUNCTIONS, 'CREATE_MODEL', 'CREATE_FUNCTION', 'USE_SCHEMA'] as const;
const ON_CATALOGS = [...ON_SCHEMAS, 'USE_CATALOG', 'BROWSE'] as const;

/** Every operation. */
export const JUDGED = [
  'copy',
  'read',
  'create-model',
  'create-version',
  'set-alias',
  'tag',
  'describe',
  'rename',
  'delete',
  'manage-grants',
] as const satisfies readonly Operation[];

const LATE = [
  ['function', MODEL, 'EXECUTE'],
  ['function', MODEL, 'APPLY_TAG'],
  ['function', MODEL, 'MANAGE'],
  ['schema', 'prod.ml', 'USE_SCHEMA'],
  ['schema', 'prod.ml', 'CREATE_MODEL'],
  ['schema', 'prod.ml', 'ALL_PRIVILEGES'],
  ['catalog', 'prod', 'USE_CATALOG'],
  ['catalog', 'prod', 'EXECUTE'],
] as const;

/** Lines of `forbid` and `require`, of which a scene takes some. */
export const FORBIDDEN = [
  `${MODEL}: OWNERSHIP`,
  `${MODEL}: MANAGE`,
  `${MODEL}: CREATE MODEL VERSION`,
  `${MODEL}: APPLY TAG`,
  'prod.ml: CREATE MODEL',
  'prod.ml: MANAGE',
  'prod.ml: USE SCHEMA',
  'prod: OWNERSHIP',
  'prod: MANAGE',
  'prod: USE CATALOG',
] as const;

const rows = <T extends string>(
  words: readonly T[],
  most: number,
): fc.Arbitrary<[(typeof GRANTEES)[number], T][]> =>
  fc.array(fc.tuple(fc.constantFrom(...GRANTEES), fc.constantFrom(...words)), { maxLength: most });

/** Random owners, grants, nesting of groups, policies, privilege model, and what the registry shows. */
export const randomScene = fc.record({
  operation: fc.constantFrom(...JUDGED),
  owners: fc.tuple(fc.constantFrom(...OWNERS), fc.constantFrom(...OWNERS), fc.constantFrom(...OWNERS)),
  catalog: rows(ON_CATALOGS, 3),
  schema: rows(ON_SCHEMAS, 3),
  model: rows(ON_FUNCTIONS, 3),
  /** Owner and grants of the model that a copy comes from. */
  source: fc.tuple(fc.constantFrom(...OWNERS), rows(ON_FUNCTIONS, 2)),
  /** A group of the workspace alone that the caller is in, with the name of one of the account. */
  namesake: fc.option(fc.constantFrom('others', 'outer', 'inner'), { freq: 2 }),
  /** A grant that is made, or taken, right before anybody looks, so that answers may be late. */
  late: fc.option(
    fc.tuple(
      fc.constantFrom(...LATE),
      fc.constantFrom(...GRANTEES),
      fc.constantFrom('add' as const, 'add' as const, 'remove' as const),
    ),
    { freq: 2 },
  ),
  require: fc.subarray([...FORBIDDEN], { minLength: 1, maxLength: 2 }),
  /** Most scenes start with the parents usable, or nearly every operation would be refused for their sake. */
  usable: fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })),
  /** Whether the model has the tag of the policy, and whom the policy is for. */
  policy: fc.option(fc.tuple(fc.boolean(), fc.constantFrom(...GRANTEES)), { freq: 4 }),
  /** Whom a policy denies what, where, and who of them is spared. */
  denial: fc.option(
    fc.tuple(
      fc.constantFrom(...GRANTEES),
      fc.constantFrom('MANAGE_ACCESS_CONTROL', 'MANAGE_ACCESS_CONTROL', 'SOMETHING_NEW'),
      fc.constantFrom(['catalog', 'prod'] as const, ['schema', 'prod.ml'] as const),
      fc.subarray([CALLER, 'inner'], { maxLength: 1 }),
    ),
    { freq: 3 },
  ),
  privilegeModel: fc.constantFrom('1.0', '1.0', '1.0', '1.0', '0.1'),
  forbid: fc.subarray([...FORBIDDEN], { minLength: 1, maxLength: 4 }),
  except: fc.subarray([CALLER, 'inner', 'outer', 'others', EVE, 'account users'], { maxLength: 3 }),
  switches: fc.record({
    manageMovesAliases: fc.boolean(),
    manageUpdatesDescriptions: fc.boolean(),
    manageCreatesVersions: fc.boolean(),
    groupsComplete: fc.constantFrom(true, true, false),
    groupRowsInFilter: fc.boolean(),
    groupMembers: fc.constantFrom('readable', 'readable', 'denied'),
    policiesShown: fc.constantFrom('managers', 'everybody'),
    grantsOfOthers: fc.constantFrom('readable', 'readable', 'denied', 'own-only'),
    effectiveGrantsStale: fc.boolean(),
  }),
});

/** One drawn scene. */
export type Scene = typeof randomScene extends fc.Arbitrary<infer T> ? T : never;

/** The emulator of a scene: the caller is in `inner`, which is in `outer`; Eve is in `others`. */
export async function startScene(given: Scene): Promise<Emulator> {
  const { owners, catalog, schema, model, usable, switches, policy, privilegeModel, source, namesake } =
    given;
  const { denial } = given;
  return startEmulator({
    switches,
    seed: (metastore) => {
      for (const user of [CALLER, EVE, ADMIN]) metastore.addUser(user);
      metastore.setMetastoreOwner(ADMIN);
      metastore.setPrivilegeModel(privilegeModel);
      metastore.addGroup('inner', { members: [CALLER] });
      metastore.addGroup('outer', { members: ['inner'] });
      metastore.addGroup('others', { members: [EVE] });
      metastore.issueToken(CALLER, TOKENS.caller);
      metastore.issueToken(ADMIN, TOKENS.admin);
      metastore.createCatalog('prod', { owner: owners[0] });
      metastore.createSchema('prod.ml', { owner: owners[1] });
      metastore.createModel(MODEL, { owner: owners[2], tags: policy?.[0] === true ? { tier: 'open' } : {} });
      metastore.createModel(SOURCE, { owner: source[0] });
      metastore.addVersion(SOURCE, { files: { MLmodel: 'flavors: {}\n' } });
      for (const [who, privilege] of source[1]) metastore.grant('function', SOURCE, who, [privilege]);
      if (namesake !== null) metastore.addLocalGroup(namesake, { members: [CALLER] });
      metastore.addVersion(MODEL, { files: { MLmodel: 'flavors: {}\n' } });
      if (usable[0] > 0) metastore.grant('catalog', 'prod', 'account users', ['USE_CATALOG']);
      if (usable[1] > 0) metastore.grant('schema', 'prod.ml', 'outer', ['USE_SCHEMA']);
      for (const [who, privilege] of catalog) metastore.grant('catalog', 'prod', who, [privilege]);
      for (const [who, privilege] of schema) metastore.grant('schema', 'prod.ml', who, [privilege]);
      for (const [who, privilege] of model) metastore.grant('function', MODEL, who, [privilege]);
      if (denial !== null) {
        const [who, privilege, [onType, onName], except] = denial;
        metastore.addPolicy({
          effect: 'deny',
          name: 'no-access-control',
          onType,
          onName,
          to: [who],
          except,
          privileges: [privilege],
        });
      }
      if (policy !== null) {
        metastore.addPolicy({
          name: 'open-models',
          onType: 'schema',
          onName: 'prod.ml',
          to: [policy[1]],
          privileges: ['EXECUTE'],
          whenTag: ['tier', 'open'],
        });
      }
    },
  });
}
