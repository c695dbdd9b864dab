import { jsonLiteral } from './literal.ts';
import type { Privilege, Securable } from './privilege.ts';

/** A REST call that somebody with the right may send: path on the registry's host, JSON body. */
export interface RestRequest {
  readonly method: 'PATCH';
  readonly path: string;
  readonly body: RestBody;
}

/** What one principal is given or loses (uc-protocol §10.1). */
export interface GrantChange {
  readonly principal: string;
  readonly add?: readonly Privilege[];
  readonly remove?: readonly Privilege[];
}

/** The bodies of {@link RestRequest}: grants, an owner, a workspace binding. */
export type RestBody =
  | { readonly changes: readonly GrantChange[] }
  | { readonly owner: string }
  | { readonly add: readonly { readonly workspace_id: number | string; readonly binding_type: string }[] };

/** The request on one line that can be copied as it is shown: `PATCH path {…}`. */
export function formatRequest({ method, path, body }: RestRequest): string {
  return `${method} ${path} ${jsonLiteral(body)}`;
}

/**
 * How privileges of a registry are given by hand. There is no statement or command for a name that its language cannot
 * hold, or that could not be copied as it is shown: only the request, which escapes it.
 */
export interface GrantCommands {
  /** The language of what `grant` returns. */
  readonly language: 'sql' | 'shell';
  /** The statement or command that gives one privilege, without a final semicolon. */
  grant(securable: Securable, privilege: Privilege, principal: string): string | undefined;
  /** The REST call that gives several. */
  grantRequest(securable: Securable, privileges: readonly Privilege[], principal: string): RestRequest;
  /** The statement or command that takes one privilege away. */
  revoke(securable: Securable, privilege: Privilege, principal: string): string | undefined;
  /** The REST call that takes one away. */
  revokeRequest(securable: Securable, privilege: Privilege, principal: string): RestRequest;
  /** How an owner is changed; absent where a registry has nothing for it. */
  readonly owner?: {
    command(securable: Securable, owner: string): string | undefined;
    request(securable: Securable, owner: string): RestRequest;
  };
  /** The REST call that binds a catalog to a workspace; absent where there are no workspaces. */
  bindingRequest?(catalog: Securable, workspaceId: string): RestRequest;
}
