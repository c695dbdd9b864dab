import type { TaskOutput } from '../../domain/job.ts';

/** What a task said of the version by itself: JSON with `passed`. */
export interface TaskResult {
  readonly passed: boolean;
  /** Everything that it said. */
  readonly said: Readonly<Record<string, unknown>>;
}

/** What a task said; `unreadable` is why it cannot be a result although it should be one. */
export type ReadResult = TaskResult | { readonly unreadable: string } | undefined;

/** That a workspace gives back a part only. */
const CUT = 'is longer than the workspace keeps';

/**
 * The result of a task: what a notebook exits with, or the last line that a script prints which is a JSON object with
 * `passed`. To exit a notebook counts as success, and so does the end of a script: what says something of `passed` and cannot be
 * read, or may have said it in a part that is lost, is no pass.
 */
export function resultOf({ exitValue, isCut, logs }: TaskOutput): ReadResult {
  if (exitValue !== undefined && exitValue.trim() !== '') {
    if (isCut) return { unreadable: CUT };
    const said = objectIn(exitValue);
    return said === undefined ? { unreadable: 'is not a JSON object' } : flagOf(said);
  }
  const lines = (logs ?? '').split('\n').filter((line) => line.includes('"passed"'));
  const stating = lines.map(statementIn).filter((each) => each !== undefined);
  const last = stating.findLast(({ isOwn }) => isOwn);
  if (last !== undefined) return last.result;
  if (stating.length > 0) return { unreadable: 'has "passed" in a line that is not a JSON object' };
  return isCut ? { unreadable: CUT } : undefined;
}

/** What a line states, and whether it is meant as a result: it begins as an object does. */
interface Statement {
  readonly isOwn: boolean;
  readonly result: NonNullable<ReadResult>;
}

/** What a line says of `passed`; undefined where it only has the word, or says it of something within. */
function statementIn(line: string): Statement | undefined {
  const said = objectIn(line);
  if (said !== undefined)
    return Object.hasOwn(said, 'passed') ? { isOwn: true, result: flagOf(said) } : undefined;
  // Python writes NaN, which is no JSON, and an object over several lines.
  if (!/"passed"\s*:/u.test(line)) return undefined;
  return { isOwn: line.trimStart().startsWith('{'), result: { unreadable: 'is not a JSON object' } };
}

function flagOf(said: Readonly<Record<string, unknown>>): NonNullable<ReadResult> {
  const { passed } = said;
  return typeof passed === 'boolean'
    ? { passed, said }
    : { unreadable: 'has no "passed" that is true or false' };
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
