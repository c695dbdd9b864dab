import { ApiError } from './api-error.ts';
import { readNow } from './files.ts';
import type { Version } from './state.ts';

/**
 * The rule that Databricks states for registration, as a server would apply it at finalize: the MLmodel file
 * declares inputs and outputs. Reads just enough YAML for that: the `signature` map and its two keys.
 */
export function checkSignature(version: Version): void {
  const text = readNow(version, 'MLmodel');
  const block =
    text === undefined ? undefined : /^signature:[ ]*\r?\n((?:[ ]+.*(?:\r?\n|$))+)/m.exec(text)?.[1];
  const declares = (key: string): boolean => {
    const value = new RegExp(`^[ ]+${key}:[ ]*(.*)$`, 'm').exec(block ?? '')?.[1]?.trim();
    return value !== undefined && !['', 'null', '~', "''", '""', "'[]'"].includes(value);
  };
  if (declares('inputs') && declares('outputs')) return;
  throw new ApiError(
    400,
    'INVALID_PARAMETER_VALUE',
    'Model version does not contain a signature with both input and output type specifications.',
  );
}
