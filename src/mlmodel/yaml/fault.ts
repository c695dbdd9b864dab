import { ContentError } from '../content-error.ts';

/** An error at a line of a YAML text, which is counted from 0 here and from 1 for people. */
export function fault(problem: string, line: number): ContentError {
  return new ContentError(`line ${line + 1}: ${problem}`);
}
