import { compose } from './yaml/composer.ts';
import { tagOf, textOf, type YamlNode } from './yaml/node.ts';
import { construct } from './yaml/safe-constructor.ts';

/**
 * A value of a YAML file, looked at only where it is asked for: aliases are followed and never copied, so that a small
 * file cannot become a large one, and a hash such as `12e34567` stays the text that it is.
 */
export interface YamlValue {
  readonly isNull: boolean;
  /** Python's truth of the value. */
  readonly isTruthy: boolean;
  /** A text, or an unquoted word as it stands (a number, a truth value, a date); undefined for the rest. */
  readonly text: string | undefined;
  /** False for a number, a truth value or a date, although it has a text. */
  readonly isText: boolean;
  /** The entries whose keys are texts, in the order of the file, the last of two equal keys kept; undefined for what is no map. */
  readonly map: ReadonlyMap<string, YamlValue> | undefined;
  /** Whether a map has a key that is no text. */
  readonly hasOtherKeys: boolean;
  readonly list: readonly YamlValue[] | undefined;
}

/** A YAML file as it was read. */
export interface YamlReading {
  readonly root: YamlValue;
  /** What Python's reader refuses in a value, such as a day that does not exist; the other values can be read. */
  readonly fault?: string;
}

/**
 * Reads one YAML document with the rules of PyYAML's safe loader: YAML 1.1, no unknown tags, one document, later keys
 * win. Undefined for a file without a document.
 *
 * @throws {ContentError} where it is no YAML, with what is wrong and the line, counted from 1.
 */
export function readYaml(text: string): YamlReading | undefined {
  const root = compose(text);
  if (root === undefined) return undefined;
  const fault = construct(root);
  return { root: new NodeValue(root), ...(fault === undefined ? {} : { fault }) };
}

const TEXT = tagOf('str');
const TAGS = new Map(
  ['null', 'bool', 'int', 'float', 'timestamp', 'binary', 'str', 'map', 'seq', 'set'].map((name) => [
    tagOf(name),
    name,
  ]),
);
const WITH_TEXT: ReadonlySet<string | undefined> = new Set(['bool', 'int', 'float', 'timestamp', 'str']);

class NodeValue implements YamlValue {
  readonly #node: YamlNode;
  readonly #tag: string | undefined;
  #map: ReadonlyMap<string, YamlValue> | undefined;

  constructor(node: YamlNode) {
    this.#node = node;
    this.#tag = TAGS.get(node.tag);
  }

  get isNull(): boolean {
    return this.#tag === 'null';
  }

  get isText(): boolean {
    return isText(this.#node);
  }

  get text(): string | undefined {
    return WITH_TEXT.has(this.#tag) ? textOf(this.#node) : undefined;
  }

  get isTruthy(): boolean {
    const node = this.#node;
    if (node.kind === 'list') return node.items.length > 0;
    if (node.kind === 'map' && (this.#tag === 'map' || this.#tag === 'set')) return node.entries.length > 0;
    return isTruthyText(textOf(node) ?? '', this.#tag);
  }

  get map(): ReadonlyMap<string, YamlValue> | undefined {
    if (this.#node.kind !== 'map' || this.#tag !== 'map') return undefined;
    this.#map ??= new Map(
      this.#node.entries
        .filter(([key]) => isText(key))
        .map(([key, value]) => [textOf(key) ?? '', new NodeValue(value)]),
    );
    return this.#map;
  }

  get hasOtherKeys(): boolean {
    return this.#node.kind === 'map' && this.#node.entries.some(([key]) => !isText(key));
  }

  get list(): readonly YamlValue[] | undefined {
    if (this.#node.kind !== 'list' || this.#tag !== 'seq') return undefined;
    return this.#node.items.map((item) => new NodeValue(item));
  }
}

function isText({ tag }: YamlNode): boolean {
  return tag === TEXT;
}

function isTruthyText(text: string, tag: string | undefined): boolean {
  switch (tag) {
    case 'null':
      return false;
    case 'bool':
      return /^(?:yes|true|on)$/i.test(text);
    case 'int':
      return /[1-9a-f]/i.test(text.replace(/^[-+]?0[bx]/, ''));
    case 'float':
      return text
        .replaceAll('_', '')
        .split(':')
        .some((part) => Number(part) !== 0);
    case 'binary':
      return /[A-Za-z0-9+/]/.test(text);
    default:
      return text !== '';
  }
}

/** Python's truth of a value that may not be there. */
export function isTruthyYaml(value: YamlValue | undefined): boolean {
  return value?.isTruthy === true;
}
