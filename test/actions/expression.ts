/** What stands behind `${{ … }}`: `vars`, `secrets`, `inputs`, `github`, `steps.x.outputs`, each with its values by name. */
export type Contexts = Readonly<Record<string, Readonly<Record<string, Value>>>>;

/** A value of an expression; an input of the type boolean is no text. */
export type Value = string | boolean;

/** How a job stands; `success()`, `failure()` and `cancelled()` ask for it. */
export interface Standing {
  readonly failed: boolean;
  /** Whether it was cancelled, by a person or by its time limit: then it has not failed, whatever failed in it; default: no. */
  readonly cancelled?: boolean;
}

const TOKEN =
  /\s*(?:(?<text>'(?:[^']|'')*')|(?<name>[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)|(?<sign>&&|\|\||[!=]=|[!()[\],]))/uy;

/** The value of one expression of a workflow: GitHub's operators, with texts and truth values only. Throws for a name that is not known. */
export function evaluate(expression: string, contexts: Contexts, standing: Standing): Value {
  const { failed, cancelled = false } = standing;
  const tokens = tokensOf(expression);
  let at = 0;
  const take = (sign: string): boolean => {
    if (tokens[at] !== sign) return false;
    at += 1;
    return true;
  };
  const need = (sign: string): void => {
    if (!take(sign))
      throw new Error(`"${expression}": "${sign}" is missing before "${tokens[at] ?? 'its end'}".`);
  };
  const either = (): Value => {
    let value = both();
    while (take('||')) {
      const next = both();
      value = isTrue(value) ? value : next;
    }
    return value;
  };
  const both = (): Value => {
    let value = compared();
    while (take('&&')) {
      const next = compared();
      value = isTrue(value) ? next : value;
    }
    return value;
  };
  const compared = (): Value => {
    const value = single();
    // GitHub compares texts without case.
    if (take('==')) return same(value, single());
    if (take('!=')) return !same(value, single());
    return value;
  };
  const single = (): Value => {
    if (take('!')) return !isTrue(single());
    if (take('(')) {
      const value = either();
      need(')');
      return value;
    }
    const token = tokens[at] ?? '';
    at += 1;
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (take('(')) return called(token);
    if (!take('[')) return valueOf(token, contexts);
    const name = either();
    need(']');
    return valueOf(`${token}.${String(name)}`, contexts);
  };
  const called = (name: string): Value => {
    const given: Value[] = [];
    if (!take(')')) {
      do given.push(either());
      while (take(','));
      need(')');
    }
    switch (name) {
      case 'always':
        return true;
      case 'success':
        return !failed && !cancelled;
      case 'failure':
        return failed && !cancelled;
      case 'cancelled':
        return cancelled;
      case 'format': {
        const [pattern = '', ...values] = given.map(String);
        return pattern.replaceAll(/\{(\d)\}/gu, (_all, index: string) => values[Number(index)] ?? '');
      }
      default:
        throw new Error(`"${expression}": nothing is known of ${name}().`);
    }
  };
  const value = either();
  if (at < tokens.length) throw new Error(`"${expression}": "${tokens[at]}" is one word too many.`);
  return value;
}

/** Whether an `if:` lets a job or a step run: without a question about that it asks that nothing failed or was cancelled. */
export function lets(condition: string | undefined, contexts: Contexts, standing: Standing): boolean {
  const text = /^\s*\$\{\{(?<inner>.*)\}\}\s*$/su.exec(condition ?? '')?.groups?.['inner'] ?? condition;
  const { failed, cancelled = false } = standing;
  const goesOn = !failed && !cancelled;
  if (text === undefined) return goesOn;
  const asks = /\b(?:always|failure|success|cancelled)\(\)/u.test(text);
  return (asks || goesOn) && isTrue(evaluate(text, contexts, standing));
}

/** The text with the value of each `${{ … }}`. */
export function expand(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{(?<expression>.+?)\}\}/gu, (_all, expression: string) =>
    String(evaluate(expression, contexts, { failed: false })),
  );
}

function tokensOf(expression: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(expression);
    if (found === null)
      throw new Error(`"${expression}" is not understood from "${expression.slice(at)}" on.`);
    tokens.push(found[0].trim());
  }
  return tokens;
}

function valueOf(name: string, contexts: Contexts): Value {
  if (name === 'true' || name === 'false') return name === 'true';
  const at = name.lastIndexOf('.');
  const context = contexts[name.slice(0, at)];
  if (at < 0 || context === undefined) throw new Error(`Nothing is known of ${name}.`);
  return context[name.slice(at + 1)] ?? '';
}

function isTrue(value: Value): boolean {
  return value !== '' && value !== false;
}

function same(one: Value, other: Value): boolean {
  return String(one).toLowerCase() === String(other).toLowerCase();
}
