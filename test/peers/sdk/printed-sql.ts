import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Privilege, Securable } from '../../../src/domain/privilege.ts';
import { grantableOn, KNOWN_PRIVILEGES, OWNERSHIP } from '../../../src/policy/grants/privileges.ts';
import { GRANT_COMMANDS } from '../../../src/registry/databricks/grant-commands.ts';
import type { CaseResult } from '../harness/outcome.ts';
import { NO_SERVER, runCases, type PeerContext } from '../harness/script.ts';

const SUITE = 'sqlglot';

/** Levels of names and principals that a careless quotation would end early, or that are words of SQL. */
const NAMES: readonly string[] = [
  'ml_team',
  'account users',
  'ada@example.com',
  '0a1b2c3d-0000-4000-8000-000000000001',
  "o'brien",
  '`',
  '``',
  'a` TO `eve',
  '`; DROP TABLE x; --',
  'a;b',
  'a--b',
  '/* a */',
  '"quoted"',
  '\\',
  'ends\\',
  'TO',
  'on function',
  '$1 {{x}} ${y} :z ?',
  '组 名',
  'İı ß ﬁ',
  '\u{1F600}',
  'a\u202Eb',
  'a\u00A0b',
  'two\nlines',
  'a\tb',
];

/** Every statement that is printed for grants says, to a parser of Databricks' SQL by others, what the REST body beside it says. */
export async function* printedSql({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted(SUITE)) return;
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-sql-'));
  try {
    const file = join(folder, 'printed.json');
    await writeFile(file, JSON.stringify(printed()));
    yield* await runCases({ python, ...NO_SERVER }, SUITE, 'printed_sql.py', [file]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** For each kind of securable what is printed together: statements, and the request that does the same. */
function printed() {
  return (['catalog', 'schema', 'function'] as const).flatMap((type) => {
    const privileges = KNOWN_PRIVILEGES.filter(
      (each) => each !== OWNERSHIP && grantableOn(each)?.includes(type) === true,
    );
    // Levels of SQL and REST are told apart by dots, which no name of Unity Catalog holds; a principal may hold them.
    const levels = NAMES.map((name) => name.replaceAll('.', '_'));
    return levels.flatMap((level, index) => {
      const name = { catalog: [level], schema: ['prod', level], function: ['prod', 'ml', level] }[type];
      const securable: Securable = { type, name: name.join('.') };
      const principal = NAMES[(index * 7 + 3) % NAMES.length] ?? '';
      // A name that no statement can hold is never printed as SQL.
      return [level, principal]
        .flatMap((who) => [
          granted(securable, privileges, who),
          ...privileges.map((privilege) => revoked(securable, privilege, who)),
        ])
        .filter(({ statements }) => statements.length > 0);
    });
  });
}

function granted(securable: Securable, privileges: readonly Privilege[], principal: string) {
  return {
    verb: 'GRANT',
    statements: privileges.flatMap((each) => GRANT_COMMANDS.grant(securable, each, principal) ?? []),
    request: GRANT_COMMANDS.grantRequest(securable, privileges, principal),
  };
}

function revoked(securable: Securable, privilege: Privilege, principal: string) {
  return {
    verb: 'REVOKE',
    statements: [GRANT_COMMANDS.revoke(securable, privilege, principal)].filter((each) => each !== undefined),
    request: GRANT_COMMANDS.revokeRequest(securable, privilege, principal),
  };
}
