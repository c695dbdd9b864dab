import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPins } from '../../../src/documents/pins/read-pins.ts';
import { writePins } from '../../../src/documents/pins/write-pins.ts';
import { pinKey, type Pin, type PinRules, type PinTarget } from '../../../src/domain/pin.ts';
import { bytesOf } from '../read.ts';

const UNITY: PinRules = { names: 'three-level', aliases: 'case-insensitive' };

const level = fc.string({
  unit: fc.constantFrom(
    'a',
    'B',
    'y',
    'n',
    'o',
    '1',
    '_',
    '-',
    '#',
    '"',
    "'",
    ':',
    '&',
    '*',
    'é',
    '😀',
    '{',
    ',',
  ),
  minLength: 1,
  maxLength: 6,
});
const name = fc
  .record({ catalog: level, schema: level, model: level })
  .filter(({ catalog, model }) => !/^["']/u.test(catalog) && !/["']$/u.test(model));
const alias = fc
  .string({ unit: fc.constantFrom('a', 'N', 'o', 'y', '1', '_', '-', 'é'), minLength: 1, maxLength: 6 })
  .filter((text) => !/^v\d+$/iu.test(text));
const number = fc.integer({ min: 1, max: 999_999 });
const target: fc.Arbitrary<PinTarget> = fc.oneof(
  number.map((version): PinTarget => ({ kind: 'version', version })),
  fc.record({ name, version: number }).map((copy): PinTarget => ({ kind: 'copy', ...copy })),
  fc.constant<PinTarget>({ kind: 'none' }),
);
const pins = fc
  .uniqueArray(fc.record({ name, alias, target }), { selector: (pin) => pinKey(pin, UNITY), maxLength: 8 })
  .filter((all) =>
    all.every(
      ({ name: pinned, target: to }) =>
        to.kind !== 'copy' || JSON.stringify(to.name).toLowerCase() !== JSON.stringify(pinned).toLowerCase(),
    ),
  )
  // A model in two spellings would be two keys of one model: what is live has one.
  .filter((all) => {
    const spellings = new Set(all.map((pin) => JSON.stringify(pin.name)));
    return spellings.size === new Set([...spellings].map((each) => each.toLowerCase())).size;
  });

test('what is written is read back the same, and the same pins are the same text in any order', async () => {
  await fc.assert(
    fc.asyncProperty(pins, fc.array(fc.nat(), { minLength: 8, maxLength: 8 }), async (given, order) => {
      const text = writePins(given);
      const read = await readPins([{ path: 'aliases.yml', bytes: bytesOf(text) }], UNITY);
      if (!read.ok) throw new Error(`${text}\n${JSON.stringify(read.faults)}`);
      const bare = ({ name: model, alias: named, target: to }: Omit<Pin, 'place'>) =>
        JSON.stringify([model, named, to]);
      expect(read.pins.map(bare).sort()).toEqual(given.map(bare).sort());
      const shuffled = given
        .map((pin, index) => ({ pin, at: order[index] ?? 0 }))
        .sort((a, b) => a.at - b.at)
        .map(({ pin }) => pin);
      expect(writePins(shuffled)).toBe(text);
      expect(writePins(read.pins)).toBe(text);
    }),
    { numRuns: 400 },
  );
});

test('400 models are readable and in order', () => {
  const many = Array.from({ length: 400 }, (_, index) => ({
    name: { catalog: 'prod', schema: 'ml_team', model: `m${399 - index}` },
    alias: index % 2 === 0 ? 'Champion' : 'yes',
    target: { kind: 'version', version: index + 1 } as const,
  }));
  const lines = writePins(many).split('\n');
  expect(lines).toHaveLength(801);
  expect(lines.slice(0, 4)).toEqual([
    'prod.ml_team.m0:',
    '  "yes": 400',
    'prod.ml_team.m1:',
    '  Champion: 399',
  ]);
});

test('nothing is a file that says so', () => {
  expect(writePins([])).toBe('{}\n');
});
