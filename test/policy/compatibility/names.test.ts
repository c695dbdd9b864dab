import { describe, expect, test } from 'vitest';
import { compareSignatures } from '../../../src/policy/compatibility/compare.ts';
import { decideSignature } from '../../../src/policy/signature/decide.ts';
import { signatureToJson } from '../../../src/policy/signature/json.ts';
import { changes, column, signature, tensor, type Part } from './signatures.ts';

/** A column whose name may be no text. */
const odd = (name: unknown, type = 'double', required = true) => ({ type, name, required });
const [ZERO, ONE, TWO] = [odd(0), odd(1), odd(2)];
const B = column('b');

describe('names that count as false in Python, as MLflow goes through the columns', () => {
  test.each<[string, Part, Part, string[]]>([
    [
      'numbers in their order',
      [ZERO, ONE, TWO],
      [ZERO, ONE, odd(2, 'any')],
      ['compatible type-widened inputs["2"]'],
    ],
    [
      '0, 1, 2 → 1, 0, 2: the first is dropped',
      [ZERO, ONE, TWO],
      [ONE, ZERO, TWO],
      ['breaking name-false inputs["0"]', 'warning name-repeated inputs["1"]'],
    ],
    [
      '0, 1, 2 → 2, 0, 1: the first is dropped',
      [ZERO, ONE, TWO],
      [TWO, ZERO, ONE],
      ['breaking name-false inputs["0"]', 'warning name-repeated inputs["1"]'],
    ],
    [
      '1, 0, 2 → 0, 1, 2: one that was dropped is looked for',
      [ONE, ZERO, TWO],
      [ZERO, ONE, TWO],
      [
        'breaking became-required inputs["0"]',
        'breaking type-changed inputs["0"]',
        'compatible name-repeated inputs["1"]',
      ],
    ],
    [
      '0, 1 → 1, 0 of another type',
      [ZERO, ONE],
      [ONE, odd(0, 'string')],
      ['breaking name-false inputs["0"]', 'breaking name-repeated inputs["1"]'],
    ],
    ['an empty name, required', [B], [B, column('')], ['breaking name-false inputs']],
    ['an empty name, optional', [B], [B, column('', 'double', false)], ['breaking name-false inputs']],
    [
      'an empty name in between',
      [B, column('c')],
      [B, column('', 'double', false), column('c')],
      ['breaking name-false inputs'],
    ],
    ['an empty name in front', [B], [column('', 'double', false), B], ['breaking name-false inputs']],
    ['false and 0 are one name to Python', [ZERO, ONE], [odd(false), ONE], ['breaking name-false inputs']],
    ['1 and true are one name to Python', [ONE, odd(true)], [odd(true), ONE], ['breaking name-false inputs']],
    ['1 and true, as before', [ONE, odd(true)], [ONE, odd(true)], []],
    ['false in another place', [B], [B, odd(false)], ['breaking name-false inputs']],
    ['0.0 in another place', [B], [B, odd(0)], ['breaking name-false inputs']],
    ['a list for a name', [B], [B, odd(['x'])], ['breaking name-false inputs']],
    ['an object for a name', [B], [B, odd({})], ['breaking name-false inputs']],
    ['it refused every call before', [column(''), B], [B], ['compatible name-false inputs']],
    ['it refuses every call as before', [column(''), B], [column(''), B], []],
    ['it refuses every call as before, otherwise', [column(''), B], [B, column('')], []],
    [
      'a number and its text are two names',
      [ZERO, ONE],
      [odd('0'), odd('1')],
      [
        'breaking column-added-required inputs["0"]',
        'breaking column-added-required inputs["1"]',
        'warning reading-changed inputs',
        'compatible column-removed inputs["0"]',
        'compatible column-removed inputs["1"]',
      ],
    ],
    [
      'a text beside an optional number: over JSON callers may send it',
      [B, odd(1, 'double', false)],
      [B, odd(1, 'double', false), odd('1', 'double', false)],
      ['breaking type-changed inputs["1"]'],
    ],
    [
      'a data frame with a column 1 has none called true',
      [B, odd(1)],
      [B, odd(true)],
      ['breaking name-false inputs'],
    ],
  ])('%s', (_name, before, after, expected) => {
    expect(changes(before, after).sort()).toEqual([...expected].sort());
  });

  test.each<[string, Part, Part, string[]]>([
    [
      'an empty name moves',
      [tensor('int64', [-1], ''), tensor('int64', [-1], 'b')],
      [tensor('int64', [-1], 'b'), tensor('int64', [-1], '')],
      ['breaking tensor-added inputs[""]', 'compatible tensor-removed inputs[""]'],
    ],
    ['an empty name stays', [tensor('int64', [-1], '')], [tensor('int64', [-1], '')], []],
  ])('tensors: %s', (_name, before, after, expected) => {
    expect(changes(before, after)).toEqual(expected);
  });

  test('outputs: who reads the number 0 does not find the text', () => {
    expect(changes([ZERO], [odd('0')], 'outputs')).toEqual([
      'breaking column-removed outputs["0"]',
      'compatible column-added-required outputs["0"]',
    ]);
  });

  test('exact: a number that became its text is a change, and stays a number in the output', () => {
    const [before, after] = [signature({ inputs: [B, ONE] }), signature({ inputs: [B, odd('1')] })];
    expect(compareSignatures(before, after, 'exact').compatible).toBe(false);
    expect(signatureToJson(before).inputs).toMatchObject([{ name: 'b' }, { name: 1 }]);
  });
});

describe('the check of the signature says it', () => {
  const findings = (inputs: Part) => {
    const read = signature({ inputs, outputs: [B] });
    return decideSignature({ state: 'declared', signature: read, flavors: [] }).findings;
  };

  test.each<[string, Part, string]>([
    ['an empty name', [B, column('')], 'looks for the column 1 instead, which is not declared'],
    ['a list', [odd(['x'])], 'cannot use the name ["x"]'],
    ['0 in another place', [ONE, ZERO], 'the model never receives "0"'],
  ])('%s', (_name, inputs, sentence) => {
    expect(findings(inputs)).toMatchObject([{ code: 'signature-inputs-false-name', severity: 'warning' }]);
    expect(findings(inputs)[0]?.message).toContain(sentence);
  });

  test('numbers in their order are as good as names, and a number is not its text again', () => {
    expect(findings([ZERO, ONE])).toEqual([]);
    expect(findings([B, ONE, odd('1')])).toEqual([]);
    expect(findings([B, ONE, odd(1)])).toMatchObject([{ code: 'signature-inputs-repeated' }]);
  });
});
