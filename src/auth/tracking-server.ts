import type { SignIn } from './port.ts';

/**
 * Signs in to an MLflow server: `user:password` by HTTP Basic, as its basic-auth plug-in wants it, any other token as a
 * bearer for the gateway before it, and nothing where no token is given: a server has no sign-in of its own by default
 * (mlflow `tracking/request_header`, `MLFLOW_TRACKING_TOKEN`, `MLFLOW_TRACKING_USERNAME`).
 */
export function trackingServer(token: string | undefined): SignIn {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: authorization(token) };
  return {
    method: 'pat',
    ...(token === undefined ? { client: 'nobody, as no token is given' } : {}),
    headers: async () => headers,
    open: async () => undefined,
  };
}

function authorization(token: string): string {
  return token.includes(':') ? `Basic ${Buffer.from(token).toString('base64')}` : `Bearer ${token}`;
}
