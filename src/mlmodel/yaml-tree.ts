import type * as Yaml from 'yaml';
import { show } from '../domain/text.ts';
import { ContentError } from './content-error.ts';

/**
 * A value of a YAML file, looked at only where it is asked for: aliases are followed and never copied, so that a small
 * file cannot become a large one, and a hash such as `12e34567` stays the text that it is.
 */
export interface YamlValue {
  readonly isNull: boolean;
  /** A quoted text, or an unquoted word as it stands (a number, a truth value); undefined for the rest. */
  readonly text: string | undefined;
  /** The entries in the order of the file, the last of two equal keys kept; undefined for what is not a map. */
  readonly map: ReadonlyMap<string, YamlValue> | undefined;
  readonly list: readonly YamlValue[] | undefined;
}

/** What no YAML text may hold, by the reader that MLflow uses (PyYAML `reader.py`, `NON_PRINTABLE`). */
const NOT_PRINTABLE = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
/**
 * As many marks (words, colons, dashes, blanks, line ends) as are read. The parser needs seconds for a file of 10 MB
 * that is all marks; one that MLflow wrote has some hundred, since a signature of any size is one quoted text.
 */
const MAX_MARKS = 200_000;
const TOO_DEEP = 'it is nested too deep';
const NULL_WORD = /^(?:~|null|Null|NULL|)$/u;

/**
 * Reads one YAML document with the rules of PyYAML's safe loader: YAML 1.1, no unknown tags, one document, later keys
 * win. The parser is loaded on first use, since most actions never need it.
 *
 * @throws {ContentError} with what is wrong and the line, counted from 1.
 */
export async function readYaml(text: string): Promise<YamlValue> {
  const foreign = NOT_PRINTABLE.exec(text);
  if (foreign !== null) {
    throw new ContentError(`it holds the character ${show(foreign[0])}, which YAML does not allow`);
  }
  const yaml = await import(/* webpackMode: "eager" */ 'yaml');
  refuseManyMarks(yaml, text);
  const lines = new yaml.LineCounter();
  try {
    const document = yaml.parseDocument(text, {
      version: '1.1',
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'error',
      lineCounter: lines,
    });
    const fault = document.errors[0] ?? document.warnings.find(({ code }) => code === 'TAG_RESOLVE_FAILED');
    if (fault !== undefined) {
      if (/call stack/u.test(fault.message)) throw new ContentError(TOO_DEEP);
      throw new ContentError(`line ${lines.linePos(fault.pos[0]).line}: ${show(fault.message, 100)}`);
    }
    return wrap(document.contents, { yaml, targets: followAliases(yaml, document) });
  } catch (error) {
    // The parser calls itself for each level, and a hostile file has as many as the stack does not.
    if (error instanceof RangeError) throw new ContentError(TOO_DEEP);
    throw error;
  }
}

function refuseManyMarks(yaml: typeof Yaml, text: string): void {
  const marks = new yaml.Lexer().lex(text);
  for (let count = 0; marks.next().done !== true; count += 1) {
    if (count > MAX_MARKS) throw new ContentError(`it has more than ${MAX_MARKS} words and marks of YAML`);
  }
}

interface Tree {
  readonly yaml: typeof Yaml;
  readonly targets: ReadonlyMap<Yaml.Alias, Yaml.Node>;
}

function followAliases(yaml: typeof Yaml, document: Yaml.Document): Map<Yaml.Alias, Yaml.Node> {
  const anchors = new Map<string, Yaml.Node>();
  const targets = new Map<Yaml.Alias, Yaml.Node>();
  yaml.visit(document, {
    Alias(_key, alias) {
      const target = anchors.get(alias.source);
      if (target === undefined)
        throw new ContentError(`it refers to "${show(alias.source, 40)}", which is not there`);
      targets.set(alias, target);
    },
    Value(_key, node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

function wrap(given: unknown, tree: Tree): YamlValue {
  const { yaml, targets } = tree;
  const node = yaml.isAlias(given) ? targets.get(given) : given;
  if (yaml.isScalar(node)) {
    const text = node.source ?? '';
    const isNull = node.type === 'PLAIN' && node.tag === undefined && NULL_WORD.test(text);
    return { isNull, text: isNull ? undefined : text, map: undefined, list: undefined };
  }
  return {
    isNull: node === null || node === undefined,
    text: undefined,
    get map() {
      if (!yaml.isMap(node)) return undefined;
      const entries = new Map<string, YamlValue>();
      for (const { key, value } of node.items) {
        const name = wrap(key, tree).text;
        if (name !== undefined) entries.set(name, wrap(value, tree));
      }
      return entries;
    },
    get list() {
      return yaml.isSeq(node) ? node.items.map((item) => wrap(item, tree)) : undefined;
    },
  };
}

/** Python's truth of a YAML 1.1 value. */
export function isTruthyYaml(value: YamlValue | undefined): boolean {
  if (value === undefined || value.isNull) return false;
  if (value.text !== undefined) return !/^(?:false|no|off|0|)$/iu.test(value.text);
  return (value.map?.size ?? value.list?.length ?? 0) > 0;
}
