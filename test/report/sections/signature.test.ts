import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ColumnSpec, DataType } from '../../../src/domain/model-signature.ts';
import { signatureTables } from '../../../src/report/sections/signature.ts';
import { anySignature } from '../../mlmodel/signatures.ts';

const scalar = (type: string): DataType => ({ kind: 'scalar', type });
const column = (name: string, type: DataType = scalar('double')): ColumnSpec => ({
  kind: 'column',
  name,
  required: true,
  type,
});

test('columns, tensors and params, each under its count', () => {
  expect(
    signatureTables({
      inputs: [column('amount'), { kind: 'column', name: 'note', required: false, type: { kind: 'any' } }],
      outputs: [{ kind: 'tensor', dtype: 'float32', shape: [-1, 2] }],
      params: [
        { name: 'stop', type: scalar('string'), default: ['a'], shape: [-1] },
        { name: 'fill', type: scalar('double'), default: Number.NaN, shape: null },
      ],
    }),
  ).toEqual([
    { kind: 'paragraph', text: 'Inputs: 2 columns' },
    {
      kind: 'table',
      columns: ['Name', 'Type', 'Required'],
      rows: [
        ['amount', 'double', 'yes'],
        ['note', 'any', 'no'],
      ],
    },
    { kind: 'paragraph', text: 'Outputs: 1 tensor' },
    { kind: 'table', columns: ['Name', 'Type', 'Shape'], rows: [['(position 1)', 'float32', '(any × 2)']] },
    { kind: 'paragraph', text: 'Params: 2 params' },
    {
      kind: 'table',
      columns: ['Name', 'Type', 'Default'],
      rows: [
        ['stop', 'array<string>', '["a"]'],
        ['fill', 'double', 'NaN'],
      ],
    },
  ]);
});

test('a missing half and an empty list are said', () => {
  expect(signatureTables({ inputs: null, outputs: [], params: null })).toEqual([
    { kind: 'paragraph', text: 'Inputs: not declared.' },
    { kind: 'paragraph', text: 'Outputs: an empty list.' },
  ]);
});

test('10,000 columns are 200 rows and the number of the rest', () => {
  const inputs = Array.from({ length: 10_000 }, (_, index) => column(`c${index}`));
  const [title, rows, rest] = signatureTables({ inputs, outputs: null, params: null });
  expect(title).toEqual({ kind: 'paragraph', text: 'Inputs: 10000 columns' });
  expect(rows?.kind === 'table' && rows.rows.length).toBe(200);
  expect(rest).toEqual({ kind: 'paragraph', text: '… and 9800 more.' });
});

test('cells are short and hold no control character, whatever the signature', () => {
  fc.assert(
    fc.property(anySignature, (signature) => {
      for (const block of signatureTables(signature)) {
        if (block.kind !== 'table') continue;
        for (const cell of block.rows.flat()) {
          expect(cell.length).toBeLessThanOrEqual(210);
          expect(cell).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        }
      }
    }),
  );
});
