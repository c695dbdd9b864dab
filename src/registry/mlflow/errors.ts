import { hasCode, PromoteError } from '../../domain/errors.ts';
import { errorFromResponse } from '../../http/errors.ts';
import { header, type FailedResponse } from '../../http/failed-response.ts';
import type { Peer } from '../../http/peer.ts';

/** What to check where something else responds in the place of an MLflow server. */
export const MLFLOW_SERVER: Peer = {
  fix: 'Check that host is an MLflow server and includes the path that it is served under. If a sign-in page or a gateway protects it, give the runner access: token can be user:password, or a bearer token.',
};

/** MLflow has no grants: its permissions are those of a plug-in. */
const DENIED_FIX =
  'Have an administrator of the MLflow server give this user permission on the model or experiment.';

/**
 * The error of a failed response of an MLflow server. Its basic-auth app refuses in plain text that is labelled as HTML:
 * 401 with its realm, 403 with two words (mlflow 3.17.2 `server/auth/__init__.py`: `make_basic_auth_response`,
 * `make_forbidden_response`). Any other page is a gateway's and no response of the server.
 */
export function errorFromServer(response: FailedResponse): PromoteError {
  const error = errorFromResponse(inItsForm(response));
  return hasCode(error, 'permission-denied')
    ? new PromoteError(error.message, { ...error.details, fix: DENIED_FIX })
    : error;
}

function inItsForm(response: FailedResponse): FailedResponse {
  const code = refusalOf(response);
  if (code === undefined) return response;
  return {
    ...response,
    headers: {},
    body: JSON.stringify({ error_code: code, message: response.body.trim() }),
  };
}

function refusalOf({ status, headers, body }: FailedResponse): string | undefined {
  if (status === 401 && header(headers, 'www-authenticate') === 'Basic realm="mlflow"')
    return 'UNAUTHENTICATED';
  return status === 403 && body.trim() === 'Permission denied' ? 'PERMISSION_DENIED' : undefined;
}
