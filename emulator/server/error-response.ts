import { ApiError } from '../metastore/api-error.ts';
import type { RouteResponse } from '../routes/route.ts';
import type { Switches } from '../switches.ts';

/** The response to a refusal, in the shape of its part of the interface; other errors become 500 `INTERNAL_ERROR`. */
export function errorResponse(error: unknown, switches: Switches, path: string): RouteResponse {
  if (!(error instanceof ApiError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { status: 500, json: { error_code: 'INTERNAL_ERROR', message: `Emulator fault: ${text}` } };
  }
  const { code, message } = error;
  switch (error.shape) {
    case 'scim':
      return {
        status: error.status,
        json: {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
          detail: message,
          status: String(error.status),
        },
      };
    case 'oauth':
      return { status: error.status, json: { error: code, error_description: message } };
    case 'xml':
      return {
        status: error.status,
        headers: error.headers,
        contentType: 'application/xml',
        text: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
      };
    case 'json':
      break;
  }
  const older = path.startsWith('/api/2.0/mlflow/');
  const absent = code.endsWith('DOES_NOT_EXIST');
  const status = older && absent && switches.statusOfCodes === 'all-400' ? 400 : error.status;
  const reason = error.reason ?? (path.startsWith('/api/2.1/') ? code : undefined);
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason,
    domain: 'unity-catalog.databricks.com',
  };
  const details = reason === undefined ? {} : { details: [info] };
  return { status, json: { error_code: code, message, ...details } };
}
