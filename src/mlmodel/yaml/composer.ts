import { show } from '../../domain/printable.ts';
import { ContentError } from '../content-error.ts';
import { fault } from './fault.ts';
import { tagOf, type ListNode, type MapNode, type YamlNode } from './node.ts';
import { tagOfWord } from './resolver.ts';
import { Scanner } from './scanner.ts';
import { TagHandles } from './tag-handles.ts';
import type { Token } from './token.ts';

/** Deepest nesting that is read; PyYAML's recursion ends near 490. */
export const MAX_YAML_DEPTH = 480;
/** Values and keys that are read: a file of MLflow's has some hundred, and one with 45,000 labels twice as many as labels. */
export const MAX_YAML_NODES = 500_000;

/** What a node has in front of it. */
interface Properties {
  readonly line: number;
  readonly anchor: string | undefined;
  readonly tag: string | undefined;
}

/** Where a node stands: in the open or inside brackets; a list may begin at its key's column only as a value or key. */
type Place = 'block' | 'block or list' | 'brackets';

/**
 * Reads the only document of a YAML text as nodes, by the grammar of PyYAML 6.0 (`parser.py`, `composer.py`); undefined
 * where there is none.
 *
 * @throws {ContentError} with the line, counted from 1.
 */
export function compose(text: string): YamlNode | undefined {
  return new Composer(text).document();
}

class Composer {
  readonly #tokens: Scanner;
  readonly #handles = new TagHandles();
  readonly #anchors = new Map<string, YamlNode>();
  #nodes = 0;

  constructor(text: string) {
    this.#tokens = new Scanner(text);
  }

  document(): YamlNode | undefined {
    const tokens = this.#tokens;
    if (tokens.isAt('end of the file')) return undefined;
    const isExplicit = tokens.isAt('directive', 'document start');
    if (isExplicit) this.#handles.read(tokens);
    if (isExplicit) this.#require('document start', 'after directives');
    const isEmpty =
      isExplicit && tokens.isAt('directive', 'document start', 'document end', 'end of the file');
    const root = isEmpty ? this.#nothing() : this.#node('block', 0);
    while (tokens.isAt('document end')) tokens.take();
    this.#require('end of the file', 'after the document');
    return root;
  }

  #require(kind: Token['kind'], where: string): void {
    const token = this.#tokens.peek();
    if (token.kind !== kind) throw fault(`${describe(token)} is not allowed ${where}`, token.line);
    this.#tokens.take();
  }

  /** A value that is left out. */
  #nothing(): YamlNode {
    return this.#count({ kind: 'scalar', line: this.#tokens.peek().line, tag: tagOfWord(''), text: '' });
  }

  #count<Node extends YamlNode>(node: Node): Node {
    this.#nodes += 1;
    if (this.#nodes > MAX_YAML_NODES) {
      throw new ContentError(`it has more than ${MAX_YAML_NODES} values and keys, and no more are read`);
    }
    return node;
  }

  #node(place: Place, depth: number): YamlNode {
    if (depth > MAX_YAML_DEPTH) {
      throw new ContentError(`it is nested too deep, in more than ${MAX_YAML_DEPTH} levels`);
    }
    const tokens = this.#tokens;
    const first = tokens.peek();
    if (first.kind === 'alias') {
      tokens.take();
      const target = this.#anchors.get(first.name);
      if (target === undefined) {
        throw fault(`it refers to the anchor "${show(first.name, 40)}", which is not defined`, first.line);
      }
      return target;
    }
    const properties = this.#properties();
    if (properties.anchor !== undefined && this.#anchors.has(properties.anchor)) {
      throw fault(`the anchor "${show(properties.anchor, 40)}" is defined twice`, properties.line);
    }
    const token = tokens.peek();
    if (token.kind === '-' && place === 'block or list') return this.#list(properties, 'in line', depth);
    if (token.kind === 'scalar') {
      tokens.take();
      const { tag } = properties;
      const isWord = tag === '!' || (tag === undefined && token.isPlain);
      const resolved = isWord ? tagOfWord(token.text) : (tag ?? tagOf('str'));
      return this.#note(properties, {
        kind: 'scalar',
        line: properties.line,
        tag: resolved,
        text: token.text,
      });
    }
    if (token.kind === '[') return this.#list(properties, 'brackets', depth);
    if (token.kind === '{') return this.#map(properties, 'brackets', depth);
    if (token.kind === 'block list' && place !== 'brackets') return this.#list(properties, 'block', depth);
    if (token.kind === 'block map' && place !== 'brackets') return this.#map(properties, 'block', depth);
    const { tag, anchor, line } = properties;
    if (tag === undefined && anchor === undefined) {
      throw fault(`${describe(token)} is found where a value is expected`, token.line);
    }
    const isWord = tag === undefined || tag === '!';
    return this.#note(properties, { kind: 'scalar', line, tag: isWord ? tagOfWord('') : tag, text: '' });
  }

  /** A tag and an anchor, in either order. */
  #properties(): Properties {
    const { line } = this.#tokens.peek();
    let anchor: string | undefined;
    let tag: string | undefined;
    for (let count = 0; count < 2; count += 1) {
      const token = this.#tokens.peek();
      if (token.kind === 'anchor' && anchor === undefined) anchor = token.name;
      else if (token.kind === 'tag' && tag === undefined) tag = this.#handles.resolve(token.tag, token.line);
      else break;
      this.#tokens.take();
    }
    return { line, anchor, tag };
  }

  #note<Node extends YamlNode>({ anchor }: Properties, node: Node): Node {
    this.#count(node);
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    return node;
  }

  #list(properties: Properties, form: 'in line' | 'block' | 'brackets', depth: number): ListNode {
    const items: YamlNode[] = [];
    const list = this.#note(properties, {
      kind: 'list' as const,
      line: properties.line,
      tag: collectionTag(properties, 'seq'),
      items,
    });
    if (form === 'brackets') this.#listInBrackets(items, depth);
    else if (form === 'block') this.#blockList(items, depth);
    else this.#listInLine(items, depth);
    return list;
  }

  #blockList(items: YamlNode[], depth: number): void {
    const tokens = this.#tokens;
    tokens.take();
    while (tokens.isAt('-')) {
      tokens.take();
      items.push(tokens.isAt('-', 'end of the block') ? this.#nothing() : this.#node('block', depth + 1));
    }
    this.#require('end of the block', 'in a list');
  }

  /** A list whose entries stand at the column of its key. */
  #listInLine(items: YamlNode[], depth: number): void {
    const tokens = this.#tokens;
    while (tokens.isAt('-')) {
      tokens.take();
      const isLeftOut = tokens.isAt('-', '?', ':', 'end of the block');
      items.push(isLeftOut ? this.#nothing() : this.#node('block', depth + 1));
    }
  }

  #listInBrackets(items: YamlNode[], depth: number): void {
    const tokens = this.#tokens;
    tokens.take();
    for (let isFirst = true; !tokens.isAt(']'); isFirst = false) {
      if (!isFirst) {
        this.#require(',', 'in a list in brackets');
        if (tokens.isAt(']')) break;
      }
      items.push(tokens.isAt('?') ? this.#pair(depth + 1) : this.#node('brackets', depth + 1));
    }
    tokens.take();
  }

  /** `[a: 1]`, a map of one entry inside a list. */
  #pair(depth: number): MapNode {
    const tokens = this.#tokens;
    const { line } = tokens.take();
    const pair = this.#count<MapNode>({ kind: 'map', line, tag: tagOf('map'), entries: [] });
    const key = tokens.isAt(':', ',', ']') ? this.#nothing() : this.#node('brackets', depth + 1);
    pair.entries.push([key, this.#valueInBrackets(']', depth)]);
    return pair;
  }

  #valueInBrackets(end: ']' | '}', depth: number): YamlNode {
    const tokens = this.#tokens;
    if (!tokens.isAt(':')) return this.#nothing();
    tokens.take();
    return tokens.isAt(',', end) ? this.#nothing() : this.#node('brackets', depth + 1);
  }

  #map(properties: Properties, form: 'block' | 'brackets', depth: number): MapNode {
    const map = this.#note<MapNode>(properties, {
      kind: 'map',
      line: properties.line,
      tag: collectionTag(properties, 'map'),
      entries: [],
    });
    if (form === 'block') this.#blockMap(map, depth);
    else this.#mapInBrackets(map, depth);
    return map;
  }

  #blockMap({ entries }: MapNode, depth: number): void {
    const tokens = this.#tokens;
    tokens.take();
    while (tokens.isAt('?')) {
      tokens.take();
      const key = this.#blockPart(depth);
      if (!tokens.isAt(':')) {
        entries.push([key, this.#nothing()]);
        continue;
      }
      tokens.take();
      entries.push([key, this.#blockPart(depth)]);
    }
    this.#require('end of the block', 'in a map');
  }

  #blockPart(depth: number): YamlNode {
    return this.#tokens.isAt('?', ':', 'end of the block')
      ? this.#nothing()
      : this.#node('block or list', depth + 1);
  }

  #mapInBrackets({ entries }: MapNode, depth: number): void {
    const tokens = this.#tokens;
    tokens.take();
    for (let isFirst = true; !tokens.isAt('}'); isFirst = false) {
      if (!isFirst) {
        this.#require(',', 'in a map in brackets');
        if (tokens.isAt('}')) break;
      }
      if (!tokens.isAt('?')) {
        entries.push([this.#node('brackets', depth + 1), this.#nothing()]);
        continue;
      }
      tokens.take();
      const key = tokens.isAt(':', ',', '}') ? this.#nothing() : this.#node('brackets', depth + 1);
      entries.push([key, this.#valueInBrackets('}', depth)]);
    }
    tokens.take();
  }
}

function collectionTag({ tag }: Properties, kind: 'seq' | 'map'): string {
  return tag === undefined || tag === '!' ? tagOf(kind) : tag;
}

function describe({ kind }: Token): string {
  if (kind === '?') return 'a key';
  if (kind === ':') return 'a colon';
  return /^\W$/.test(kind) ? `"${kind}"` : `the ${kind}`;
}
