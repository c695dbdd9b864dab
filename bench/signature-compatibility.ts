import type { ModelSignature } from '../src/domain/model-signature.ts';
import { parseSignature } from '../src/mlmodel/signature.ts';
import { compareSignatures } from '../src/policy/compatibility.ts';
import { compatibilitySection } from '../src/report/compatibility.ts';

/** Times the comparison of signatures of 10,000 columns and of 50 levels: `node bench/signature-compatibility.ts`. */

const ROUNDS = 15;
const COLUMNS = 10_000;
const LEVELS = 50;

function columnsText(type: string): string {
  return JSON.stringify(
    Array.from({ length: COLUMNS }, (_, index) => ({ type, name: `column_${index}`, required: true })),
  );
}

function levelsText(leaf: string): string {
  let type: object = { type: leaf };
  for (let level = 0; level < LEVELS; level += 1) {
    type =
      level % 2 === 0
        ? { type: 'array', items: type }
        : { type: 'object', properties: { [`level_${level}`]: type, other: { type: 'long' } } };
  }
  return JSON.stringify([{ ...type, name: 'x', required: true }]);
}

function read(inputs: string): ModelSignature {
  const reading = parseSignature({ inputs, outputs: null, params: null });
  if (!reading.ok) throw new Error(reading.problem);
  return reading.signature;
}

function time(name: string, work: () => number): void {
  const times: number[] = [];
  let count = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    count = work();
    times.push(performance.now() - start);
  }
  times.sort((left, right) => left - right);
  const shown = [times[0], times[Math.floor(ROUNDS / 2)], times.at(-1)].map((each) => (each ?? 0).toFixed(1));
  console.log(`${name}: best ${shown[0]}, median ${shown[1]}, worst ${shown[2]} ms; ${count} changes`);
}

const texts = { long: columnsText('long'), string: columnsText('string') };
const wide = { long: read(texts.long), string: read(texts.string) };
const deep = { long: read(levelsText('long')), string: read(levelsText('string')) };

console.log(`Node ${process.versions.node}, ${ROUNDS} rounds, ${COLUMNS} columns, ${LEVELS} levels`);
time(
  'compare, all columns differ',
  () => compareSignatures(wide.long, wide.string, 'callers').changes.length,
);
time('compare, all columns equal', () => compareSignatures(wide.long, wide.long, 'callers').changes.length);
time(
  'compare, the innermost of 50 levels differs',
  () => compareSignatures(deep.long, deep.string, 'callers').changes.length,
);
time(
  'read both texts and compare',
  () => compareSignatures(read(texts.long), read(texts.string), 'callers').changes.length,
);
time('table of 10,000 changes', () => {
  const comparison = compareSignatures(wide.long, wide.string, 'callers');
  compatibilitySection('Verdict', comparison);
  return comparison.changes.length;
});
