import { expect, test } from 'vitest';
import {
  bindingRequest,
  grantRequest,
  grantStatement,
  ownerCommand,
  ownerRequest,
  quoteIdentifier,
  quoteWord,
} from '../../src/policy/grants-statements.ts';
import { securable } from './grants-world.ts';

test.each([
  [
    'function prod.ml_team.fraud_detection',
    'EXECUTE',
    'ml-deployers',
    'GRANT EXECUTE ON FUNCTION `prod`.`ml_team`.`fraud_detection` TO `ml-deployers`',
  ],
  [
    'schema prod.ml_team',
    'USE_SCHEMA',
    'account users',
    'GRANT USE SCHEMA ON SCHEMA `prod`.`ml_team` TO `account users`',
  ],
  [
    'catalog prod',
    'USE_CATALOG',
    'ada@example.com',
    'GRANT USE CATALOG ON CATALOG `prod` TO `ada@example.com`',
  ],
  [
    'function prod.ml_team.m',
    'CREATE_MODEL_VERSION',
    '6f0c',
    'GRANT CREATE MODEL VERSION ON FUNCTION `prod`.`ml_team`.`m` TO `6f0c`',
  ],
  ['catalog od`d', 'USE_CATALOG', 'a`b', 'GRANT USE CATALOG ON CATALOG `od``d` TO `a``b`'],
])('statement for %s %s to %s', (on, privilege, principal, statement) => {
  expect(grantStatement(securable(on), privilege, principal)).toBe(statement);
});

test('an identifier cannot end its quotes', () => {
  const hostile = 'x` TO `evil`; DROP CATALOG `prod';
  const quoted = quoteIdentifier(hostile);
  expect(quoted).toBe('`x`` TO ``evil``; DROP CATALOG ``prod`');
  expect(quoted.slice(1, -1).replaceAll('``', '')).not.toContain('`');
});

test.each([
  ['ml-deployers', 'ml-deployers'],
  ['ada@example.com', 'ada@example.com'],
  ['account users', "'account users'"],
  ["it's", String.raw`'it'\''s'`],
  ['$(rm -rf /)', "'$(rm -rf /)'"],
  ['a`b`', "'a`b`'"],
  ['', "''"],
])('the shell word %s', (text, quoted) => {
  expect(quoteWord(text)).toBe(quoted);
});

test('requests name the permissions path of the type, each level escaped', () => {
  expect(grantRequest(securable('function prod.ml_team.m'), ['EXECUTE', 'APPLY_TAG'], '6f0c')).toEqual({
    method: 'PATCH',
    path: '/api/2.1/unity-catalog/permissions/function/prod.ml_team.m',
    body: { changes: [{ principal: '6f0c', add: ['EXECUTE', 'APPLY_TAG'] }] },
  });
  expect(grantRequest(securable('schema prod.a?b#c'), ['USE_SCHEMA'], 'x').path).toBe(
    '/api/2.1/unity-catalog/permissions/schema/prod.a%3Fb%23c',
  );
});

test.each([
  ['function prod.ml_team.m', '/api/2.1/unity-catalog/models/prod.ml_team.m', 'registered-models'],
  ['schema prod.ml_team', '/api/2.1/unity-catalog/schemas/prod.ml_team', 'schemas'],
  ['catalog prod', '/api/2.1/unity-catalog/catalogs/prod', 'catalogs'],
])('the owner of %s is changed by REST and by CLI', (on, path, group) => {
  const target = securable(on);
  expect(ownerRequest(target, 'ml-deployers')).toEqual({
    method: 'PATCH',
    path,
    body: { owner: 'ml-deployers' },
  });
  expect(ownerCommand(target, 'ml deployers')).toBe(
    `databricks ${group} update ${target.name} --owner 'ml deployers'`,
  );
});

test('a binding names the workspace as a number where it is one', () => {
  expect(bindingRequest(securable('catalog prod'), '1234567890123456').body).toEqual({
    add: [{ workspace_id: 1234567890123456, binding_type: 'BINDING_TYPE_READ_WRITE' }],
  });
  expect(bindingRequest(securable('catalog prod'), 'here').body).toEqual({
    add: [{ workspace_id: 'here', binding_type: 'BINDING_TYPE_READ_WRITE' }],
  });
});
