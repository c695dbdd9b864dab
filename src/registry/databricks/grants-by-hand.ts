import type { GrantsByHand } from '../../domain/by-hand.ts';
import { endsLines } from '../../domain/principal.ts';
import { sqlPrivilege, type Securable } from '../../domain/privilege.ts';
import { quoteWord } from '../shell-word.ts';

const API = '/api/2.1/unity-catalog';

const COLLECTION = { function: 'models', schema: 'schemas', catalog: 'catalogs' } as const;
const COMMAND = { function: 'registered-models', schema: 'schemas', catalog: 'catalogs' } as const;

/** How privileges are given at Databricks: SQL, the CLI for owners, REST for both. */
export const GRANTS_BY_HAND: GrantsByHand = {
  language: 'sql',
  /** ``GRANT EXECUTE ON FUNCTION `a`.`b`.`c` TO `principal` ``. */
  grant(securable, privilege, principal) {
    if (endsLines(principal)) return undefined;
    return `GRANT ${sqlPrivilege(privilege)} ON ${securable.type.toUpperCase()} ${nameOf(securable)} TO ${quoteIdentifier(principal)}`;
  },
  /** The call that adds privileges (uc-protocol §10.1). */
  grantRequest: (securable, privileges, principal) => ({
    method: 'PATCH',
    path: `${API}/permissions/${securable.type}/${pathName(securable)}`,
    body: { changes: [{ principal, add: privileges }] },
  }),
  /** ``REVOKE EXECUTE ON FUNCTION `a`.`b`.`c` FROM `principal` ``. */
  revoke: (securable, privilege, principal) =>
    endsLines(principal)
      ? undefined
      : `REVOKE ${sqlPrivilege(privilege)} ON ${securable.type.toUpperCase()} ${nameOf(securable)} FROM ${quoteIdentifier(principal)}`,
  revokeRequest: (securable, privilege, principal) => ({
    method: 'PATCH',
    path: `${API}/permissions/${securable.type}/${pathName(securable)}`,
    body: { changes: [{ principal, remove: [privilege] }] },
  }),
  owner: {
    command(securable, owner) {
      if (endsLines(owner)) return undefined;
      const group = COMMAND[ownable(securable)];
      return `databricks ${group} update ${quoteWord(securable.name)} --owner ${quoteWord(owner)}`;
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
    const id = Number(workspaceId);
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

function nameOf(securable: Securable): string {
  return securable.name.split('.').map(quoteIdentifier).join('.');
}

function ownable(securable: Securable): keyof typeof COLLECTION {
  // A metastore's owner is set per account, in other ways; no right of a model asks for it.
  return securable.type === 'metastore' ? 'catalog' : securable.type;
}

function pathName(securable: Securable): string {
  return securable.name.split('.').map(encodeURIComponent).join('.');
}
