import type { ModelSignature } from '../../src/domain/model-signature.ts';
import type { SignatureComparison } from '../../src/domain/signature-change.ts';
import { parseSignature, type SignatureTexts } from '../../src/mlmodel/signature.ts';
import { compareSignatures } from '../../src/policy/compatibility.ts';
import { signatureToJson } from '../../src/policy/signature-json.ts';
import type { Edit } from './compatibility-edit.ts';
import { EDITS } from './compatibility-edits.ts';
import { drawSignature, type Draws } from './compatibility-random.ts';

/** Two signatures, the edits between them, and what our comparison makes of them. */
export interface Pair {
  readonly id: number;
  readonly edits: readonly string[];
  readonly before: SignatureTexts;
  readonly after: SignatureTexts;
  readonly comparison: SignatureComparison;
}

/** What the pairs must add up to. */
export interface Quota {
  readonly perCell: number;
  /** Share of compatible pairs, at least. */
  readonly compatible: number;
  readonly max: number;
}

/** A cell of the table edit × verdict; a breaking edit has no compatible one, unless another edit undoes it. */
export function cellsOf(edit: Edit): ('breaking' | 'compatible')[] {
  return edit.alone === 'breaking' ? ['breaking'] : ['breaking', 'compatible'];
}

export function cell(edit: string, compatible: boolean): string {
  return `${edit} × ${compatible ? 'compatible' : 'breaking'}`;
}

/** Draws pairs until every cell and the share of compatible ones are filled; the half of them has one edit only. */
export function drawPairs(draws: Draws, { perCell, compatible, max }: Quota): Pair[] {
  const wanted = new Map(
    EDITS.flatMap((edit) => cellsOf(edit).map((is) => [cell(edit.name, is === 'compatible'), perCell])),
  );
  const pairs: Pair[] = [];
  let fine = 0;
  for (let tries = 0; tries < max * 40 && pairs.length < max; tries += 1) {
    const open = EDITS.filter((edit) =>
      cellsOf(edit).some((is) => (wanted.get(cell(edit.name, is === 'compatible')) ?? 0) > 0),
    );
    const short = fine < compatible * pairs.length;
    if (open.length === 0 && !short && pairs.length > 0) break;
    const pair = drawPair(draws, open.length > 0 ? draws.pick(open) : draws.pick(EDITS), pairs.length);
    if (pair === undefined) continue;
    const isFine = pair.comparison.compatible;
    const fills = pair.edits.some((edit) => (wanted.get(cell(edit, isFine)) ?? 0) > 0);
    if (!fills && !(short && isFine)) continue;
    for (const edit of new Set(pair.edits)) {
      const key = cell(edit, isFine);
      const left = wanted.get(key);
      if (left !== undefined) wanted.set(key, left - 1);
    }
    if (isFine) fine += 1;
    pairs.push(pair);
  }
  return pairs;
}

function drawPair(draws: Draws, first: Edit, id: number): Pair | undefined {
  const before = drawSignature(draws);
  const edits = [first];
  const more = draws.chance(0.5) ? 0 : 1 + draws.below(2);
  for (let index = 0; index < more; index += 1) edits.push(draws.pick(EDITS));
  let after: ModelSignature = before;
  const done: string[] = [];
  for (const edit of edits) {
    const edited = edit.apply(after, draws);
    if (edited === undefined) continue;
    after = edited;
    done.push(edit.name);
  }
  if (!done.includes(first.name)) return undefined;
  // Over JSON such a column is converted to each type in turn; docs/signature-compatibility.md says what is judged then.
  if (repeatsDiffer(before) || repeatsDiffer(after)) return undefined;
  const texts = { before: textsOf(before), after: textsOf(after) };
  const read = { before: parseSignature(texts.before), after: parseSignature(texts.after) };
  // What our reader refuses (a vector as a property) MLflow refuses too, which other tests prove.
  if (!read.before.ok || !read.after.ok) return undefined;
  const comparison = compareSignatures(read.before.signature, read.after.signature, 'callers');
  return { id, edits: done, ...texts, comparison };
}

function textsOf(signature: ModelSignature): SignatureTexts {
  const { inputs, outputs, params } = signatureToJson(signature);
  const text = (part: unknown): string | null => (part === null ? null : JSON.stringify(part));
  return { inputs: text(inputs), outputs: text(outputs), params: text(params) };
}

/** Whether a name is declared more than once, and not always the same. */
function repeatsDiffer({ inputs }: ModelSignature): boolean {
  const seen = new Map<string, string>();
  return (inputs ?? []).some((spec) => {
    if (spec.name === undefined) return false;
    const text = JSON.stringify(spec);
    const earlier = seen.get(spec.name);
    seen.set(spec.name, text);
    return earlier !== undefined && earlier !== text;
  });
}
