/** A GRANT or REVOKE as the grammar reads it. */
export interface GrantStatement {
  readonly verb: string;
  readonly privilege: string;
  readonly type: string;
  readonly name: readonly string[];
  readonly principal: string;
}

/**
 * Reads one GRANT or REVOKE of Databricks SQL: identifiers between back-quotes, where two stand for one and nothing else
 * is special (SQL reference, identifiers). What editors and notebooks put a value for is replaced first, also between
 * back-quotes (legacy notebook widgets; query parameters). Throws on anything after it.
 */
export function readGrant(text: string): GrantStatement {
  const sent = text.replace(/\$\{[^}]*\}?|\$\w+|\{\{.*?(?:\}\}|$)/gsu, 'SUBSTITUTED');
  const identifier = '`((?:[^`]|``)+)`';
  const form = new RegExp(
    `^(GRANT|REVOKE) ([A-Z ]+) ON (CATALOG|SCHEMA|FUNCTION) (${identifier}(?:\\.${identifier})*) (TO|FROM) ${identifier}$`,
    'su',
  );
  const found = form.exec(sent);
  if (found === null) throw new Error(`no GRANT or REVOKE: ${sent}`);
  const [, verb = '', privilege = '', type = '', name = ''] = found;
  if (found.at(-2) !== (verb === 'GRANT' ? 'TO' : 'FROM')) throw new Error(`the preposition: ${sent}`);
  const parts = Array.from(name.matchAll(/`((?:[^`]|``)+)`/gsu), ([, part = '']) => unquoted(part));
  return { verb, privilege, type, name: parts, principal: unquoted(found.at(-1) ?? '') };
}

function unquoted(text: string): string {
  return text.replaceAll('``', '`');
}
