import { invalid } from '../../metastore/api-error.ts';

/** Languages of notebooks. */
export type Language = 'PYTHON' | 'SQL' | 'SCALA' | 'R';

/** What decides whether an import becomes a notebook. */
export interface Imported {
  readonly path: string;
  readonly bytes: Buffer;
  /** Case-sensitive. */
  readonly format: string;
  readonly language: Language | undefined;
}

/** First lines by which source text is a notebook, with extension and language. */
const HEADS: readonly (readonly [string, string, Language])[] = [
  ['.py', '# Databricks notebook source', 'PYTHON'],
  ['.r', '# Databricks notebook source', 'R'],
  ['.sql', '-- Databricks notebook source', 'SQL'],
  ['.scala', '// Databricks notebook source', 'SCALA'],
];

/** The notebook that an import becomes, its path without the extension; `undefined` for a file. */
export function languageOf({
  path,
  bytes,
  format,
  language,
}: Imported): { path: string; language: Language } | undefined {
  switch (format) {
    case 'RAW':
      return undefined;
    case 'AUTO':
      return byContent(path, bytes);
    case 'SOURCE':
      if (language === undefined) throw invalid('The language of a notebook in format SOURCE is needed.');
      return { path, language };
    case 'JUPYTER':
      return { path: path.replace(/\.ipynb$/, ''), language: language ?? 'PYTHON' };
    default:
      throw invalid(`The emulator imports SOURCE, AUTO, RAW and JUPYTER, not ${format}.`);
  }
}

function byContent(path: string, bytes: Buffer): { path: string; language: Language } | undefined {
  if (path.endsWith('.ipynb')) return { path: path.slice(0, -'.ipynb'.length), language: 'PYTHON' };
  const [first = ''] = bytes.subarray(0, 200).toString('utf8').split(/\r?\n/);
  const found = HEADS.find(([extension, head]) => path.toLowerCase().endsWith(extension) && first === head);
  return found && { path: path.slice(0, -found[0].length), language: found[2] };
}
