import { describe, expect, test } from 'vitest';
import { parseRequirements } from '../../../src/policy/grants/requirement-lines.ts';
import { nearestWord } from '../../../src/domain/nearest-word.ts';

function shown(text: string): string[] {
  const { rights, faults } = parseRequirements(text);
  expect(faults).toEqual([]);
  return rights.map((right) => `${right.securable.type} ${right.securable.name}: ${right.privilege}`);
}

describe('lines that parse', () => {
  test.each([
    ['prod: USE_CATALOG', ['catalog prod: USE_CATALOG']],
    [
      'prod.ml_team: use schema, Create Model',
      ['schema prod.ml_team: USE_SCHEMA', 'schema prod.ml_team: CREATE_MODEL'],
    ],
    ['prod.ml_team.m: execute', ['function prod.ml_team.m: EXECUTE']],
    [
      'FUNCTION prod.ml_team.m :  EXECUTE ,APPLY  TAG',
      ['function prod.ml_team.m: EXECUTE', 'function prod.ml_team.m: APPLY_TAG'],
    ],
    ['schema prod.ml_team: ALL PRIVILEGES', ['schema prod.ml_team: ALL_PRIVILEGES']],
    ['catalog prod: EXECUTE', ['catalog prod: EXECUTE']],
    [
      'prod.ml_team.m: OWNERSHIP, CREATE MODEL VERSION',
      ['function prod.ml_team.m: OWNERSHIP', 'function prod.ml_team.m: CREATE_MODEL_VERSION'],
    ],
    ['`pr:od`.`a``b`: USE SCHEMA', ['schema pr:od.a`b: USE_SCHEMA']],
    ['# nothing\n\n  \nprod: MANAGE # why\r\nprod: manage', ['catalog prod: MANAGE']],
    ['', []],
  ])('%j', (text, rights) => {
    expect(shown(text)).toEqual(rights);
  });
});

describe('lines that do not', () => {
  test.each([
    ['prod', 'has no privilege after a colon', 'Write [catalog|schema|function] name'],
    ['prod:', 'has no privilege after a colon', 'Write [catalog|schema|function] name'],
    ['prod: EXECUT', '"EXECUT" is not a privilege.', 'Write EXECUTE.'],
    ['prod: use catalogue', '"use catalogue" is not a privilege.', 'Write USE_CATALOG.'],
    ['prod: QWERTYUIOP', 'is not a privilege', 'Write it as in SQL'],
    ['prod: MANAGE,, EXECUTE', 'a privilege is empty', 'Write it as in SQL'],
    ['model a.b.c: EXECUTE', 'treats a registered model as a FUNCTION', 'Write function a.b.c.'],
    ['Registered_Model a.b.c: EXECUTE', 'treats a registered model as a FUNCTION', 'Write function a.b.c.'],
    ['shema a.b: MANAGE', '"shema" is not catalog, schema or function.', 'Write schema a.b.'],
    ['table a.b.c: SELECT', '"table" is not catalog, schema or function.', 'Write [catalog'],
    ['catalog a.b: MANAGE', 'a catalog has 1 level, but "a.b" has 2.', 'Write schema a.b'],
    ['a.b.c.d: EXECUTE', 'more than three levels', 'Write [catalog'],
    ['function a.b.c.d: EXECUTE', 'a function has 3 levels', 'Write [catalog'],
    ['a..c: EXECUTE', 'an empty level', 'Write [catalog'],
    ['a.b/c: USE SCHEMA', 'does not allow in a name', 'Write [catalog'],
    ['my schema a.b: MANAGE', 'more than a type and a name', 'Write [catalog'],
    ['schema a.b: USE CATALOG', 'USE CATALOG cannot be granted on a schema.', 'Name a catalog.'],
    ['a.b.c: CREATE MODEL', 'CREATE MODEL cannot be granted on a function.', 'Name a catalog or a schema.'],
  ])('%j', (line, problem, fix) => {
    const { rights, faults } = parseRequirements(`# first\n${line}\n`);
    expect(faults).toHaveLength(1);
    expect(faults[0]?.line).toBe(2);
    expect(faults[0]?.problem).toContain(problem);
    expect(faults[0]?.fix).toContain(fix);
    expect(rights.length).toBeLessThanOrEqual(2);
  });

  test('all faults come at once, each with its line, and good lines are kept', () => {
    const { rights, faults } = parseRequirements('prod: NOPE, EXECUTTE\nprod.a: USE_SCHEMA\nwhat');
    expect(faults.map((fault) => fault.line)).toEqual([1, 1, 3]);
    expect(rights).toHaveLength(1);
  });

  test('control characters are shown, not written', () => {
    const { faults } = parseRequirements('prod: EX\u001b[31mECUTE');
    expect(faults[0]?.problem).toContain('\\u{1b}');
  });
});

test.each([
  ['EXECUT', 'EXECUTE'],
  ['apply_tags', 'APPLY_TAG'],
  ['USE_SHEMA', 'USE_SCHEMA'],
  ['X', undefined],
  ['X'.repeat(5000), undefined],
])('the nearest word to %s', (text, word) => {
  expect(nearestWord(text, ['EXECUTE', 'APPLY_TAG', 'USE_SCHEMA'])).toBe(word);
});
