import { syntaxError } from './refusal.ts';

/** One token of a statement; `text` is a word as it was spelled, or the value of a literal. */
export interface Token {
  kind: 'word' | 'quoted' | 'text' | 'number' | 'parameter' | 'sign' | 'end';
  text: string;
}

const PATTERNS: readonly (readonly [Token['kind'] | 'space', RegExp])[] = [
  ['space', /\s+|--[^\n]*|\/\*[^]*?\*\//y],
  ['parameter', /:[A-Za-z_]\w*/y],
  ['word', /[A-Za-z_]\w*/y],
  ['number', /\d+/y],
  ['text', /'(?:[^'\\]|\\[^])*'/y],
  ['quoted', /`(?:[^`]|``)+`/y],
  ['sign', /<=|>=|<>|!=|[=<>(),.;[\]*]/y],
];

/** The tokens of a statement, with one for its end. */
export function tokensOf(statement: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < statement.length;) {
    const found = PATTERNS.flatMap(([kind, pattern]) => {
      pattern.lastIndex = at;
      const text = pattern.exec(statement)?.[0];
      return text === undefined ? [] : [{ kind, text }];
    })[0];
    if (found === undefined) throw syntaxError(statement.charAt(at));
    at += found.text.length;
    if (found.kind !== 'space') tokens.push({ kind: found.kind, text: valueOf(found.kind, found.text) });
  }
  return [...tokens, { kind: 'end', text: '' }];
}

function valueOf(kind: Token['kind'], text: string): string {
  switch (kind) {
    case 'parameter':
      return text.slice(1);
    case 'text':
      return text.slice(1, -1).replaceAll(/\\(.)/gs, '$1');
    case 'quoted':
      return text.slice(1, -1).replaceAll('``', '`');
    default:
      return text;
  }
}
