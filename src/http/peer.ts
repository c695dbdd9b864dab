import { PromoteError } from '../domain/errors.ts';
import { isGeneralFix } from './errors.ts';

/** Who is asked, where it is not the registry: its failures must not send the reader to the registry's host. */
export interface Peer {
  /** Stands before every error, such as `Microsoft Entra`. */
  readonly name: string;
  /** What to do where it fails. */
  readonly fix: string;
}

/** The error with the peer's name before it, and its fix in place of one about the registry's host. */
export function fromPeer(error: PromoteError, { name, fix }: Peer): PromoteError {
  if (error.message.startsWith(`${name}: `)) return error;
  const own = error.details.fix;
  return new PromoteError(`${name}: ${error.message}`, {
    ...error.details,
    fix: own === undefined || isGeneralFix(own) ? fix : own,
    cause: error,
  });
}
