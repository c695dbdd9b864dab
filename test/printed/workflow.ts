import { parse } from 'yaml';

/**
 * The inputs that a step of a workflow gets from lines of its `with`: YAML, then GitHub's expressions, of which only a
 * quoted text is one here, then every value as text (GitHub documentation, workflow syntax and expressions).
 */
export function inputsOf(text: string): Record<string, string> {
  const read: unknown = parse(text, { schema: 'core' });
  if (typeof read !== 'object' || read === null) throw new Error(`no inputs: ${text}`);
  return Object.fromEntries(Object.entries(read).map(([name, value]) => [name, evaluated(textOf(value))]));
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`a value that no input takes: ${JSON.stringify(value)}`);
}

function evaluated(text: string): string {
  const found = /\$\{\{(.*?)\}\}/su.exec(text);
  if (found === null) {
    if (text.includes('${{')) throw new Error(`an expression does not end: ${text}`);
    return text;
  }
  const [expression, inner = ''] = found;
  const literal = /^ '((?:[^']|'')*)' $/su.exec(inner)?.[1];
  if (literal === undefined) throw new Error(`GitHub would evaluate ${expression}`);
  const after = found.index + expression.length;
  return `${text.slice(0, found.index)}${literal.replaceAll("''", "'")}${evaluated(text.slice(after))}`;
}
