/** A scalar, with the tag that says how its text is read. */
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly line: number;
  /** Changes only where a map's key is a bare `=`, which is read as a text. */
  tag: string;
  readonly text: string;
}

/** A list. */
export interface ListNode {
  readonly kind: 'list';
  readonly line: number;
  tag: string;
  readonly items: YamlNode[];
}

/** A map as it stands in the file: keys are nodes, and equal ones may repeat. */
export interface MapNode {
  readonly kind: 'map';
  readonly line: number;
  tag: string;
  /** Changes where maps are merged into this one. */
  entries: (readonly [key: YamlNode, value: YamlNode])[];
}

/** A part of a YAML document. An alias is the node that it refers to, so that a node may stand in several places, and in itself. */
export type YamlNode = ScalarNode | ListNode | MapNode;

/** The text of a node that is read as a scalar: its own, or what a map has for the key `=`; undefined where it has none. */
export function textOf(node: YamlNode, chain = 0): string | undefined {
  if (node.kind === 'scalar') return node.text;
  if (node.kind === 'list' || chain > MAX_CHAIN) return undefined;
  const value = node.entries.find(([key]) => key.tag === tagOf('value'))?.[1];
  return value === undefined ? undefined : textOf(value, chain + 1);
}

/** A tag of YAML's own (`yaml.org,2002`), such as `str`. */
export function tagOf(name: string): string {
  return `tag:yaml.org,2002:${name}`;
}

/** Deepest chain of merges and defaults that is followed; Python's recursion ends near 1,000. */
export const MAX_CHAIN = 900;
