import type { Authorizer } from '../http/client.ts';

/** A way to sign in, by its name in Databricks' unified authentication. */
export interface SignIn extends Authorizer {
  readonly method: string;
}

/** Signs in by a token that the user gave; a workspace id routes on a unified host (auth-and-http §3.5, §5.1). */
export function personalAccessToken(token: string, workspaceId?: string): SignIn {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(workspaceId === undefined ? {} : { 'x-databricks-workspace-id': workspaceId }),
  };
  return { method: 'pat', headers: async () => headers };
}
