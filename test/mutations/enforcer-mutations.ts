import { mutationsOf, type Mutation } from './mutation.ts';

/** Wrong rules in the emulator, which enforces. */
export const ENFORCER_MUTATIONS: readonly Mutation[] = [
  ...mutationsOf('emulator/metastore/access.ts', [
    ['ALL PRIVILEGES contains MANAGE', "new Set(['MANAGE', ", 'new Set(['],
    [
      'ALL PRIVILEGES contains nothing',
      "if (privileges.has('ALL_PRIVILEGES') && !outsideAll.has(privilege)) return true;",
      '',
    ],
    [
      'an old metastore inherits grants',
      'return grantingLineage(this.state, type, name).some((level) => {',
      'return lineage(type, name).some((level) => {',
    ],
    ['nested groups do not count', '      pending.push(group.name);\n', ''],
    [
      'groups do not own',
      'return owner !== undefined && this.identities.has(owner);',
      'return owner !== undefined && [...this.identities][0] === owner;',
    ],
    ['the owner of a schema does not manage its models', '      .slice(1)\n', '      .slice(2)\n'],
    ['MANAGE does not manage', "      this.holds(type, name, 'MANAGE')\n", '      false\n'],
    ['metastore admins do not manage', '      this.isMetastoreAdmin() ||\n', ''],
    ['account users are nobody', 'new Set([caller, everyone, ...', 'new Set([caller, ...'],
  ]),
  ...mutationsOf('emulator/metastore/session.ts', [
    [
      'nothing needs USE CATALOG',
      "if (!steward && !access.holds('catalog', catalog.name, 'USE_CATALOG')) {",
      'if (false) {',
    ],
    ['nothing needs USE SCHEMA', "if (!access.holds('schema', schema.name, 'USE_SCHEMA')) {", 'if (false) {'],
    [
      'the owner of a model may not read it',
      "if (access.owns('function', model.name) || access.holds('function', model.name, 'EXECUTE')) return true;",
      "if (access.holds('function', model.name, 'EXECUTE')) return true;",
    ],
  ]),
  ...mutationsOf('emulator/metastore/models.ts', [
    ['the owner of a schema may not create models', "if (access.owns('schema', schema)) return true;", ''],
    ['CREATE FUNCTION does not create models', " || access.holds('schema', schema, 'CREATE_FUNCTION');", ';'],
    [
      'anybody deletes models',
      "if (!session.access.manages('function', model.name)) throw lacks('MANAGE', model.name);",
      '',
    ],
    ['anybody renames models', "  if (!manages) throw lacks('MANAGE', model.name);\n", ''],
  ]),
  ...mutationsOf('emulator/metastore/session.ts', [
    [
      'CREATE MODEL VERSION creates no versions',
      "if (access.owns('function', model.name) || access.holds('function', model.name, 'CREATE_MODEL_VERSION'))",
      "if (access.owns('function', model.name))",
    ],
  ]),
  ...mutationsOf('emulator/metastore/tags.ts', [
    [
      'APPLY TAG does not tag',
      "if (!access.owns('function', model.name) && !access.holds('function', model.name, 'APPLY_TAG')) {",
      "if (!access.owns('function', model.name)) {",
    ],
    [
      'owners may not tag',
      "if (!access.owns('function', model.name) && !access.holds('function', model.name, 'APPLY_TAG')) {",
      "if (!access.holds('function', model.name, 'APPLY_TAG')) {",
    ],
  ]),
  ...mutationsOf('emulator/metastore/aliases.ts', [
    [
      'owners may not move aliases',
      "if (access.owns('function', model.name) || access.isMetastoreAdmin()) return model;",
      'if (access.isMetastoreAdmin()) return model;',
    ],
  ]),
  ...mutationsOf('emulator/metastore/permissions.ts', [
    [
      'only MANAGE changes grants',
      '  if (!session.access.manages(type, name))\n',
      "  if (!session.access.holds(type, name, 'MANAGE'))\n",
    ],
    ['nothing is revoked', '} else set.delete(privilegeName(privilege));', '}'],
    [
      'APPLY TAG cannot be granted on models',
      "new Set(['ALL_PRIVILEGES', 'APPLY_TAG', ",
      "new Set(['ALL_PRIVILEGES', ",
    ],
    [
      'a filter shows everybody and hides groups',
      'return who === everyone || groupsOf(session.state, principal).has(who);',
      'return who === everyone;',
    ],
  ]),
];
