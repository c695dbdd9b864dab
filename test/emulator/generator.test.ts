import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generatedSlice, isGeneratedSlice } from '../../emulator/metastore/generator.ts';

const slices = fc.record({
  seed: fc.nat(3),
  offset: fc.oneof(fc.nat(20_000), fc.nat(2 ** 40)),
  length: fc.integer({ min: 1, max: 14_000 }),
});

test('bytes of the generator are known from any place on, and one that is wrong is seen', () => {
  fc.assert(
    fc.property(
      slices,
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      ({ seed, offset, length }, place, bits) => {
        const bytes = generatedSlice(seed, offset, length);
        expect(isGeneratedSlice(seed, offset, bytes)).toBe(true);
        const at = place % length;
        bytes[at] = (bytes[at] ?? 0) ^ bits;
        expect(isGeneratedSlice(seed, offset, bytes)).toBe(false);
      },
    ),
    { numRuns: 300 },
  );
});

test('bytes of another place are not taken for those of this one', () => {
  const page = 4096;
  expect(isGeneratedSlice(7, page, generatedSlice(7, 0, page))).toBe(false);
  expect(isGeneratedSlice(7, 0, generatedSlice(8, 0, page))).toBe(false);
});
