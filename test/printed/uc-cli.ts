/** The options that `bin/uc` knows by their long names (unitycatalog 0.6.0, `CliParams`). */
const LONG = [
  ...['identity_token', 'name', 'schema', 'catalog', 'model_name', 'run_id', 'source', 'properties'],
  ...['full_name', 'storage_location', 'max_results', 'page_token', 'table_type', 'format', 'columns'],
  ...['volume_type', 'new_name', 'input_params', 'data_type', 'path', 'def', 'language', 'comment'],
  ...['server', 'auth_token', 'output', 'version', 'force', 'securable_type', 'principal', 'privilege', 'id'],
  ...['external_id', 'email', 'filter', 'start_index', 'count', 'url', 'credential_name'],
  ...['aws_iam_role_arn', 'storage_root', 'help'],
] as const;

const SHORT = ['h', 'v'] as const;

/** What a call of `bin/uc` is about: its two words, and its options. */
export interface UcCall {
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string>>;
}

/** Reads a call as commons-cli 1.7.0 does (`DefaultParser`): a value that looks like an option is none. */
export function readUcCall([name, ...tokens]: readonly string[]): UcCall {
  if (name !== 'uc') throw new Error(`not bin/uc: ${name}`);
  const words: string[] = [];
  const options: Record<string, string> = {};
  for (let i = 0; i < tokens.length; i += 1) {
    const token = tokens[i] ?? '';
    if (!isOption(token)) words.push(token);
    else {
      const [option, ...more] = matching(token);
      const value = tokens[i + 1];
      if (option === undefined || more.length > 0 || token.includes('=')) throw new Error(`option ${token}`);
      if (value === undefined || isOption(value)) throw new Error(`missing argument for ${token}`);
      options[option] = withoutQuotes(value);
      i += 1;
    }
  }
  return { words, options };
}

function isOption(token: string): boolean {
  if (!token.startsWith('-') || token.length === 1) return false;
  const [name = ''] = token.split('=');
  const isShort = SHORT.some((each) => name.slice(1).startsWith(each));
  return matching(name).length > 0 || (!token.startsWith('--') && hasLongPrefix(token)) || isShort;
}

function matching(token: string): string[] {
  const name = token.replace(/^--?/u, '');
  const exact = LONG.filter((each) => each === name);
  return exact.length > 0 ? exact : LONG.filter((each) => each.startsWith(name));
}

function hasLongPrefix(token: string): boolean {
  const name = token.replace(/^--?/u, '');
  return LONG.some((each) => each.length > 1 && each.length < name.length && name.startsWith(each));
}

/** `Util.stripLeadingAndTrailingQuotes`. */
function withoutQuotes(text: string): string {
  const inner = text.slice(1, -1);
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') && !inner.includes('"') ? inner : text;
}
