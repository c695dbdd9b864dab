import { describe, expect, test } from 'vitest';
import { OPERATIONS, type Operation } from '../../../src/domain/privilege.ts';
import { decideGrants } from '../../../src/policy/grants/decide.ts';
import { requiredRights } from '../../../src/policy/grants/required.ts';
import { factsOf, MODEL, PROMOTER, type GrantRow, type GrantScene } from './grant-facts.ts';

const FUNCTION = 'function prod.ml_team.fraud_detection';
const SCHEMA = 'schema prod.ml_team';
const CATALOG = 'catalog prod';

const USE: readonly GrantRow[] = [
  [PROMOTER, 'USE_CATALOG', CATALOG],
  [PROMOTER, 'USE_SCHEMA', SCHEMA],
];

/** Worst state of the rights of an operation. */
function stateOf(operation: Operation, world: GrantScene): string {
  const rights = requiredRights(operation, MODEL, { modelExists: true });
  const states = decideGrants(rights, factsOf(world)).rights.map((each) => each.state);
  return states.includes('missing') ? 'missing' : states.includes('unknown') ? 'unknown' : 'granted';
}

/** The state of each operation, beside the parents' USE_*, in the order of OPERATIONS. */
type Row = Readonly<Record<Operation, 'granted' | 'missing' | 'unknown'>>;

function row(...states: readonly ('+' | '-' | '?')[]): Row {
  const words = { '+': 'granted', '-': 'missing', '?': 'unknown' } as const;
  const state = (index: number): 'granted' | 'missing' | 'unknown' => words[states[index] ?? '-'];
  return {
    read: state(0),
    copy: state(1),
    'create-model': state(2),
    'create-version': state(3),
    'set-alias': state(4),
    tag: state(5),
    describe: state(6),
    rename: state(7),
    delete: state(8),
    'manage-grants': state(9),
  };
}

const grant = (privilege: string, on: string, principal = PROMOTER): GrantScene => ({
  grants: [...USE, [principal, privilege, on]],
});
const owns = (name: string, owner = PROMOTER): GrantScene => ({ grants: USE, owners: { [name]: owner } });

//                                                         read copy c-m  c-v  alias tag  desc ren  del  grants
const TABLE: readonly (readonly [string, GrantScene, Row])[] = [
  ['nothing but USE', { grants: USE }, row('-', '-', '-', '-', '-', '-', '-', '-', '-', '-')],
  ['EXECUTE on the model', grant('EXECUTE', FUNCTION), row('+', '-', '-', '-', '-', '-', '-', '-', '-', '-')],
  ['EXECUTE on the schema', grant('EXECUTE', SCHEMA), row('+', '-', '-', '-', '-', '-', '-', '-', '-', '-')],
  [
    'EXECUTE on the catalog',
    grant('EXECUTE', CATALOG),
    row('+', '-', '-', '-', '-', '-', '-', '-', '-', '-'),
  ],
  [
    'EXECUTE to a group',
    grant('EXECUTE', SCHEMA, 'ml-deployers'),
    row('+', '-', '-', '-', '-', '-', '-', '-', '-', '-'),
  ],
  [
    'EXECUTE to everybody',
    grant('EXECUTE', SCHEMA, 'account users'),
    row('+', '-', '-', '-', '-', '-', '-', '-', '-', '-'),
  ],
  [
    'EXECUTE to somebody',
    grant('EXECUTE', SCHEMA, 'ada@example.com'),
    row('-', '-', '-', '-', '-', '-', '-', '-', '-', '-'),
  ],
  ['APPLY_TAG', grant('APPLY_TAG', FUNCTION), row('-', '-', '-', '-', '-', '+', '-', '-', '-', '-')],
  ['CREATE_MODEL', grant('CREATE_MODEL', SCHEMA), row('-', '-', '+', '-', '-', '-', '-', '-', '-', '-')],
  [
    'CREATE_FUNCTION',
    grant('CREATE_FUNCTION', CATALOG),
    row('-', '-', '+', '-', '-', '-', '-', '-', '-', '-'),
  ],
  ['CREATE of old', grant('CREATE', SCHEMA), row('-', '-', '?', '-', '-', '-', '-', '-', '-', '-')],
  [
    'CREATE_MODEL_VERSION',
    grant('CREATE_MODEL_VERSION', SCHEMA),
    row('-', '-', '-', '+', '-', '-', '-', '-', '-', '-'),
  ],
  ['MANAGE on the model', grant('MANAGE', FUNCTION), row('-', '-', '-', '?', '?', '-', '?', '-', '?', '+')],
  ['MANAGE on the catalog', grant('MANAGE', CATALOG), row('-', '-', '-', '?', '?', '-', '?', '-', '?', '+')],
  [
    'ALL on the model',
    grant('ALL_PRIVILEGES', FUNCTION),
    row('+', '+', '-', '+', '-', '+', '-', '-', '-', '-'),
  ],
  [
    'ALL on the schema',
    grant('ALL_PRIVILEGES', SCHEMA),
    row('+', '+', '+', '+', '-', '+', '-', '-', '-', '-'),
  ],
  [
    'owning the model',
    owns('prod.ml_team.fraud_detection'),
    row('+', '+', '-', '+', '+', '+', '+', '-', '+', '+'),
  ],
  [
    'owning it by group',
    owns('prod.ml_team.fraud_detection', 'ml-deployers'),
    row('+', '+', '-', '+', '+', '+', '+', '-', '+', '+'),
  ],
  [
    'owning the model with CREATE_FUNCTION',
    {
      grants: [...USE, [PROMOTER, 'CREATE_FUNCTION', SCHEMA]],
      owners: { 'prod.ml_team.fraud_detection': PROMOTER },
    },
    row('+', '+', '+', '+', '+', '+', '+', '?', '+', '+'),
  ],
  ['owning the schema', owns('prod.ml_team'), row('-', '-', '+', '?', '?', '-', '?', '?', '?', '+')],
  ['owning the catalog', owns('prod'), row('-', '-', '-', '?', '?', '-', '?', '-', '?', '+')],
  [
    'somebody owning it',
    owns('prod.ml_team.fraud_detection', 'ada@example.com'),
    row('-', '-', '-', '-', '-', '-', '-', '-', '-', '-'),
  ],
];

describe.each(TABLE)('%s', (_title, world, expected) => {
  test.each(OPERATIONS)('%s', (operation) => {
    expect(stateOf(operation, world)).toBe(expected[operation]);
  });
});

describe('without the parents', () => {
  const everything: GrantScene = {
    owners: { 'prod.ml_team.fraud_detection': PROMOTER },
    grants: [
      [PROMOTER, 'ALL_PRIVILEGES', FUNCTION],
      [PROMOTER, 'MANAGE', FUNCTION],
      [PROMOTER, 'CREATE_MODEL', SCHEMA],
    ],
  };
  const use = (catalog: boolean, schema: boolean): GrantScene => ({
    ...everything,
    grants: [
      ...(everything.grants ?? []),
      ...(catalog ? [[PROMOTER, 'USE_CATALOG', CATALOG] as const] : []),
      ...(schema ? [[PROMOTER, 'USE_SCHEMA', SCHEMA] as const] : []),
    ],
  });

  test.each(OPERATIONS)('%s is missing without USE_CATALOG or USE_SCHEMA', (operation) => {
    expect(stateOf(operation, use(true, true))).toBe('granted');
    expect(stateOf(operation, use(false, true))).toBe('missing');
    expect(stateOf(operation, use(true, false))).toBe('missing');
  });

  test('USE_SCHEMA on the catalog counts for its schemas, ALL_PRIVILEGES there for both', () => {
    const inherited: GrantScene = {
      grants: [...USE.slice(0, 1), ['ml-deployers', 'USE SCHEMA', CATALOG], [PROMOTER, 'EXECUTE', FUNCTION]],
    };
    expect(stateOf('read', inherited)).toBe('granted');
    expect(stateOf('read', { grants: [[PROMOTER, 'ALL PRIVILEGES', CATALOG]] })).toBe('granted');
    expect(
      stateOf('read', {
        grants: [
          [PROMOTER, 'ALL PRIVILEGES', SCHEMA],
          [PROMOTER, 'EXECUTE', FUNCTION],
        ],
      }),
    ).toBe('missing');
  });

  test('USAGE of older answers is USE_CATALOG on a catalog and USE_SCHEMA on a schema', () => {
    const old = (schema: string): GrantScene => ({
      grants: [
        [PROMOTER, 'USAGE', CATALOG],
        [PROMOTER, 'USAGE', schema],
        [PROMOTER, 'EXECUTE', FUNCTION],
      ],
    });
    expect(stateOf('read', old(SCHEMA))).toBe('granted');
    expect(stateOf('read', old(CATALOG))).toBe('missing');
  });

  test('owners of the parents use them; whether a catalog is enough for its schemas is unknown', () => {
    const execute: readonly GrantRow[] = [[PROMOTER, 'EXECUTE', FUNCTION]];
    expect(stateOf('read', { grants: execute, owners: { prod: PROMOTER, 'prod.ml_team': PROMOTER } })).toBe(
      'granted',
    );
    expect(stateOf('read', { grants: execute, owners: { prod: PROMOTER } })).toBe('unknown');
  });
});

describe('what cannot be seen', () => {
  test.each(OPERATIONS)('%s is unknown when no grants can be read and no owner is known', (operation) => {
    const blind: GrantScene = {
      grants: USE,
      unreadable: ['prod', 'prod.ml_team', 'prod.ml_team.fraud_detection'],
      owners: { prod: undefined, 'prod.ml_team': undefined, 'prod.ml_team.fraud_detection': undefined },
    };
    expect(stateOf(operation, blind)).toBe('unknown');
  });

  test('what a readable parent gives stays granted when the rows of the model cannot be read', () => {
    const unreadable = ['prod.ml_team.fraud_detection'];
    const world: GrantScene = { ...grant('EXECUTE', SCHEMA), unreadable, inheritance: 'yes' };
    expect(stateOf('read', world)).toBe('granted');
    expect(stateOf('read', { ...grant('EXECUTE', SCHEMA), unreadable })).toBe('unknown');
    expect(stateOf('read', { ...world, inheritance: 'no' })).toBe('unknown');
    expect(stateOf('tag', world)).toBe('unknown');
  });

  test('MANAGE may be among rows that cannot be read, and whether it is enough for an alias is open', () => {
    const rights = requiredRights('set-alias', MODEL, { modelExists: true }).slice(2);
    const [judged] = decideGrants(rights, factsOf({ unreadable: ['prod.ml_team.fraud_detection'] })).rights;
    if (judged?.state !== 'unknown') throw new Error('unknown expected');
    expect(judged.reason).toMatch(/^whether MANAGE is held: the grants of model .* cannot be read/u);
  });

  test('an owner that is hidden from a caller who may use the parents is somebody else', () => {
    const refused = { 'prod.ml_team.fraud_detection': { refused: 'PERMISSION_DENIED' } };
    expect(stateOf('set-alias', { grants: USE, owners: refused })).toBe('missing');
    const rights = requiredRights('set-alias', MODEL, { modelExists: true });
    const decision = decideGrants(rights, factsOf({ owners: refused }));
    expect(decision.rights.map((each) => each.state)).toEqual(['missing', 'missing', 'unknown']);
  });

  test('direct grants alone need the rows of every parent', () => {
    const direct: GrantScene = { ...grant('EXECUTE', CATALOG), grantsAre: 'direct' };
    expect(stateOf('read', direct)).toBe('granted');
    const hidden: GrantScene = { grants: USE, grantsAre: 'direct', unreadable: ['prod'] };
    const rights = requiredRights('read', MODEL, { modelExists: true });
    const execute = decideGrants(rights, factsOf(hidden)).rights[2];
    expect(execute?.state).toBe('unknown');
  });
});
