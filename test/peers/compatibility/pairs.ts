import { soughtKey, type NameKey } from '../../../src/domain/column-name.ts';
import type { ModelSignature } from '../../../src/domain/model-signature.ts';
import type { SignatureComparison } from '../../../src/domain/signature-change.ts';
import { parseSignature, type SignatureTexts } from '../../../src/mlmodel/signature.ts';
import { compareSignatures } from '../../../src/policy/compatibility/compare.ts';
import { signatureToJson } from '../../../src/policy/signature/json.ts';
import type { Edit } from './edit.ts';
import { EDITS } from './edits.ts';
import { drawSignature, type Draws } from './random.ts';

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
  /** Pairs in each cell of edit × verdict. */
  readonly perCell: number;
  /** Those of them that have no other edit, where that can be. */
  readonly alone: number;
  /** Share of compatible pairs, at least. */
  readonly compatible: number;
  readonly max: number;
}

/** A cell of the table edit × verdict, of which the pair's verdict counts, not what the edit would come to alone. */
export interface Cell {
  readonly edit: Edit;
  readonly compatible: boolean;
  /** Pairs that must be there, all and those with no other edit. */
  readonly wanted: { readonly all: number; readonly alone: number };
  /** Why nothing is wanted. */
  readonly impossible?: string;
}

/**
 * The cells of the table. An edit that always breaks has no compatible pair, but for one in which another edit undoes it;
 * one that never breaks has breaking pairs with other edits only.
 */
export function cellsOf({ perCell, alone }: Quota): Cell[] {
  return EDITS.flatMap((edit) =>
    [true, false].map((compatible): Cell => {
      if (edit.alone === 'either') return { edit, compatible, wanted: { all: perCell, alone } };
      if (compatible === (edit.alone.always === 'compatible'))
        return { edit, compatible, wanted: { all: perCell, alone } };
      return edit.alone.always === 'breaking'
        ? { edit, compatible, wanted: { all: 0, alone: 0 }, impossible: edit.alone.because }
        : { edit, compatible, wanted: { all: perCell, alone: 0 } };
    }),
  );
}

/** How many pairs a cell has, and how many of them have no other edit. */
export function countOf(pairs: readonly Pair[], { edit, compatible }: Cell): Cell['wanted'] {
  const inCell = pairs.filter(
    (pair) => pair.comparison.compatible === compatible && pair.edits.includes(edit.name),
  );
  return { all: inCell.length, alone: inCell.filter((pair) => pair.edits.length === 1).length };
}

interface Open {
  readonly cell: Cell;
  all: number;
  alone: number;
}

const isOpen = ({ all, alone }: Open): boolean => all > 0 || alone > 0;

/** Draws pairs until every cell and the share of compatible ones are filled, or until there are `max`. */
export function drawPairs(draws: Draws, quota: Quota): Pair[] {
  const table = cellsOf(quota).map((cell): Open => ({ cell, ...cell.wanted }));
  const pairs: Pair[] = [];
  let fine = 0;
  for (let tries = 0; tries < quota.max * 40 && pairs.length < quota.max; tries += 1) {
    const open = table.filter(isOpen);
    const short = fine < quota.compatible * pairs.length;
    if (open.length === 0 && !short) break;
    const wanted = open.length > 0 ? draws.pick(open) : undefined;
    const alone = wanted === undefined ? draws.chance(0.5) : wanted.alone > 0;
    const pair = drawPair(draws, wanted?.cell.edit ?? draws.pick(EDITS), alone, pairs.length);
    if (pair === undefined) continue;
    const isFine = pair.comparison.compatible;
    const filled = table.filter(
      (each) => each.cell.compatible === isFine && pair.edits.includes(each.cell.edit.name),
    );
    const fills = filled.some(({ all, alone: left }) => all > 0 || (left > 0 && pair.edits.length === 1));
    if (!fills && !(short && isFine)) continue;
    for (const each of filled) {
      each.all -= 1;
      if (pair.edits.length === 1) each.alone -= 1;
    }
    if (isFine) fine += 1;
    pairs.push(pair);
  }
  return pairs;
}

/** One pair with the edit, alone or with one or two others; undefined where an edit does not apply or changes nothing. */
function drawPair(draws: Draws, first: Edit, alone: boolean, id: number): Pair | undefined {
  const before = first.start?.(draws) ?? drawSignature(draws);
  const edits = [first];
  for (let more = alone ? 0 : 1 + draws.below(2); more > 0; more -= 1) edits.push(draws.pick(EDITS));
  let after: ModelSignature = before;
  const done: string[] = [];
  for (const edit of edits) {
    const edited = edit.apply(after, draws);
    if (edited === undefined || JSON.stringify(edited) === JSON.stringify(after)) {
      if (edit === first) return undefined;
      continue;
    }
    after = edited;
    done.push(edit.name);
  }
  // Over JSON such a column is converted to each type in turn; docs/signature-compatibility.md says what is judged then.
  if (repeatsDiffer(before) || repeatsDiffer(after)) return undefined;
  const texts = { before: textsOf(before), after: textsOf(after) };
  if (JSON.stringify(texts.before) === JSON.stringify(texts.after)) return undefined;
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

/** Whether MLflow looks for a column more than once, and not always as the same. */
function repeatsDiffer({ inputs }: ModelSignature): boolean {
  const seen = new Map<NameKey, string>();
  return (inputs ?? []).some((spec, index) => {
    const key = spec.name === undefined ? undefined : soughtKey(spec, index);
    if (key === undefined) return false;
    const text = JSON.stringify({ ...spec, name: null, rawName: null });
    const earlier = seen.get(key);
    seen.set(key, text);
    return earlier !== undefined && earlier !== text;
  });
}
