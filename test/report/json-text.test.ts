import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonText } from '../../src/report/json-text.ts';

const PIECE = 64 * 1024;

function written(value: unknown): string {
  return [...jsonText(value)].join('');
}

test('is what JSON.stringify writes, and a line feed', () => {
  const plain = fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 });
  fc.assert(
    fc.property(plain, (value) => {
      expect(written(value)).toBe(`${JSON.stringify(value, null, 2)}\n`);
    }),
  );
});

test('leaves out what is undefined, as JSON.stringify does', () => {
  const value = { none: undefined, list: [undefined, {}, []], inner: { none: undefined } };
  expect(written(value)).toBe(`${JSON.stringify(value, null, 2)}\n`);
});

test.each([-2, -1, 0, 1, 2])('parts no character, wherever it stands (%i)', (shift) => {
  const before = 'x'.repeat(PIECE - 1 + shift);
  for (const text of [
    `${before}😀${before}"`,
    `${before}\ud83d`,
    `${before}\ude00\ud83d${before}`,
    `${before}é`,
  ])
    expect(JSON.parse(written({ text }))).toEqual({ text });
  expect(written([`${before}😀${before}`])).toBe(`${JSON.stringify([`${before}😀${before}`], null, 2)}\n`);
});

test('holds little at once of a list and of a text without end', () => {
  const value = {
    list: Array.from({ length: 20_000 }, (_, index) => `item ${index}`),
    text: 'x'.repeat(10 * PIECE),
  };
  const pieces = [...jsonText(value)];
  expect(pieces.length).toBeGreaterThan(10);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(3 * PIECE);
  expect(pieces.join('')).toBe(`${JSON.stringify(value, null, 2)}\n`);
});
