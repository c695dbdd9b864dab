import { expect, test } from 'vitest';
import { compareSignatures } from '../../../src/policy/compatibility/compare.ts';
import { column, param, signature, tensor, type Part } from './signatures.ts';

const A = column('a');
const B = column('b');

test.each<[string, 'inputs' | 'outputs' | 'params', Part, Part, string]>([
  [
    'named tensors in another order',
    'inputs',
    [tensor('int64', [-1], 'a'), tensor('int64', [-1], 'b')],
    [tensor('int64', [-1], 'b'), tensor('int64', [-1], 'a')],
    'compatible order-changed inputs',
  ],
  [
    'params in another order',
    'params',
    [param('k', 'long', 1), param('l', 'long', 2)],
    [param('l', 'long', 2), param('k', 'long', 1)],
    'compatible order-changed params',
  ],
  ['a name declared once instead of twice', 'inputs', [A, A], [A], 'compatible name-repeated inputs.a'],
  ['a repeated name moved', 'inputs', [A, B, A], [A, A, B], 'compatible order-changed inputs'],
  [
    'another type of an output declared twice',
    'outputs',
    [column('a', 'string'), column('a', 'long')],
    [column('a', 'double'), column('a', 'long')],
    'breaking type-changed outputs.a',
  ],
  ['an output declared once more', 'outputs', [A], [A, A], 'breaking name-repeated outputs.a'],
  ['an output declared once less', 'outputs', [A, A], [A], 'breaking column-removed outputs.a'],
])('exact lets not pass: %s', (_title, part, before, after, expected) => {
  const [old, now] = [signature({ [part]: before }), signature({ [part]: after })];
  const { compatible, changes } = compareSignatures(old, now, 'exact');
  expect(changes.map((change) => `${change.class} ${change.kind} ${change.path}`)).toEqual([expected]);
  expect(compatible).toBe(false);
});

test('exact: the order of properties and of keys in a default is no change, since MLflow sorts them', () => {
  const typed = (first: string, second: string) =>
    signature({
      inputs: [
        {
          type: 'object',
          properties: { [first]: { type: 'long' }, [second]: { type: 'long' } },
          name: 'o',
          required: true,
        },
      ],
      params: [
        {
          name: 'p',
          type: 'object',
          properties: { [first]: { type: 'long' }, [second]: { type: 'long' } },
          default: { [first]: 1, [second]: 1 },
          shape: null,
        },
      ],
    });
  expect(compareSignatures(typed('k', 'l'), typed('l', 'k'), 'exact')).toMatchObject({
    compatible: true,
    changes: [],
  });
});
