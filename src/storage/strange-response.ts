import { PromoteError } from '../domain/errors.ts';

/** The error of a response of a store that came whole and is not what its API promises. */
export function strangeResponse(problem: string, call: string): PromoteError {
  return new PromoteError(`The response to ${call} ${problem}.`, {
    code: 'protocol',
    outcome: 'unavailable',
    fix: 'Run the step again later. If the error persists, check the storage and what is between it and the runner.',
  });
}
