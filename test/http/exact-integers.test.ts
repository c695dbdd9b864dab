import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExactly, stringifyExactly } from '../../src/http/exact-integers.ts';

test('an id of 64 bits keeps its digits, there and back', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (id) => {
      const text = stringifyExactly({ id, list: [id], 'a"b': 'x' });
      expect(text).toBe(`{"id":${id},"list":[${id}],"a\\"b":"x"}`);
      const isExact = Number.isSafeInteger(Number(id));
      const read = isExact ? Number(id) : String(id);
      expect(parseExactly(text)).toEqual({ id: read, list: [read], 'a"b': 'x' });
    }),
  );
});

test('whatever has no such number reads as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const value: unknown = JSON.parse(text);
      const holdsLarge = /\d{16}/u.test(text);
      if (!holdsLarge) expect(parseExactly(text)).toEqual(value);
      expect(stringifyExactly(value)).toBe(JSON.stringify(value));
    }),
  );
  for (const text of ['1.2345678901234567', '12345678901234567e3', '"12345678901234567890"', '1e300'])
    expect(parseExactly(text)).toBe(JSON.parse(text));
  expect(() => parseExactly('{"id": 12345678901234567890')).toThrow(SyntaxError);
});
