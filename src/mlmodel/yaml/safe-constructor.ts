import { show } from '../../domain/printable.ts';
import { MAX_YAML_NODES } from './composer.ts';
import { MAX_CHAIN, tagOf, textOf, type MapNode, type YamlNode } from './node.ts';
import { SCALAR_FAULTS } from './scalar-fault.ts';

const [MERGE, VALUE, TEXT] = [tagOf('merge'), tagOf('value'), tagOf('str')];
const FAULTS = new Map(Object.entries(SCALAR_FAULTS).map(([name, fault]) => [tagOf(name), fault]));
/** What Python can have no key of. */
const COLLECTIONS = new Set(['map', 'set', 'seq', 'omap', 'pairs'].map(tagOf));

/**
 * Puts merged entries (`<<`) into the maps below a node, and says what PyYAML's safe constructor (6.0 `constructor.py`)
 * would refuse there first, as one sentence without a final period; undefined where it takes everything. What it refuses
 * stays in the tree, and the rest can be read.
 */
export function construct(root: YamlNode): string | undefined {
  return new SafeConstructor().faultOf(root);
}

class SafeConstructor {
  #fault: string | undefined;
  #merged = 0;

  faultOf(root: YamlNode): string | undefined {
    const collections = new Set<YamlNode>();
    const waiting = [root];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (collections.has(node)) continue;
      if (node.kind !== 'scalar') collections.add(node);
      for (const child of this.#childrenOf(node)) waiting.push(child);
    }
    return this.#fault;
  }

  #refuse(node: YamlNode, problem: string): undefined {
    this.#fault ??= `line ${node.line + 1}: ${problem}`;
  }

  /** The nodes that are constructed with this one. */
  #childrenOf(node: YamlNode): readonly YamlNode[] {
    switch (node.tag) {
      case tagOf('map'):
      case tagOf('set'):
        return this.#map(node);
      case tagOf('seq'):
        if (node.kind === 'list') return node.items;
        this.#refuse(node, 'it is tagged as a list but is not one');
        return [];
      case tagOf('omap'):
      case tagOf('pairs'):
        return this.#pairs(node);
      default:
        this.#scalar(node);
        return [];
    }
  }

  #map(node: YamlNode): readonly YamlNode[] {
    if (node.kind !== 'map') {
      this.#refuse(node, 'it is tagged as a map but is not one');
      return [];
    }
    this.#merge(node, 0);
    const children: YamlNode[] = [];
    for (const [key, value] of node.entries) {
      if (COLLECTIONS.has(key.tag)) this.#refuse(key, 'a list or a map is used as a key');
      children.push(key, value);
    }
    return children;
  }

  #pairs(node: YamlNode): readonly YamlNode[] {
    const pairs = node.kind === 'list' ? node.items : [];
    if (node.kind !== 'list' || pairs.some((pair) => pair.kind !== 'map' || pair.entries.length !== 1)) {
      this.#refuse(node, 'it is tagged as a list of pairs but is not one');
    }
    return pairs.flatMap((pair) => (pair.kind === 'map' ? pair.entries.flat() : []));
  }

  #scalar(node: YamlNode): void {
    const faultOf = FAULTS.get(node.tag);
    if (faultOf === undefined) {
      const shown = node.kind === 'scalar' ? ` of "${show(node.text, 40)}"` : '';
      this.#refuse(node, `the tag ${show(node.tag, 60)}${shown} is not read`);
      return;
    }
    const text = textOf(node);
    if (text === undefined) {
      this.#refuse(node, 'a list or a map is found where a text is expected');
      return;
    }
    const fault = faultOf(text);
    if (fault !== undefined) this.#refuse(node, `${show(text, 60)}: ${fault}`);
  }

  /** What `<<` names comes before a map's own entries, so that these win; of several maps the first wins. */
  #merge(map: MapNode, chain: number): void {
    if (!map.entries.some(([key]) => key.tag === MERGE || key.tag === VALUE)) return;
    if (chain > MAX_CHAIN) {
      this.#refuse(map, 'maps are merged into each other too often');
      return;
    }
    const merged: MapNode['entries'] = [];
    const own = map.entries;
    // One that merges itself must not meet its merge again.
    map.entries = own.filter(([key]) => key.tag !== MERGE);
    for (const [key, value] of own) {
      if (key.tag === MERGE) this.#collect(value, merged, chain);
      else if (key.tag === VALUE) key.tag = TEXT;
    }
    this.#merged += merged.length;
    if (this.#merged > MAX_YAML_NODES) {
      this.#refuse(map, `more than ${MAX_YAML_NODES} entries are merged`);
      return;
    }
    if (merged.length > 0) map.entries = [...merged, ...map.entries];
  }

  #collect(from: YamlNode, merged: MapNode['entries'], chain: number): void {
    const maps = from.kind === 'list' ? [...from.items].reverse() : [from];
    for (const map of maps) {
      if (map.kind !== 'map') {
        this.#refuse(from, 'the merged value is not a map');
        continue;
      }
      this.#merge(map, chain + 1);
      for (const entry of map.entries) merged.push(entry);
    }
  }
}
