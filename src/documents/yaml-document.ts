import type * as yaml from 'yaml';
import { firstFaults, type DocumentFault } from '../domain/document-fault.ts';
import { show } from '../domain/printable.ts';
import type { TextPlace } from '../domain/text-place.ts';
import { readSourceText } from './source-text.ts';
import { syntaxFault, type OffsetFault } from './syntax-faults.ts';
import { nestedTooDeep } from './yaml-nesting.ts';
import { readNodes, type PlacedValue, type PlainValue, type ReadNodes } from './yaml-nodes.ts';

/** What a file may have at most. */
export interface DocumentLimits {
  readonly bytes: number;
  /** Lists and mappings within each other. */
  readonly depth: number;
}

/** A file of some thousand entries; the parser takes seconds for the worst that fits. */
export const DOCUMENT_LIMITS: DocumentLimits = { bytes: 256 * 1024, depth: 20 };

/** A file of YAML that was read: plain values, and where each of them stands. */
export interface YamlDocument {
  readonly file: string;
  readonly value: PlainValue;
  /** Where a value or its key stands; for what is not there, what it would be in. */
  placeOf(path: readonly PropertyKey[], part?: 'key' | 'value'): TextPlace;
}

/** A document, or everything that is wrong with its text. */
export type ReadYaml =
  | { readonly ok: true; readonly document: YamlDocument }
  | { readonly ok: false; readonly faults: readonly DocumentFault[] };

/**
 * Reads a file as one document of YAML 1.2, of values that JSON has too. The parser is evaluated here and nowhere else, so
 * that a run that reads no such file pays nothing for it.
 */
export async function readYaml(bytes: Uint8Array, file: string, limits = DOCUMENT_LIMITS): Promise<ReadYaml> {
  const source = readSourceText(bytes, file, limits.bytes);
  if (!source.ok) return source;
  const library = await import(/* webpackChunkName: "work" */ 'yaml');
  const lines = new library.LineCounter();
  const placeAt = (offset: number): TextPlace => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const { nodes, faults } = readText(source.text, lines, limits.depth, library);
  if (nodes === undefined || faults.length > 0)
    return { ok: false, faults: placed(faults, nodes?.keys ?? [], placeAt) };
  return { ok: true, document: documentOf(nodes.root, file, placeAt) };
}

interface ReadText {
  /** Absent where nothing could be read. */
  readonly nodes?: ReadNodes;
  readonly faults: readonly OffsetFault[];
}

function readText(text: string, lines: yaml.LineCounter, depth: number, library: typeof yaml): ReadText {
  const tokens = [...new library.Parser(lines.addNewLine).parse(text)];
  const deep = nestedTooDeep(tokens, depth);
  if (deep !== undefined) {
    const problem = `Lists and mappings are nested more than ${depth} deep.`;
    return { faults: [{ offset: deep, problem, fix: 'Write it with fewer levels.' }] };
  }
  // Keys are compared where they are read: the parser would compare each with each.
  const composer = new library.Composer({ uniqueKeys: false, merge: false, prettyErrors: false });
  const [first, second] = composer.compose(tokens);
  if (first === undefined) return { faults: [EMPTY] };
  const nodes = readNodes(first.contents, library);
  const found = [...first.errors, ...first.warnings]
    // A tag is a fault whether or not it is known.
    .filter(({ code }) => code !== 'TAG_RESOLVE_FAILED')
    .map(syntaxFault);
  const faults = [
    ...tokens.filter(({ type }) => type === 'directive').map(directiveFault),
    ...firstInLine(found, lines),
    ...nodes.faults,
    ...(second === undefined ? [] : [{ ...SECOND, offset: second.range[0] }]),
  ];
  if (faults.length > 0) return { nodes, faults };
  return nodes.root.value === null ? { faults: [EMPTY] } : { nodes, faults };
}

const EMPTY: OffsetFault = {
  offset: 0,
  problem: 'The file is empty.',
  fix: 'Write its content, or delete it.',
};

const SECOND = {
  problem: 'A second document begins here.',
  fix: 'Write one document: remove the line "---" or "..." and what belongs to another file.',
};

function directiveFault({ offset, source }: yaml.CST.Token & { readonly source?: string }): OffsetFault {
  return {
    offset,
    problem: `The line ${show(source ?? '%', 60)} is a directive, which may change what the file says.`,
    fix: 'Remove it. A text that begins with % needs quotes.',
  };
}

/** One mistake makes the parser complain of what follows too. */
function firstInLine(faults: readonly OffsetFault[], lines: yaml.LineCounter): OffsetFault[] {
  const seen = new Set<number>();
  return faults.filter(({ offset }) => {
    const { line } = lines.linePos(offset);
    const isFirst = !seen.has(line);
    seen.add(line);
    return isFirst;
  });
}

function placed(
  faults: readonly OffsetFault[],
  keys: ReadNodes['keys'],
  placeAt: (offset: number) => TextPlace,
): DocumentFault[] {
  const sorted = [...faults].sort((a, b) => a.offset - b.offset);
  return firstFaults(sorted, ({ offset, problem, fix }) => ({
    place: placeAt(offset),
    near: keys.findLast((key) => key.offset <= offset)?.path ?? '',
    problem,
    fix,
  }));
}

function documentOf(root: PlacedValue, file: string, placeAt: (offset: number) => TextPlace): YamlDocument {
  return {
    file,
    value: root.value,
    placeOf(path, part = 'value') {
      let found = root;
      for (const key of path) {
        const next = found.parts.get(key);
        if (next === undefined) return placeAt(found.keyAt);
        found = next;
      }
      return placeAt(part === 'key' ? found.keyAt : found.at);
    },
  };
}
