import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ContentError } from '../../src/mlmodel/content-error.ts';
import { isTruthy, nameText, parsePythonJson, toPlain } from '../../src/mlmodel/python-json.ts';

const plain = (text: string): unknown => toPlain(parsePythonJson(text));

describe('parsePythonJson', () => {
  test('reads what JSON.parse reads, to the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.nat(3), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        const rounded = (_key: string, item: unknown): unknown =>
          typeof item === 'bigint' ? Number(item) : item;
        expect(JSON.stringify(plain(text), rounded)).toBe(JSON.stringify(JSON.parse(text)));
      }),
      { numRuns: 500 },
    );
  });

  test('refuses what JSON.parse refuses, but for the words that Python adds', () => {
    const pieces = fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      '"a"',
      '1',
      '-',
      '0',
      '.5',
      'e3',
      'null',
      'true',
      ' ',
      '\\',
      '"',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        let native = true;
        try {
          JSON.parse(text);
        } catch {
          native = false;
        }
        let ours = true;
        try {
          parsePythonJson(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ContentError);
          ours = false;
        }
        expect(ours, text).toBe(native);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['NaN', Number.NaN],
    ['[Infinity, -Infinity]', [Infinity, -Infinity]],
    ['9007199254740993', 9007199254740993n],
    ['-18446744073709551616', -18446744073709551616n],
    ['1e3', 1000],
    ['"\\ud83d\\ude00\\/\\n"', '😀/\n'],
  ])('%s', (text, value) => {
    expect(plain(text)).toEqual(value);
  });

  test('keeps the order of keys, and the last of two equal ones', () => {
    const value = parsePythonJson('{"b": 1, "1": 2, "__proto__": 3, "b": 4}');
    expect(value instanceof Map ? [...value.keys()] : []).toEqual(['b', '1', '__proto__']);
    expect(JSON.stringify(toPlain(value))).toBe('{"1":2,"b":4,"__proto__":3}');
  });

  test.each([
    ['', 'the text ends at character 1'],
    ['[1, 2', 'a list does not end at character 6'],
    ['{"a" 1}', 'a colon is missing at character 6'],
    ['{a: 1}', 'a key is missing at character 2'],
    ['"a\nb"', 'a text is not terminated or contains a character that is not allowed at character 3'],
    ['[1] x', 'something follows the end at character 5'],
    ['9'.repeat(4301), 'a number is too long at character 4302'],
    ['['.repeat(100_000), 'it is nested deeper than 500 levels'],
  ])('%#: says what is wrong and where', (text, problem) => {
    const isLimit = problem.includes('500 levels');
    expect(() => parsePythonJson(text)).toThrow(new ContentError(problem, isLimit));
  });
});

test.each([
  ['null', false],
  ['false', false],
  ['0', false],
  ['0.0', false],
  ['""', false],
  ['[]', false],
  ['{}', false],
  ['NaN', true],
  ['"false"', true],
  ['[0]', true],
  ['-1', true],
])('isTruthy(%s) is %s, as in Python', (text, expected) => {
  expect(isTruthy(parsePythonJson(text))).toBe(expected);
});

test.each([
  ['"a"', 'a'],
  ['0', '0'],
  ['["a", 1]', '["a",1]'],
  ['12345678901234567890', '12345678901234567890'],
])('a name written as %s reads as %s', (text, expected) => {
  expect(nameText(parsePythonJson(text))).toBe(expected);
});
