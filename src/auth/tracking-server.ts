import type { SignIn } from './port.ts';

/**
 * Signs in to a server that has no sign-in of Databricks: `user:password` by HTTP Basic, as MLflow's basic-auth plug-in
 * wants it, any other token as a bearer for the gateway before it, and nothing where no token is given: an MLflow server
 * has no sign-in of its own by default (mlflow `tracking/request_header`, `MLFLOW_TRACKING_TOKEN`,
 * `MLFLOW_TRACKING_USERNAME`), and the authorization of an open-source Unity Catalog server is off by default.
 */
export function trackingServer(token: string | undefined): SignIn {
  const open = async () => undefined;
  if (token === undefined)
    return {
      method: 'none',
      client: 'anonymous, because no token is given',
      headers: async () => ({}),
      open,
    };
  const method = token.includes(':') ? 'basic' : 'bearer';
  const authorization =
    method === 'basic' ? `Basic ${Buffer.from(token).toString('base64')}` : `Bearer ${token}`;
  return { method, headers: async () => ({ authorization }), open };
}
