import type { Switches } from '../switches.ts';
import { ApiError } from '../metastore/api-error.ts';
import type { MetastoreState } from '../metastore/state.ts';

/** Finds who a bearer token belongs to; throws 401 (expired: by switch 403) like a workspace does. */
export function signIn(
  state: MetastoreState,
  switches: Switches,
  authorization: string | undefined,
  now: number,
): string {
  const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) {
    throw new ApiError(
      401,
      'UNAUTHENTICATED',
      'Credential was not sent or was of an unsupported type for this API.',
    );
  }
  const known = state.tokens.get(token);
  if (!known) throw new ApiError(401, 'UNAUTHENTICATED', 'Invalid access token.');
  if (known.expiresAt !== undefined && known.expiresAt <= now) {
    const status = switches.badTokenStatus;
    throw new ApiError(
      status,
      status === 401 ? 'UNAUTHENTICATED' : 'PERMISSION_DENIED',
      'Access token expired.',
    );
  }
  return known.principal;
}
