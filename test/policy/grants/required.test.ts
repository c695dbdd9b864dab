import { describe, expect, test } from 'vitest';
import { OPERATIONS, type Operation } from '../../../src/domain/privilege.ts';
import {
  copyRights,
  mergeRights,
  OPERATION_WORDS,
  requiredRights,
  securablesOf,
} from '../../../src/policy/grants/required.ts';
import type { RequiredRight } from '../../../src/policy/grants/right.ts';
import { MODEL, SOURCE } from './grant-facts.ts';

/** `PRIVILEGE type`, alternatives after `|`, unconfirmed ones with `?`. */
function shown(rights: readonly RequiredRight[]): string[] {
  return rights.map((right) =>
    [
      `${right.privilege} ${right.securable.type}`,
      ...right.alternatives.map(({ privilege, securable, unconfirmed }) => {
        const on = securable.type === 'metastore' ? ' metastore' : '';
        return `${privilege}${on}${unconfirmed === undefined ? '' : '?'}`;
      }),
    ].join(' | '),
  );
}

const PARENTS = ['USE_CATALOG catalog', 'USE_SCHEMA schema'];
const CREATE = 'CREATE_MODEL schema | CREATE_FUNCTION';
const OWNER = 'OWNERSHIP function | MANAGE?';
const OWNER_OR_ADMIN = 'OWNERSHIP function | OWNERSHIP metastore | MANAGE?';
const TAG = 'APPLY_TAG function | OWNERSHIP';

const EXISTING: Readonly<Record<Operation, readonly string[]>> = {
  read: ['EXECUTE function'],
  copy: ['CREATE_MODEL_VERSION function | OWNERSHIP | MANAGE?', 'EXECUTE function', TAG],
  'create-model': [CREATE],
  'create-version': ['CREATE_MODEL_VERSION function | OWNERSHIP | MANAGE?'],
  'set-alias': [OWNER_OR_ADMIN],
  tag: [TAG],
  describe: [OWNER],
  rename: [OWNER_OR_ADMIN, `${CREATE}?`],
  delete: [OWNER_OR_ADMIN],
  'manage-grants': ['MANAGE function | OWNERSHIP'],
};

const TO_BE_CREATED: Partial<Record<Operation, readonly string[]>> = {
  copy: [CREATE, 'EXECUTE function', TAG],
  'create-version': [CREATE],
};

describe('requiredRights', () => {
  test.each(OPERATIONS)('%s on a model that exists', (operation) => {
    const rights = requiredRights(operation, MODEL, { modelExists: true });
    expect(shown(rights)).toEqual([...PARENTS, ...EXISTING[operation]]);
  });

  test.each(OPERATIONS)('%s on a model that does not exist yet', (operation) => {
    const rights = requiredRights(operation, MODEL, { modelExists: false });
    expect(shown(rights)).toEqual([...PARENTS, ...(TO_BE_CREATED[operation] ?? EXISTING[operation])]);
  });

  test('every right says what needs it, and names the securables of the model', () => {
    for (const operation of OPERATIONS) {
      for (const right of requiredRights(operation, MODEL, { modelExists: true })) {
        expect(right.for).not.toEqual([]);
        const names = { catalog: 'prod', schema: 'prod.ml_team', function: 'prod.ml_team.fraud_detection' };
        expect(Object.values(names)).toContain(right.securable.name);
      }
    }
    expect(requiredRights('tag', MODEL, { modelExists: true })[2]?.for).toEqual([OPERATION_WORDS.tag]);
  });
});

test('a copy needs to read the source, create in the destination, read back and tag', () => {
  const rights = copyRights(SOURCE, MODEL, { modelExists: true });
  expect(rights.map((right) => `${right.privilege} ${right.securable.name}`)).toEqual([
    'USE_CATALOG staging',
    'USE_SCHEMA staging.ml_team',
    'EXECUTE staging.ml_team.fraud_detection',
    'USE_CATALOG prod',
    'USE_SCHEMA prod.ml_team',
    'CREATE_MODEL_VERSION prod.ml_team.fraud_detection',
    'EXECUTE prod.ml_team.fraud_detection',
    'APPLY_TAG prod.ml_team.fraud_detection',
  ]);
});

test('a copy within one schema asks for the parents once', () => {
  const twin = { ...MODEL, model: 'fraud_detection_2' };
  const parents = copyRights(MODEL, twin, { modelExists: true }).filter((right) =>
    right.privilege.startsWith('USE_'),
  );
  expect(parents.map((right) => right.for)).toEqual([
    [OPERATION_WORDS.read, OPERATION_WORDS.copy],
    [OPERATION_WORDS.read, OPERATION_WORDS.copy],
  ]);
});

test('merging keeps what needs a right, once each, and rights with other alternatives apart', () => {
  const read = requiredRights('read', MODEL, { modelExists: true });
  expect(mergeRights([...read, ...read])).toEqual(read);
  const [, , tag] = requiredRights('tag', MODEL, { modelExists: true });
  const [, , version] = requiredRights('create-version', MODEL, { modelExists: true });
  if (tag === undefined || version === undefined) throw new Error('rights expected');
  expect(mergeRights([tag, { ...tag, alternatives: [] }, version])).toHaveLength(3);
  const upper = {
    ...tag,
    securable: { ...tag.securable, name: tag.securable.name.toUpperCase() },
    alternatives: [],
  };
  expect(mergeRights([{ ...tag, alternatives: [] }, upper])).toHaveLength(1);
});

test('securablesOf lists what has to be read, parents included, once each', () => {
  const rights = copyRights(SOURCE, MODEL, { modelExists: true });
  expect(securablesOf(rights).map((each) => `${each.type} ${each.name}`)).toEqual([
    'catalog staging',
    'schema staging.ml_team',
    'function staging.ml_team.fraud_detection',
    'catalog prod',
    'schema prod.ml_team',
    'function prod.ml_team.fraud_detection',
  ]);
});
