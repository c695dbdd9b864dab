import type * as yaml from 'yaml';
import { formatKeyPath } from '../domain/document-fault.ts';
import { show } from '../domain/printable.ts';
import type { OffsetFault } from './syntax-faults.ts';

/** A value that JSON has too. */
export type PlainValue =
  null | boolean | number | string | readonly PlainValue[] | { readonly [key: string]: PlainValue };

/** A value with the offsets where it and its key stand, and the same of what it is made of. */
export interface PlacedValue {
  readonly value: PlainValue;
  readonly at: number;
  /** Where its key stands; its own place for an item of a list. */
  readonly keyAt: number;
  readonly parts: ReadonlyMap<PropertyKey, PlacedValue>;
}

/** What was read of the nodes of a document. */
export interface ReadNodes {
  readonly root: PlacedValue;
  readonly faults: readonly OffsetFault[];
  /** Every key with its path, in the order of the text. */
  readonly keys: readonly { readonly offset: number; readonly path: string }[];
}

/**
 * Makes plain values of YAML's nodes. What JSON has no word for is a fault, and so is what makes two readers of YAML differ:
 * anchors, aliases, tags, keys that occur twice or are no texts.
 */
export function readNodes(node: yaml.ParsedNode | null, library: typeof yaml): ReadNodes {
  const faults: OffsetFault[] = [];
  const keys: { offset: number; path: string }[] = [];

  const read = (
    given: yaml.Node | null | undefined,
    keyAt: number,
    path: readonly PropertyKey[],
  ): PlacedValue => {
    const at = offsetOf(given) ?? keyAt;
    const leaf = (value: PlainValue): PlacedValue => ({ value, at, keyAt, parts: new Map() });
    if (given == null) return leaf(null);
    faults.push(...propertyFaults(given, at, library));
    if (library.isMap(given)) return readMap(given, { at, keyAt, path });
    if (library.isSeq(given)) return readList(given, { at, keyAt, path });
    if (!library.isScalar(given)) return leaf(null);
    // A value that is left out has its own place behind the key.
    if (given.value === null && given.source === '')
      return { value: null, at: keyAt, keyAt, parts: new Map() };
    const scalar = scalarOf(given);
    if (scalar.fault !== undefined) faults.push({ offset: at, ...scalar.fault });
    return leaf(scalar.value);
  };

  const readList = (list: yaml.YAMLSeq, { at, keyAt, path }: Where): PlacedValue => {
    const items = list.items.map((item, index) => {
      const itemAt = offsetOf(item) ?? at;
      return read(library.isNode(item) ? item : null, itemAt, [...path, index]);
    });
    return { value: items.map(({ value }) => value), at, keyAt, parts: new Map(items.entries()) };
  };

  const readMap = (map: yaml.YAMLMap, { at, keyAt, path }: Where): PlacedValue => {
    const parts = new Map<string, PlacedValue>();
    for (const { key, value } of map.items) {
      const offset = offsetOf(key) ?? at;
      const name = nameOf(key, library);
      if (library.isNode(key)) faults.push(...propertyFaults(key, offset, library));
      if (typeof name !== 'string') {
        if (!library.isAlias(key)) faults.push({ offset, ...name });
        continue;
      }
      keys.push({ offset, path: formatKeyPath([...path, name]) });
      const placed = read(library.isNode(value) ? value : null, offset, [...path, name]);
      if (parts.has(name)) {
        const problem = `The key "${show(name, 60)}" occurs twice.`;
        faults.push({ offset, problem, fix: 'Keep one of the two.' });
      } else parts.set(name, placed);
    }
    const value = Object.fromEntries(Array.from(parts, ([name, part]) => [name, part.value]));
    return { value, at, keyAt, parts };
  };

  return { root: read(node, 0, []), faults, keys };
}

/** Where a list or a mapping stands. */
interface Where {
  readonly at: number;
  readonly keyAt: number;
  readonly path: readonly PropertyKey[];
}

type Fault = Omit<OffsetFault, 'offset'>;

function offsetOf(node: unknown): number | undefined {
  const range = (node as { readonly range?: yaml.Range | null } | null | undefined)?.range;
  return range?.[0];
}

function propertyFaults(node: yaml.Node, offset: number, library: typeof yaml): OffsetFault[] {
  if (library.isAlias(node)) {
    const problem = `The alias *${show(node.source, 60)} stands for a value elsewhere.`;
    return [{ offset, problem, fix: 'Write the value itself; a text that begins with * needs quotes.' }];
  }
  const { anchor, tag } = node as { readonly anchor?: string; readonly tag?: string };
  const faults: OffsetFault[] = [];
  if (anchor !== undefined)
    faults.push({
      offset,
      problem: `The value has the anchor &${show(anchor, 60)}.`,
      fix: 'Remove it, and write each value where it is meant; a text that begins with & needs quotes.',
    });
  if (tag !== undefined)
    faults.push({
      offset,
      problem: `The value has the tag ${show(tag, 60)}.`,
      fix: 'Remove it: a text is written in quotes. A text that begins with ! needs quotes too.',
    });
  return faults;
}

/** A key as a text, or why it is none. */
function nameOf(key: unknown, library: typeof yaml): string | Fault {
  if (!library.isScalar(key))
    return { problem: 'A key is not a text.', fix: 'Write the key as a word, in one line.' };
  if (typeof key.value !== 'string') {
    const given = show(key.source ?? '', 60);
    return given === ''
      ? { problem: 'A key is missing before the colon.', fix: 'Write the key before the colon.' }
      : { problem: `The key ${given} is not a text.`, fix: `Write it in quotes: "${given}".` };
  }
  // JavaScript takes it for something else than a member.
  if (key.value === '__proto__')
    return { problem: 'The key "__proto__" is not allowed.', fix: 'Use another name.' };
  return key.value;
}

function scalarOf({ value, source }: yaml.Scalar): { readonly value: PlainValue; readonly fault?: Fault } {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return { value };
  const given = show(source ?? '', 60);
  const isKept =
    typeof value === 'number' &&
    Number.isFinite(value) &&
    (!Number.isInteger(value) || Number.isSafeInteger(value));
  if (isKept) return { value };
  const fault = {
    problem: `The number ${given} cannot be kept exactly.`,
    fix: `Write a smaller number, or a text in quotes: "${given}".`,
  };
  return { value: null, fault };
}
