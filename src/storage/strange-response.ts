import { PromoteError } from '../domain/errors.ts';

/** The error of a response of a store that came whole and is not what its API promises. */
export function strangeResponse(problem: string, call: string): PromoteError {
  return new PromoteError(`The response of ${call} ${problem}.`, {
    code: 'protocol',
    outcome: 'unavailable',
    fix: 'Run again later; if it stays, look at the storage, and at what stands between it and the runner.',
  });
}
