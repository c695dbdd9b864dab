import { describe, expect, test } from 'vitest';
import { formatRequest } from '../../src/domain/grant-commands.ts';
import { DATABRICKS_COMMANDS } from '../../src/registry/databricks/commands.ts';
import { GRANT_COMMANDS, quoteIdentifier } from '../../src/registry/databricks/grant-commands.ts';
import { mlflowCommands } from '../../src/registry/mlflow/commands.ts';
import { quoteWord } from '../../src/domain/shell-word.ts';
import { UNITY_CATALOG_COMMANDS } from '../../src/registry/unity-catalog/commands.ts';
import { securable } from '../policy/grants/grant-facts.ts';

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
  expect(GRANT_COMMANDS.grant(securable(on), privilege, principal)).toBe(statement);
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
  expect(
    GRANT_COMMANDS.grantRequest(securable('function prod.ml_team.m'), ['EXECUTE', 'APPLY_TAG'], '6f0c'),
  ).toEqual({
    method: 'PATCH',
    path: '/api/2.1/unity-catalog/permissions/function/prod.ml_team.m',
    body: { changes: [{ principal: '6f0c', add: ['EXECUTE', 'APPLY_TAG'] }] },
  });
  expect(GRANT_COMMANDS.grantRequest(securable('schema prod.a?b#c'), ['USE_SCHEMA'], 'x').path).toBe(
    '/api/2.1/unity-catalog/permissions/schema/prod.a%3Fb%23c',
  );
});

test.each([
  ['function prod.ml_team.m', '/api/2.1/unity-catalog/models/prod.ml_team.m', 'registered-models'],
  ['schema prod.ml_team', '/api/2.1/unity-catalog/schemas/prod.ml_team', 'schemas'],
  ['catalog prod', '/api/2.1/unity-catalog/catalogs/prod', 'catalogs'],
])('the owner of %s is changed by REST and by CLI', (on, path, group) => {
  const target = securable(on);
  expect(GRANT_COMMANDS.owner?.request(target, 'ml-deployers')).toEqual({
    method: 'PATCH',
    path,
    body: { owner: 'ml-deployers' },
  });
  expect(GRANT_COMMANDS.owner?.command(target, 'ml deployers')).toBe(
    `databricks ${group} update ${target.name} --owner 'ml deployers'`,
  );
});

test.each(['', ' ', '\ufeff', '1e3', '0x10', '-1', '007', '90071992547409930'])(
  'a binding names %j as the text that it is, and no other workspace',
  (id) => {
    expect(GRANT_COMMANDS.bindingRequest?.(securable('catalog prod'), id)?.body).toEqual({
      add: [{ workspace_id: id, binding_type: 'BINDING_TYPE_READ_WRITE' }],
    });
  },
);

test('a binding names the workspace as a number where it is one', () => {
  expect(GRANT_COMMANDS.bindingRequest?.(securable('catalog prod'), '1234567890123456')?.body).toEqual({
    add: [{ workspace_id: 1234567890123456, binding_type: 'BINDING_TYPE_READ_WRITE' }],
  });
  expect(GRANT_COMMANDS.bindingRequest?.(securable('catalog prod'), 'here')?.body).toEqual({
    add: [{ workspace_id: 'here', binding_type: 'BINDING_TYPE_READ_WRITE' }],
  });
});

const MODEL = { catalog: '', schema: '', model: 'fraud "x" \'y\'' };
const FULL = { catalog: 'prod', schema: 'ml', model: 'fraud' };

test('an alias is moved and deleted by the command of the registry, whatever is in its name', () => {
  expect(DATABRICKS_COMMANDS.alias?.(FULL, 'Champion', 3)).toEqual({
    language: 'shell',
    text: 'databricks registered-models set-alias prod.ml.fraud Champion 3',
  });
  expect(DATABRICKS_COMMANDS.alias?.(FULL, 'Überprüft', null).text).toBe(
    "databricks registered-models delete-alias prod.ml.fraud 'Überprüft'",
  );
  expect(mlflowCommands().alias?.(MODEL, 'Champion', 3)).toEqual({
    language: 'python',
    text: 'import mlflow\n\nmlflow.MlflowClient().set_registered_model_alias("fraud \\"x\\" \'y\'", "Champion", "3")',
  });
  expect(mlflowCommands().alias?.(MODEL, 'Champion', null).text).toContain('.delete_registered_model_alias(');
  expect('alias' in UNITY_CATALOG_COMMANDS).toBe(false);
});

test('the open-source server is told grants in the words of its own command, and has no change of owner', () => {
  const { grants } = UNITY_CATALOG_COMMANDS;
  expect(grants?.grant(securable('function dev.ml.fraud'), 'EXECUTE', 'ann@example.com')).toBe(
    'bin/uc permission create --securable_type registered_model --name dev.ml.fraud --privilege EXECUTE --principal ann@example.com',
  );
  expect(grants?.grant(securable('catalog dev'), 'USE_CATALOG', 'a b')).toBe(
    "bin/uc permission create --securable_type catalog --name dev --privilege 'USE CATALOG' --principal 'a b'",
  );
  expect(grants?.grantRequest(securable('schema dev.ml'), ['USE_SCHEMA'], 'ann@example.com')).toEqual({
    method: 'PATCH',
    path: '/api/2.1/unity-catalog/permissions/schema/dev.ml',
    body: { changes: [{ principal: 'ann@example.com', add: ['USE SCHEMA'] }] },
  });
  expect(grants?.owner).toBeUndefined();
});

test.each([
  ['databricks', DATABRICKS_COMMANDS, /^databricks /u],
  ['mlflow', mlflowCommands(), /^import mlflow\n\nmlflow\.MlflowClient\(\)\.get_/u],
  ['unity-catalog', UNITY_CATALOG_COMMANDS, /^bin\/uc (registered_model|model_version) get /u],
] as const)('%s says how to look at everything that a change is about', (_, commands, command) => {
  const texts = [
    commands.look({ kind: 'alias', name: FULL, alias: 'A' }),
    commands.look({ kind: 'version', name: FULL, version: 2 }),
    commands.look({ kind: 'model', name: FULL }),
    commands.look({ kind: 'versions', name: FULL }),
  ].map((each) => each?.text);
  for (const text of texts) {
    expect(text).toMatch(command);
    expect(text).toContain('fraud');
  }
});

describe('a name that would end its line', () => {
  const target = { type: 'function', name: 'prod.ml.fraud' } as const;
  const shell = UNITY_CATALOG_COMMANDS.grants;

  test.each(['a\nb', 'a\rb', 'a\u0085b', 'a\u2028b', 'a\u2029b', 'a\u0000b', 'a\u001bb'])(
    'is in no statement and no command: %j',
    (name) => {
      expect(GRANT_COMMANDS.grant(target, 'EXECUTE', name)).toBeUndefined();
      expect(GRANT_COMMANDS.revoke(target, 'EXECUTE', name)).toBeUndefined();
      expect(GRANT_COMMANDS.owner?.command(target, name)).toBeUndefined();
      expect(shell?.grant(target, 'EXECUTE', name)).toBeUndefined();
      expect(shell?.revoke(target, 'EXECUTE', name)).toBeUndefined();
      const text = formatRequest(GRANT_COMMANDS.grantRequest(target, ['EXECUTE'], name));
      expect(text).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      expect(JSON.parse(text.slice(text.indexOf('{')))).toEqual({
        changes: [{ principal: name, add: ['EXECUTE'] }],
      });
    },
  );
});
