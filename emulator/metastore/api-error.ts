/**
 * A refusal as Databricks words it: HTTP status, `error_code` and message.
 * Routes throw it; the server turns it into `{"error_code", "message", "details"}`
 * (or the SCIM or XML form of it, see `shape`).
 */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly shape: 'json' | 'scim' | 'oauth' | 'xml';
  /** Reason in the `ErrorInfo` of the response, where clients look for one. */
  readonly reason: string | undefined;
  /** Headers of the answer. */
  headers: Readonly<Record<string, string>> = {};

  constructor(
    status: number,
    code: string,
    message: string,
    shape: 'json' | 'scim' | 'oauth' | 'xml' = 'json',
    reason?: string,
  ) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.shape = shape;
    this.reason = reason;
  }
}

/** 400 `INVALID_PARAMETER_VALUE`. */
export function invalid(message: string): ApiError {
  return new ApiError(400, 'INVALID_PARAMETER_VALUE', message);
}

/** 403 `PERMISSION_DENIED`; message forms seen on Databricks name the privilege and the securable. */
export function denied(message: string): ApiError {
  return new ApiError(403, 'PERMISSION_DENIED', message);
}

/** 404 `RESOURCE_DOES_NOT_EXIST` unless another code is given. */
export function missing(message: string, code = 'RESOURCE_DOES_NOT_EXIST'): ApiError {
  return new ApiError(404, code, message);
}
