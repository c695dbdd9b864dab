import { quotedLiteral } from '../domain/literal.ts';

/** What YAML reads as a text when it stands without quotes, in the core schema and in that of YAML 1.1. */
const PLAIN = /^(?!(?:true|false|yes|no|on|off|null|y|n)$)[a-z_][\w./-]*$/iu;

/** Lines for a step's `with`, such as `status: approved`: what the runner passes for each is the text that is given here. */
export function workflowInputs(inputs: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(inputs)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? scalar(value) : value}`)
    .join('\n');
}

/** GitHub evaluates `${{ … }}` also between quotes: the mark itself is given as an expression. */
function scalar(text: string): string {
  return PLAIN.test(text) ? text : quotedLiteral(text.replaceAll('${{', "${{ '${{' }}"));
}
