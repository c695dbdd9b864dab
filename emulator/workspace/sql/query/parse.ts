import { syntaxError } from './refusal.ts';
import { tokensOf, type Token } from './tokens.ts';

/** An expression. */
export type Expression =
  | { kind: 'literal'; value: string | number | null }
  | { kind: 'parameter'; name: string }
  | { kind: 'path'; parts: string[] }
  | { kind: 'call'; name: string; parameters: Expression[] }
  | { kind: 'entry'; of: Expression; key: Expression }
  | { kind: 'compare'; sign: string; left: Expression; right: Expression }
  | { kind: 'in'; of: Expression; list: Expression[] }
  | { kind: 'null'; of: Expression; negated: boolean }
  | { kind: 'not'; of: Expression }
  | { kind: 'and' | 'or'; left: Expression; right: Expression };

/** The one form of a statement that the emulator knows: rows of one table. */
export interface Select {
  columns: { of: Expression; name: string }[];
  table: string[];
  where: Expression | undefined;
  order: { by: Expression; descending: boolean }[];
  limit: Expression | undefined;
}

const SIGNS = ['=', '<>', '!=', '<', '<=', '>', '>='];

/** Words that end an expression, so that none of them names a column. */
const RESERVED = ['SELECT', 'FROM', 'WHERE', 'ORDER', 'BY', 'LIMIT', 'AND', 'OR', 'NOT', 'IN', 'IS', 'AS'];

/** Reads a statement; throws a syntax error for whatever is not such a SELECT. */
export function parseSelect(statement: string): Select {
  return new Parser(tokensOf(statement)).select();
}

class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  select(): Select {
    this.need('SELECT');
    const columns = this.list(() => this.column());
    this.need('FROM');
    const table = this.parts();
    const where = this.takes('WHERE') ? this.or() : undefined;
    const order = this.takes('ORDER') ? this.order() : [];
    const limit = this.takes('LIMIT') ? this.operand() : undefined;
    this.takes(';');
    if (this.next.kind !== 'end') throw syntaxError(this.next.text);
    return { columns, table, where, order, limit };
  }

  private get next(): Token {
    return this.tokens[this.at] ?? { kind: 'end', text: '' };
  }

  /** Whether the word or sign comes next, which is then read. */
  private takes(text: string): boolean {
    const { kind, text: found } = this.next;
    const isIt = kind === 'sign' ? found === text : kind === 'word' && found.toUpperCase() === text;
    if (isIt) this.at += 1;
    return isIt;
  }

  private need(text: string): void {
    if (!this.takes(text)) throw syntaxError(this.next.text);
  }

  private list<Item>(read: () => Item): Item[] {
    const items = [read()];
    while (this.takes(',')) items.push(read());
    return items;
  }

  private column(): Select['columns'][number] {
    const start = this.at;
    const of = this.or();
    const spelled = this.tokens
      .slice(start, this.at)
      .map(({ text }) => text)
      .join('');
    return {
      of,
      name: this.takes('AS') ? this.name() : of.kind === 'path' ? (of.parts.at(-1) ?? '') : spelled,
    };
  }

  private order(): Select['order'] {
    this.need('BY');
    return this.list(() => {
      const by = this.operand();
      if (this.takes('ASC')) return { by, descending: false };
      return { by, descending: this.takes('DESC') };
    });
  }

  private or(): Expression {
    let left = this.and();
    while (this.takes('OR')) left = { kind: 'or', left, right: this.and() };
    return left;
  }

  private and(): Expression {
    let left = this.not();
    while (this.takes('AND')) left = { kind: 'and', left, right: this.not() };
    return left;
  }

  private not(): Expression {
    return this.takes('NOT') ? { kind: 'not', of: this.not() } : this.comparison();
  }

  private comparison(): Expression {
    const left = this.operand();
    const sign = SIGNS.find((each) => this.takes(each));
    if (sign !== undefined) return { kind: 'compare', sign, left, right: this.operand() };
    if (this.takes('IN')) {
      this.need('(');
      const list = this.list(() => this.operand());
      this.need(')');
      return { kind: 'in', of: left, list };
    }
    if (this.takes('IS')) {
      const negated = this.takes('NOT');
      this.need('NULL');
      return { kind: 'null', of: left, negated };
    }
    return left;
  }

  private operand(): Expression {
    let found = this.primary();
    while (this.takes('[')) {
      found = { kind: 'entry', of: found, key: this.operand() };
      this.need(']');
    }
    return found;
  }

  private primary(): Expression {
    if (this.takes('(')) {
      const inner = this.or();
      this.need(')');
      return inner;
    }
    if (this.takes('NULL')) return { kind: 'literal', value: null };
    const { kind, text } = this.next;
    if (kind === 'text' || kind === 'number' || kind === 'parameter') {
      this.at += 1;
      if (kind === 'parameter') return { kind, name: text };
      return { kind: 'literal', value: kind === 'number' ? Number(text) : text };
    }
    const parts = this.parts();
    const [name = ''] = parts;
    if (parts.length > 1 || !this.takes('(')) return { kind: 'path', parts };
    const parameters = this.takes(')') ? [] : this.list(() => this.or());
    if (parameters.length > 0) this.need(')');
    return { kind: 'call', name: name.toLowerCase(), parameters };
  }

  private parts(): string[] {
    const parts = [this.name()];
    while (this.takes('.')) parts.push(this.name());
    return parts;
  }

  private name(): string {
    const { kind, text } = this.next;
    const isName = kind === 'quoted' || (kind === 'word' && !RESERVED.includes(text.toUpperCase()));
    if (!isName) throw syntaxError(text);
    this.at += 1;
    return text;
  }
}
