import type { ModelSignature, SignatureFacts } from '../src/domain/model-signature.ts';
import type { SignatureComparison } from '../src/domain/signature-change.ts';
import { parseMlmodel } from '../src/mlmodel/mlmodel.ts';
import { parseSignature } from '../src/mlmodel/signature.ts';
import { compareFacts } from '../src/policy/compatibility/verdict.ts';
import { compareSignatures } from '../src/policy/compatibility/compare.ts';
import { compatibilitySection } from '../src/report/sections/compatibility.ts';
import { median, rounded, type Goal, type Measured } from './result.ts';

const ROUNDS = 15;
const COLUMNS = 10_000;
const LEVELS = 50;
/** What the project calls well under a second. */
const LIMIT_MS = 500;

interface Timed {
  readonly name: string;
  readonly changes: number;
  readonly timesMs: readonly number[];
}

/**
 * Times the comparison of signatures of 10,000 columns and of 50 levels, in milliseconds, 15 rounds each in this process;
 * the goals are for the medians of the whole response: both `MLmodel` files read, parsed and compared.
 */
export async function measureSignature(): Promise<Measured> {
  const wide = { long: columnsText('long'), string: columnsText('string') };
  const deep = { long: levelsText('long'), string: levelsText('string') };
  const [wideLong, wideString, deepLong, deepString] = [wide.long, wide.string, deep.long, deep.string].map(
    read,
  );
  if (!wideLong || !wideString || !deepLong || !deepString) throw new Error('a signature was not read');
  const differ = (): SignatureComparison => compareSignatures(wideLong, wideString, 'callers');
  const results = [
    await time(`compare, all of ${COLUMNS} columns differ`, differ),
    await time('compare, none differs', () => compareSignatures(wideLong, wideLong, 'callers')),
    await time(`compare, the innermost of ${LEVELS} levels differs`, () =>
      compareSignatures(deepLong, deepString, 'callers'),
    ),
    await time(`compare, then the table of ${COLUMNS} changes`, () => {
      const comparison = differ();
      compatibilitySection('Verdict', comparison);
      return comparison;
    }),
    await time('two MLmodel files, all columns differ', () => response(wide.long, wide.string)),
    await time('two MLmodel files, the innermost level differs', () => response(deep.long, deep.string)),
  ];
  return {
    name: 'signature',
    goals: results.slice(-2).map(({ name, timesMs }): Goal => ({
      name: `${name}, median`,
      value: rounded(median(timesMs), 1),
      atMost: LIMIT_MS,
      unit: 'ms',
    })),
    columns: ['what', 'best ms', 'median ms', 'worst ms', 'changes'],
    rows: results.map(({ name, changes, timesMs }) => [
      name,
      ...[Math.min(...timesMs), median(timesMs), Math.max(...timesMs)].map((each) => each.toFixed(1)),
      String(changes),
    ]),
    details: { rounds: ROUNDS, columns: COLUMNS, levels: LEVELS, results },
  };
}

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

function response(before: string, after: string): SignatureComparison {
  const found = compareFacts(factsOf(before), factsOf(after), 'callers');
  if (found.state !== 'compared') throw new Error(found.state);
  return found.comparison;
}

function factsOf(inputs: string): SignatureFacts {
  const mlmodel = parseMlmodel(
    Buffer.from(`flavors:\n  python_function: {}\nsignature:\n  inputs: '${inputs}'\n`),
  );
  return mlmodel.signature;
}

async function time(
  name: string,
  work: () => SignatureComparison | Promise<SignatureComparison>,
): Promise<Timed> {
  const timesMs: number[] = [];
  let changes = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    const comparison = await work();
    timesMs.push(rounded(performance.now() - start, 1));
    changes = comparison.changes.length;
  }
  return { name, changes, timesMs };
}
