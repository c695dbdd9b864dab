import { sqlPrivilege, type Privilege, type Securable } from '../domain/privilege.ts';

/** A REST call that somebody with the right may send: path on the workspace's host, JSON body. */
export interface RestRequest {
  readonly method: 'PATCH';
  readonly path: string;
  readonly body: RestBody;
}

/** The bodies of {@link RestRequest}: grants, an owner, a workspace binding. */
export type RestBody =
  | { readonly changes: readonly { readonly principal: string; readonly add: readonly Privilege[] }[] }
  | { readonly owner: string }
  | { readonly add: readonly { readonly workspace_id: number | string; readonly binding_type: string }[] };

/** A change of owner, and what the people around it should know. */
export interface OwnerChange {
  readonly securable: Securable;
  readonly owner: string;
  readonly request: RestRequest;
  /** The plain CLI command. */
  readonly command: string;
  /** Who may run it, in words. */
  readonly mayRun: string;
  /** Who would lose ownership, where it is known. */
  readonly loses?: string;
  /** Groups of the principal that would be better owners than one person; may be empty. */
  readonly betterOwners: readonly string[];
}

const API = '/api/2.1/unity-catalog';

const COLLECTION = { function: 'models', schema: 'schemas', catalog: 'catalogs' } as const;
const COMMAND = { function: 'registered-models', schema: 'schemas', catalog: 'catalogs' } as const;

/** An identifier for SQL: back-quoted, back-quotes doubled. */
export function quoteIdentifier(text: string): string {
  return `\`${text.replaceAll('`', '``')}\``;
}

/** A word for a POSIX shell, quoted only where it has to be. */
export function quoteWord(text: string): string {
  return /^[\w.@%+=:,/-]+$/u.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The statement that grants a privilege: ``GRANT EXECUTE ON FUNCTION `a`.`b`.`c` TO `principal` ``. */
export function grantStatement(securable: Securable, privilege: Privilege, principal: string): string {
  const name = securable.name.split('.').map(quoteIdentifier).join('.');
  return `GRANT ${sqlPrivilege(privilege)} ON ${securable.type.toUpperCase()} ${name} TO ${quoteIdentifier(principal)}`;
}

/** The REST call that adds privileges (uc-protocol §10.1). */
export function grantRequest(
  securable: Securable,
  privileges: readonly Privilege[],
  principal: string,
): RestRequest {
  return {
    method: 'PATCH',
    path: `${API}/permissions/${securable.type}/${pathName(securable)}`,
    body: { changes: [{ principal, add: privileges }] },
  };
}

/** The REST call that changes an owner (uc-protocol §3.2). */
export function ownerRequest(securable: Securable, owner: string): RestRequest {
  return {
    method: 'PATCH',
    path: `${API}/${COLLECTION[ownable(securable)]}/${pathName(securable)}`,
    body: { owner },
  };
}

/** The CLI command that changes an owner. */
export function ownerCommand(securable: Securable, owner: string): string {
  const group = COMMAND[ownable(securable)];
  return `databricks ${group} update ${quoteWord(securable.name)} --owner ${quoteWord(owner)}`;
}

/** The REST call that binds a catalog to a workspace (Databricks workspace-bindings API). */
export function bindingRequest(catalog: Securable, workspaceId: string): RestRequest {
  const id = Number(workspaceId);
  return {
    method: 'PATCH',
    path: `${API}/bindings/catalog/${pathName(catalog)}`,
    body: {
      add: [
        {
          workspace_id: Number.isSafeInteger(id) ? id : workspaceId,
          binding_type: 'BINDING_TYPE_READ_WRITE',
        },
      ],
    },
  };
}

function ownable(securable: Securable): keyof typeof COLLECTION {
  // A metastore's owner is set per account, in other ways; no right of a model asks for it.
  return securable.type === 'metastore' ? 'catalog' : securable.type;
}

function pathName(securable: Securable): string {
  return securable.name.split('.').map(encodeURIComponent).join('.');
}
