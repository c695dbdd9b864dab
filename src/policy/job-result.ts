import type { TaskOutput } from '../domain/job.ts';

/** What a task said of the version by itself: JSON with `passed`. */
export interface TaskResult {
  readonly passed: boolean;
  /** Everything that it said. */
  readonly said: Readonly<Record<string, unknown>>;
}

/** What a task said; `unreadable` is why it cannot be a result although it should be one. */
export type ReadResult = TaskResult | { readonly unreadable: string } | undefined;

/**
 * The result of a task: what a notebook exits with, or the last line that a script prints which is a JSON object with
 * `passed`. To exit a notebook counts as success, so that a text which says neither is no pass.
 */
export function resultOf({ exitValue, isCut, logs }: TaskOutput): ReadResult {
  if (exitValue !== undefined && exitValue.trim() !== '') {
    if (isCut) return { unreadable: 'is longer than the workspace keeps' };
    const said = objectIn(exitValue);
    if (said === undefined) return { unreadable: 'is not a JSON object' };
    return typeof said['passed'] === 'boolean'
      ? { passed: said['passed'], said }
      : { unreadable: 'has no "passed" that is true or false' };
  }
  const lines = (logs ?? '').split('\n').filter((line) => line.includes('"passed"'));
  for (const line of lines.reverse()) {
    const said = objectIn(line);
    if (said !== undefined && typeof said['passed'] === 'boolean') return { passed: said['passed'], said };
  }
  return undefined;
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
