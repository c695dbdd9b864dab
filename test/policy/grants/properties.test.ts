import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OPERATIONS, type Securable } from '../../../src/domain/privilege.ts';
import { decideGrants, type GrantDecision } from '../../../src/policy/grants/decide.ts';
import { copyRights, requiredRights } from '../../../src/policy/grants/required.ts';
import { parseRequirements } from '../../../src/policy/grants/requirement-lines.ts';
import type { RequiredRight } from '../../../src/policy/grants/right.ts';
import { factsOf, MODEL, PROMOTER, SOURCE, type GrantRow, type GrantScene } from './grant-facts.ts';

const SECURABLES = [SOURCE, MODEL].flatMap(({ catalog, schema, model }) => [
  `catalog ${catalog}`,
  `schema ${catalog}.${schema}`,
  `function ${catalog}.${schema}.${model}`,
]);
const PRIVILEGES = [
  'USE_CATALOG',
  'USE_SCHEMA',
  'EXECUTE',
  'CREATE_MODEL',
  'CREATE_FUNCTION',
  'CREATE_MODEL_VERSION',
  'APPLY_TAG',
  'MANAGE',
  'ALL_PRIVILEGES',
];
const PEOPLE = [PROMOTER, 'ml-deployers', 'ml-all', 'account users', 'ada@example.com', 'leads'];
const REQUIRE_LINES = [
  'prod: USE CATALOG',
  'prod: USE SCHEMA, MANAGE',
  'prod.ml_team: EXECUTE, CREATE FUNCTION',
  'prod.ml_team: ALL PRIVILEGES',
  'prod.ml_team.fraud_detection: ALL PRIVILEGES, APPLY TAG',
  'prod.ml_team.fraud_detection: OWNERSHIP',
  'staging.ml_team: OWNERSHIP, CREATE MODEL',
];

const grantRow: fc.Arbitrary<GrantRow> = fc.tuple(
  fc.constantFrom(...PEOPLE),
  fc.constantFrom(...PRIVILEGES),
  fc.constantFrom(...SECURABLES),
);

const world: fc.Arbitrary<GrantScene> = fc
  .record({
    grants: fc.array(grantRow, { maxLength: 14 }),
    owners: fc.dictionary(
      fc.constantFrom(...SECURABLES.map((each) => each.split(' ')[1] ?? '')),
      fc.constantFrom('ada@example.com', 'leads', 'ml-deployers', PROMOTER),
      { noNullPrototype: true },
    ),
    filtered: fc.boolean(),
    grantsAre: fc.constantFrom('effective' as const, 'direct' as const),
  })
  .map((parts) => ({ ...parts, caller: { groups: ['ml-deployers', 'ml-all'] } }));

const rights: fc.Arbitrary<RequiredRight[]> = fc
  .record({
    operations: fc.subarray([...OPERATIONS], { minLength: 1 }),
    copies: fc.boolean(),
    lines: fc.subarray(REQUIRE_LINES),
  })
  .map(({ operations, copies, lines }) => [
    ...operations.flatMap((operation) => requiredRights(operation, MODEL, { modelExists: true })),
    ...(copies ? copyRights(SOURCE, MODEL, { modelExists: true }) : []),
    ...parseRequirements(lines.join('\n')).rights,
  ]);

function decideIn(needed: readonly RequiredRight[], given: GrantScene): GrantDecision {
  return decideGrants(needed, factsOf(given, [SOURCE, MODEL]));
}

/** What the printed requests do to a world; the paths are read here on their own. */
function apply(given: GrantScene, decision: GrantDecision, leaveOut = -1): GrantScene {
  const grants: GrantRow[] = [...(given.grants ?? [])];
  const owners = { ...given.owners };
  const steps = decision.requests.flatMap(({ path, body }): (() => void)[] => {
    const rest = path.replace('/api/2.1/unity-catalog/', '').split('/');
    if ('owner' in body) return [() => void (owners[rest[1] ?? ''] = body.owner)];
    if (!('changes' in body)) return [];
    return body.changes.flatMap(({ principal, add }) =>
      (add ?? []).map(
        (privilege) => () => void grants.push([principal, privilege, `${rest[1] ?? ''} ${rest[2] ?? ''}`]),
      ),
    );
  });
  for (const [index, step] of steps.entries()) if (index !== leaveOut) step();
  return { ...given, grants, owners };
}

function stepsOf(decision: GrantDecision): number {
  return decision.statements.length + decision.ownerChanges.length;
}

function statesOf(decision: GrantDecision): string[] {
  return decision.rights.map((each) => each.state);
}

test('applying exactly the printed requests turns every missing right into a granted one', () => {
  fc.assert(
    fc.property(world, rights, (given, needed) => {
      const before = decideIn(needed, given);
      const after = decideIn(needed, apply(given, before));
      for (const [index, each] of before.rights.entries()) {
        if (each.state !== 'unknown') expect(after.rights[index]?.state).toBe('granted');
      }
      expect(stepsOf(after)).toBe(0);
    }),
    { numRuns: 1500 },
  );
});

test('none of the printed steps can be left out', () => {
  fc.assert(
    fc.property(world, rights, (given, needed) => {
      const before = decideIn(needed, given);
      for (let index = 0; index < stepsOf(before); index += 1) {
        const states = statesOf(decideIn(needed, apply(given, before, index)));
        expect(before.rights.some((each, at) => each.state === 'missing' && states[at] !== 'granted')).toBe(
          true,
        );
      }
    }),
    { numRuns: 500 },
  );
});

test('taking away what a right is held by, all of it, makes it missing or unknown; leaving one way keeps it', () => {
  fc.assert(
    fc.property(world, rights, fc.nat(), (given, needed, choice) => {
      const granted = decideIn(needed, given).rights.filter((each) => each.state === 'granted');
      const judged = granted[choice % Math.max(1, granted.length)];
      if (judged === undefined) return;
      const bare = withoutHoldings(judged.right, given);
      const [after] = decideIn([judged.right], bare).rights;
      expect(after?.state).not.toBe('granted');
      const [path] = judged.paths;
      if (path === undefined || path.privilege === 'OWNERSHIP') return;
      const row: GrantRow = [path.principal, path.privilege, `${path.on.type} ${path.on.name}`];
      expect(statesOf(decideIn([judged.right], { ...bare, grants: [...(bare.grants ?? []), row] }))).toEqual([
        'granted',
      ]);
    }),
    { numRuns: 1500 },
  );
});

/** Removes what a right is held by until it is held no more. */
function withoutHoldings(right: RequiredRight, given: GrantScene): GrantScene {
  let bare = given;
  for (;;) {
    const [judged] = decideIn([right], bare).rights;
    if (judged?.state !== 'granted') return bare;
    const gone = judged.paths;
    const matches = (on: Securable, row: GrantRow): boolean => row[2] === `${on.type} ${on.name}`;
    bare = {
      ...bare,
      grants: (bare.grants ?? []).filter(
        (row) =>
          !gone.some(
            (each) => each.principal === row[0] && each.privilege === row[1] && matches(each.on, row),
          ),
      ),
      owners: {
        ...bare.owners,
        ...Object.fromEntries(
          gone.flatMap((each) =>
            each.privilege === 'OWNERSHIP' ? [[each.on.name, 'mallory@example.com']] : [],
          ),
        ),
      },
    };
  }
}

test('one more grant never takes a right away', () => {
  fc.assert(
    fc.property(world, rights, grantRow, (given, needed, row) => {
      const before = decideIn(needed, { ...given, filtered: true });
      const after = decideIn(needed, { ...given, filtered: true, grants: [...(given.grants ?? []), row] });
      for (const [index, each] of before.rights.entries()) {
        if (each.state === 'granted') expect(after.rights[index]?.state).toBe('granted');
      }
    }),
    { numRuns: 1000 },
  );
});

test('the answer does not depend on the order of rows, groups or securables', () => {
  fc.assert(
    fc.property(world, rights, (given, needed) => {
      const facts = factsOf(given, [SOURCE, MODEL]);
      const turned = {
        ...facts,
        caller: { ...facts.caller, groups: [...facts.caller.groups].reverse() },
        securables: [...facts.securables]
          .reverse()
          .map((each) =>
            'unreadable' in each.assignments
              ? each
              : { ...each, assignments: [...each.assignments].reverse() },
          ),
      };
      const decision = decideGrants(needed, turned);
      expect(statesOf(decision)).toEqual(statesOf(decideGrants(needed, facts)));
      expect(decision.statements).toEqual(decideGrants(needed, facts).statements);
    }),
    { numRuns: 500 },
  );
});

test('lines of any text parse or are faults, and never throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
      const { rights: parsed, faults } = parseRequirements(text);
      for (const fault of faults) expect(`${fault.problem}${fault.fix}`).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
      for (const right of parsed) expect(right.securable.name.split('.').length).toBeLessThanOrEqual(3);
    }),
    { numRuns: 2000 },
  );
});
