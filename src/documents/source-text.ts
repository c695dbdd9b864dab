import type { DocumentFault } from '../domain/document-fault.ts';
import { unseenCharacters } from '../domain/printable.ts';
import { sizeText } from '../domain/size-text.ts';

/** The text of a file, or what is wrong with its bytes. */
export type SourceText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly faults: readonly DocumentFault[] };

/** One fault for each unseen character of a binary file would help nobody. */
const MOST_UNSEEN = 20;

/** What a decoder of UTF-8 leaves where the bytes are none. */
const REPLACED = '\uFFFD';

/**
 * Reads the bytes of a file as UTF-8. A character that people do not see is refused: they would review another file than is
 * read.
 */
export function readSourceText(bytes: Uint8Array, file: string, mostBytes: number): SourceText {
  if (bytes.length > mostBytes) {
    const problem = `The file has ${sizeText(bytes.length)}, more than the maximum of ${sizeText(mostBytes)}.`;
    const fix = 'Remove what is not needed, or split the file.';
    return { ok: false, faults: [{ place: { file, line: 1, column: 1 }, near: '', problem, fix }] };
  }
  const text = new TextDecoder('utf-8').decode(bytes);
  const faults: DocumentFault[] = [];
  for (const [index, line] of text.split(/\r?\n/u).entries()) {
    for (const { at, problem, fix } of oddIn(line)) {
      if (faults.length === MOST_UNSEEN) return { ok: false, faults };
      faults.push({ place: { file, line: index + 1, column: at + 1 }, near: '', problem, fix });
    }
  }
  return faults.length === 0 ? { ok: true, text } : { ok: false, faults };
}

function oddIn(line: string): { readonly at: number; readonly problem: string; readonly fix: string }[] {
  const replaced = line.indexOf(REPLACED);
  if (replaced >= 0)
    return [{ at: replaced, problem: 'These bytes are not UTF-8.', fix: 'Save the file as UTF-8.' }];
  return unseenCharacters(line)
    .filter(({ index }) => line[index] !== '\t')
    .map(({ index, spelled }) => ({
      at: index,
      problem: `It contains the character ${spelled}, which people do not see.`,
      fix: 'Delete it, or write a plain space in its place.',
    }));
}
