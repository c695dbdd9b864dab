import { encodeValue } from '../../storage/place.ts';
import { quoteWord } from '../../domain/shell-word.ts';

/**
 * A command of the Databricks CLI. It puts its arguments into the path of a URL as they are, so that `a#b` would name
 * `a`: in each, all but letters, digits, `.`, `-` and `_` is percent-encoded. One that begins with `-` would be read as a flag: then all flags stand before `--`
 * (databricks/cli 1.13.0, `cmd/workspace`; databricks-sdk-go 0.175.0, `service/catalog/impl.go`; both observed).
 */
export function cliCommand(
  command: string,
  args: readonly string[],
  flags: Readonly<Record<string, string>> = {},
): string {
  const names = args.map((arg) => quoteWord(encodeArgument(arg)));
  const options = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, quoteWord(value)]);
  const isFlagLike = args.some((arg) => arg.startsWith('-'));
  const words = isFlagLike ? [...options, '--', ...names] : [...names, ...options];
  return ['databricks', command, ...words].join(' ');
}

function encodeArgument(text: string): string {
  return text.replace(/[^\p{L}\p{N}._-]|\p{Default_Ignorable_Code_Point}/gu, encodeValue);
}
