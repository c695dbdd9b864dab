import { hasCode, PromoteError } from '../domain/errors.ts';
import { isGeneralFix } from './errors.ts';

/** Who is asked, where it is no Databricks workspace: its failures must not send the reader to the host of one. */
export interface Peer {
  /** Stands before every error, such as `Microsoft Entra`; absent for the registry itself. */
  readonly name?: string;
  /** What to do where it fails. */
  readonly fix: string;
}

/** The error with the peer's name before it, and its fix in place of one about the registry's host. */
export function fromPeer(error: PromoteError, { name, fix }: Peer): PromoteError {
  if (name !== undefined && error.message.startsWith(`${name}: `)) return error;
  const own = error.details.fix;
  const isKept = own !== undefined && !isGeneralFix(own);
  if (name === undefined && (isKept || !hasCode(error, 'protocol'))) return error;
  return new PromoteError(name === undefined ? error.message : `${name}: ${error.message}`, {
    ...error.details,
    fix: isKept ? own : fix,
    cause: error,
  });
}
