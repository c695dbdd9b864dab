import { expect, test } from 'vitest';
import { shortTypeText } from '../../src/domain/data-type-text.ts';
import type { DataType } from '../../src/domain/model-signature.ts';

const scalar = (type: string): DataType => ({ kind: 'scalar', type });
const object = (name: string): DataType => ({
  kind: 'object',
  properties: [{ name, required: true, type: scalar('long') }],
});

test.each<[DataType, string]>([
  [{ kind: 'array', items: scalar('string') }, 'array<string>'],
  [{ kind: 'map', values: { kind: 'any' } }, 'map<string, any>'],
  [{ kind: 'sparkml-vector' }, 'Spark ML vector'],
  [
    {
      kind: 'object',
      properties: [
        { name: 'city', required: true, type: scalar('string') },
        { name: 'zip', required: false, type: { kind: 'array', items: scalar('long') } },
      ],
    },
    'object<city: string, zip?: array<long>>',
  ],
])('%#: %s', (type, text) => {
  expect(shortTypeText(type)).toBe(text);
});

test('a longer text is cut at the limit and never inside a character; one that fits is whole', () => {
  expect(shortTypeText({ kind: 'array', items: scalar('string') }, 13)).toBe('array<string>');
  expect(shortTypeText({ kind: 'array', items: scalar('string') }, 12)).toBe('array<string…');
  expect(shortTypeText(object('n'.repeat(500)), 20)).toBe(`object<${'n'.repeat(13)}…`);
  expect(shortTypeText(object('😀'.repeat(9)), 10)).toBe('object<😀…');
  expect(shortTypeText(object('n'.repeat(500)))).toHaveLength(121);
});
