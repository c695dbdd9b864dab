import type { PromoteError } from '../../domain/errors.ts';
import { errorFromResponse, header, type FailedResponse } from '../../http/errors.ts';

/**
 * The error of a failed response of an MLflow server. Its basic-auth app refuses in plain text that is labelled as HTML:
 * 401 with its realm, 403 with two words (mlflow 3.17.2 `server/auth/__init__.py`: `make_basic_auth_response`,
 * `make_forbidden_response`). Any other page is a gateway's and no response of the server.
 */
export function errorFromServer(response: FailedResponse): PromoteError {
  const code = refusalOf(response);
  if (code === undefined) return errorFromResponse(response);
  const body = JSON.stringify({ error_code: code, message: response.body.trim() });
  return errorFromResponse({ ...response, headers: {}, body });
}

function refusalOf({ status, headers, body }: FailedResponse): string | undefined {
  if (status === 401 && header(headers, 'www-authenticate') === 'Basic realm="mlflow"')
    return 'UNAUTHENTICATED';
  return status === 403 && body.trim() === 'Permission denied' ? 'PERMISSION_DENIED' : undefined;
}
