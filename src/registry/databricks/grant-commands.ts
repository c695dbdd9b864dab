import type { GrantCommands } from '../../domain/grant-commands.ts';
import { sqlPrivilege, type Privilege, type Securable } from '../../domain/privilege.ts';
import { isCopyable } from '../../domain/printable.ts';
import { encodeValue } from '../../storage/place.ts';
import { cliCommand } from './cli.ts';

const API = '/api/2.1/unity-catalog';

const COLLECTION = { function: 'models', schema: 'schemas', catalog: 'catalogs' } as const;
const COMMAND = { function: 'registered-models', schema: 'schemas', catalog: 'catalogs' } as const;

/** How privileges are given at Databricks: SQL, the CLI for owners, REST for both. */
export const GRANT_COMMANDS: GrantCommands = {
  language: 'sql',
  /** ``GRANT EXECUTE ON FUNCTION `a`.`b`.`c` TO `principal` ``. */
  grant: (securable, privilege, principal) => statement('GRANT', privilege, securable, 'TO', principal),
  /** The call that adds privileges (uc-protocol §10.1). */
  grantRequest: (securable, privileges, principal) => ({
    method: 'PATCH',
    path: `${API}/permissions/${securable.type}/${pathName(securable)}`,
    body: { changes: [{ principal, add: privileges }] },
  }),
  /** ``REVOKE EXECUTE ON FUNCTION `a`.`b`.`c` FROM `principal` ``. */
  revoke: (securable, privilege, principal) => statement('REVOKE', privilege, securable, 'FROM', principal),
  revokeRequest: (securable, privilege, principal) => ({
    method: 'PATCH',
    path: `${API}/permissions/${securable.type}/${pathName(securable)}`,
    body: { changes: [{ principal, remove: [privilege] }] },
  }),
  owner: {
    command(securable, owner) {
      if (!isCopyable(owner)) return undefined;
      return cliCommand(`${COMMAND[ownable(securable)]} update`, [securable.name], { owner });
    },
    /** The call that changes an owner (uc-protocol §3.2). */
    request: (securable, owner) => ({
      method: 'PATCH',
      path: `${API}/${COLLECTION[ownable(securable)]}/${pathName(securable)}`,
      body: { owner },
    }),
  },
  /** The call of the Databricks workspace-bindings API. */
  bindingRequest(catalog, workspaceId) {
    const id = /^[1-9]\d*$/u.test(workspaceId) ? Number(workspaceId) : Number.NaN;
    const workspace_id = Number.isSafeInteger(id) ? id : workspaceId;
    return {
      method: 'PATCH',
      path: `${API}/bindings/catalog/${pathName(catalog)}`,
      body: { add: [{ workspace_id, binding_type: 'BINDING_TYPE_READ_WRITE' }] },
    };
  },
};

/** An identifier for SQL: back-quoted, back-quotes doubled. */
export function quoteIdentifier(text: string): string {
  return `\`${text.replaceAll('`', '``')}\``;
}

/**
 * What SQL editors and notebooks put a value for before they send a statement, also between back-quotes, and what nothing
 * escapes there: `${name}` and `$name` (Databricks documentation, legacy notebook widgets), `{{ name }}` (its query
 * parameters, mustache).
 */
const PARAMETER = /\$[\w{]|\{\{/u;

function statement(
  verb: string,
  privilege: Privilege,
  securable: Securable,
  preposition: string,
  principal: string,
): string | undefined {
  if (![securable.name, principal].every((name) => isCopyable(name) && !PARAMETER.test(name)))
    return undefined;
  return `${verb} ${sqlPrivilege(privilege)} ON ${securable.type.toUpperCase()} ${nameOf(securable)} ${preposition} ${quoteIdentifier(principal)}`;
}

function nameOf(securable: Securable): string {
  return securable.name.split('.').map(quoteIdentifier).join('.');
}

function ownable(securable: Securable): keyof typeof COLLECTION {
  // A metastore's owner is set per account, in other ways; no right of a model asks for it.
  return securable.type === 'metastore' ? 'catalog' : securable.type;
}

function pathName(securable: Securable): string {
  return securable.name.split('.').map(encodeValue).join('.');
}
