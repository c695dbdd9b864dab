import { PromoteError } from '../domain/errors.ts';

/** The error of a call that a registry has nothing for; `what` goes after "has no". */
export function unsupported(what: string): PromoteError {
  return new PromoteError(`This registry has no ${what}.`, {
    code: 'unsupported',
    outcome: 'unsupported',
    fix: 'See the table of registries in docs/registries.md.',
  });
}
