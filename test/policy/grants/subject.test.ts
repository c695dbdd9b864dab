import { describe, expect, test } from 'vitest';
import { decideGrants } from '../../../src/policy/grants/decide.ts';
import { parseRequirements } from '../../../src/policy/grants/requirement-lines.ts';
import { factsOf, PROMOTER, type GrantScene } from './grant-facts.ts';

const NAME = 'prod.ml_team.fraud_detection';
const FUNCTION = `function ${NAME}`;

function state(world: GrantScene, principal?: string, line = `${NAME}: EXECUTE`): string {
  const decision = decideGrants(parseRequirements(line).rights, factsOf(world), principal);
  return decision.rights.map((each) => each.state).join();
}

const everyRow = { filtered: false } as const;

describe('names', () => {
  test.each([
    ['an e-mail without case', 'Ada@Example.com', 'ada@example.COM', 'granted'],
    ['an application id exactly', PROMOTER, PROMOTER.toUpperCase(), 'missing'],
    ['another e-mail', 'ada@example.com', 'adam@example.com', 'missing'],
    ['a deleted principal', 'ada@example.com', '', 'missing'],
    ['everybody, however it is written', 'ada@example.com', 'Account Users', 'granted'],
  ])('%s', (_title, principal, named, expected) => {
    expect(
      state({ ...everyRow, caller: { principal, groups: [] }, grants: [[named, 'EXECUTE', FUNCTION]] }),
    ).toBe(expected);
  });

  test.each([
    ['ml-deployers', 'granted'],
    ['ML-Deployers', 'missing'],
    ['leads', 'missing'],
  ])('the group %s', (group, expected) => {
    expect(state({ ...everyRow, grants: [[group, 'EXECUTE', FUNCTION]] })).toBe(expected);
  });

  test('every spelling of the caller counts, an empty one never', () => {
    const caller = { alsoKnownAs: ['', 'ci-promoter'] };
    expect(state({ ...everyRow, caller, grants: [['ci-promoter', 'EXECUTE', FUNCTION]] })).toBe('granted');
    expect(state({ ...everyRow, caller, grants: [['', 'EXECUTE', FUNCTION]] })).toBe('missing');
    expect(state({ caller, owners: { [NAME]: 'ci-promoter' } })).toBe('granted');
  });

  test('statements name the caller as grants do, whichever spelling was asked for', () => {
    const facts = factsOf({ caller: { alsoKnownAs: ['ci-promoter'] } });
    const decision = decideGrants(parseRequirements(`${NAME}: EXECUTE`).rights, facts, 'ci-promoter');
    expect(decision.principal).toBe(PROMOTER);
    expect(decision.statements[0]).toMatch(new RegExp(`TO \`${PROMOTER}\`$`, 'u'));
  });
});

test('a principal without a name holds nothing', () => {
  expect(state({ ...everyRow, grants: [['', 'EXECUTE', FUNCTION]] }, '')).not.toBe('granted');
});

describe('groups that nobody listed', () => {
  const nested: GrantScene = { caller: { groups: [] }, grants: [['ml-all', 'EXECUTE', FUNCTION]] };
  const asFiltered = (world: GrantScene): GrantScene => ({
    ...world,
    caller: { ...world.caller, alsoKnownAs: [] },
  });

  /** Facts as a filter by principal answers them: with a row of a group that the caller's list lacks. */
  function filteredFacts(world: GrantScene): ReturnType<typeof factsOf> {
    return { ...factsOf({ ...world, filtered: false }), filteredByPrincipal: true };
  }

  test('a row that came back for our filter is ours', () => {
    const decision = decideGrants(
      parseRequirements(`${NAME}: EXECUTE`).rights,
      filteredFacts(asFiltered(nested)),
    );
    expect(decision.rights[0]).toMatchObject({ state: 'granted', by: 'through the group ml-all' });
  });

  test('such a group also owns for us', () => {
    const world: GrantScene = { ...nested, owners: { [NAME]: 'ml-all' } };
    const decision = decideGrants(parseRequirements(`${NAME}: OWNERSHIP`).rights, filteredFacts(world));
    expect(decision.rights[0]).toMatchObject({ state: 'granted' });
  });

  test('unless a stranger came back too: then nothing was filtered', () => {
    const world: GrantScene = {
      ...nested,
      grants: [...(nested.grants ?? []), ['eve@example.com', 'EXECUTE', FUNCTION]],
    };
    const decision = decideGrants(parseRequirements(`${NAME}: EXECUTE`).rights, filteredFacts(world));
    expect(decision.rights[0]?.state).toBe('missing');
  });

  test('an unfiltered row of a strange group is missing, or unknown where the list is known to lack groups', () => {
    expect(state({ ...nested, ...everyRow })).toBe('missing');
    expect(state({ ...nested, ...everyRow, groupsIncomplete: true })).toBe('unknown');
    const person: GrantScene = { grants: [['eve@example.com', 'EXECUTE', FUNCTION]] };
    expect(state({ ...person, ...everyRow, groupsIncomplete: true })).toBe('unknown');
  });

  test('the same of an owner', () => {
    const owned: GrantScene = { caller: { groups: [] }, owners: { [NAME]: 'ml-all' } };
    const alias = `${NAME}: OWNERSHIP`;
    expect(state(owned, undefined, alias)).toBe('missing');
    expect(state({ ...owned, groupsIncomplete: true }, undefined, alias)).toBe('unknown');
    expect(state({ owners: { [NAME]: 'eve@example.com' }, groupsIncomplete: true }, undefined, alias)).toBe(
      'missing',
    );
  });
});

describe('somebody else than the caller', () => {
  const world: GrantScene = {
    ...everyRow,
    grants: [['eve@example.com', 'EXECUTE', FUNCTION]],
    owners: { [NAME]: 'eve@example.com' },
  };

  test('their own rows and ownership count', () => {
    expect(state(world, 'eve@example.com')).toBe('granted');
    expect(state(world, 'eve@example.com', `${NAME}: OWNERSHIP`)).toBe('granted');
    expect(
      state(
        {
          ...world,
          owners: { [NAME]: 'mallory@example.com' },
          grants: [['mallory@example.com', 'MANAGE', FUNCTION]],
        },
        'eve@example.com',
      ),
    ).toBe('missing');
  });

  test('rows of nobody but the caller may be all that the caller is shown: never missing', () => {
    const owners = { [NAME]: 'mallory@example.com' };
    expect(state({ ...everyRow, owners }, 'eve@example.com')).toBe('deferred');
    expect(state({ ...everyRow, owners, grants: [[PROMOTER, 'EXECUTE', FUNCTION]] }, 'eve@example.com')).toBe(
      'deferred',
    );
    expect(state({ ...everyRow, owners: { [NAME]: PROMOTER } }, 'eve@example.com')).toBe('missing');
  });

  test('groups are not known, so that a group may be theirs', () => {
    const group: GrantScene = {
      ...everyRow,
      grants: [['leads', 'EXECUTE', FUNCTION]],
      owners: { [NAME]: 'mallory@example.com' },
    };
    expect(state(group, 'eve@example.com')).toBe('deferred');
    expect(state({ ...group, grants: [] }, 'eve@example.com', `${NAME}: OWNERSHIP`)).toBe('missing');
    expect(state({ ...group, owners: { [NAME]: 'leads' } }, 'eve@example.com', `${NAME}: OWNERSHIP`)).toBe(
      'deferred',
    );
  });

  test('an owner that the caller may not see is not known', () => {
    const hidden: GrantScene = {
      ...everyRow,
      grants: [
        ['account users', 'USE_CATALOG', 'catalog prod'],
        ['account users', 'USE_SCHEMA', 'catalog prod'],
      ],
      owners: { [NAME]: { refused: 'PERMISSION_DENIED' } },
    };
    expect(state(hidden, undefined, `${NAME}: OWNERSHIP`)).toBe('missing');
    expect(state(hidden, 'eve@example.com', `${NAME}: OWNERSHIP`)).toBe('deferred');
  });

  test('no group of anybody is suggested as an owner', () => {
    for (const principal of [undefined, 'eve@example.com']) {
      const decision = decideGrants(
        parseRequirements(`${NAME}: OWNERSHIP`).rights,
        factsOf({ owners: { [NAME]: 'mallory@example.com' } }),
        principal,
      );
      expect(decision.ownerChanges).toHaveLength(1);
      expect(JSON.stringify([decision.ownerChanges, decision.findings])).not.toContain('ml-deployers');
    }
  });
});
