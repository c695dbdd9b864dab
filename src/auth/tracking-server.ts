import type { SignIn } from './port.ts';

/**
 * Signs in to an MLflow server: `user:password` by HTTP Basic, as its basic-auth plug-in wants it, any other token as a
 * bearer for the gateway before it, and nothing where no token is given: a server has no sign-in of its own by default
 * (mlflow `tracking/request_header`, `MLFLOW_TRACKING_TOKEN`, `MLFLOW_TRACKING_USERNAME`).
 */
export function trackingServer(token: string | undefined): SignIn {
  const open = async () => undefined;
  if (token === undefined)
    return { method: 'none', client: 'nobody, as no token is given', headers: async () => ({}), open };
  const method = token.includes(':') ? 'basic' : 'bearer';
  const authorization =
    method === 'basic' ? `Basic ${Buffer.from(token).toString('base64')}` : `Bearer ${token}`;
  return { method, headers: async () => ({ authorization }), open };
}
