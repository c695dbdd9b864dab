import { describe, expect, test } from 'vitest';
import type { DataType, ModelSignature } from '../../../src/domain/model-signature.ts';
import { compareSignatures, NO_SIGNATURE } from '../../../src/policy/compatibility/compare.ts';
import { column, signature } from './signatures.ts';

/** Milliseconds of the processor, so that a busy machine does not count: many times what a linear comparison takes, a fraction of what a quadratic one did. */
const GENEROUS = 3000;

function inTime<T>(work: () => T): T {
  const start = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1000).toBeLessThan(GENEROUS);
  return result;
}

const scalar = (type: string): DataType => ({ kind: 'scalar', type });

describe('time grows with the size, not with its square', () => {
  test('one name, 50,000 times', () => {
    const inputs = Array.from({ length: 50_000 }, () => ({
      kind: 'column' as const,
      name: 'x',
      required: true,
      type: scalar('long'),
    }));
    const before: ModelSignature = { ...NO_SIGNATURE, inputs: inputs.slice(0, 1) };
    const after: ModelSignature = { ...NO_SIGNATURE, inputs };
    const { changes } = inTime(() => compareSignatures(before, after, 'callers'));
    expect(changes.map(({ kind }) => kind)).toEqual(['name-repeated']);
    expect(inTime(() => compareSignatures(after, after, 'exact')).changes).toEqual([]);
  });

  test('a param that is an object of 40,000 properties', () => {
    const names = Array.from({ length: 40_000 }, (_, index) => `p${index}`);
    const parts = {
      params: [
        {
          name: 'o',
          type: 'object',
          properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
          default: Object.fromEntries(names.map((name) => [name, 'x'])),
          shape: null,
        },
      ],
    };
    const read = inTime(() => signature(parts));
    expect(read.params?.[0]?.type.kind === 'object' && read.params[0].type.properties.length).toBe(40_000);
  });

  test('values of a default, 10,000 of them, that are objects of 2,000 optional properties', () => {
    const names = Array.from({ length: 2_000 }, (_, index) => `p${index}`);
    const properties = Object.fromEntries(names.map((name) => [name, { type: 'string', required: false }]));
    const value = Array.from({ length: 10_000 }, () => ({ p7: 'x' }));
    inTime(() =>
      signature({
        params: [
          {
            name: 'o',
            type: 'object',
            properties: { all: { type: 'array', items: { type: 'object', properties } } },
            default: { all: value },
            shape: null,
          },
        ],
      }),
    );
  });

  test.each([false, true])(
    'an object of 2,000 objects becomes a map of one of 2,000, required: %s',
    (required) => {
      const names = Array.from({ length: 2_000 }, (_, index) => `p${index}`);
      const values: DataType = {
        kind: 'object',
        properties: names.map((name) => ({ name, required, type: scalar('string') })),
      };
      const object: DataType = {
        kind: 'object',
        properties: names.map((name) => ({
          name,
          required: true,
          type: { kind: 'object', properties: [{ name, required, type: scalar('string') }] },
        })),
      };
      const one = (type: DataType): ModelSignature => ({
        ...NO_SIGNATURE,
        inputs: [{ kind: 'column', name: 'x', required: true, type }],
      });
      const { changes } = inTime(() =>
        compareSignatures(one(object), one({ kind: 'map', values }), 'callers'),
      );
      const changed = changes.find(({ kind }) => kind === 'type-changed');
      expect(changed?.class).toBe(required ? 'breaking' : 'compatible');
    },
  );

  test('a column many times, each time another type', () => {
    const inputs = Array.from({ length: 5_000 }, (_, index) => ({
      type: 'object',
      properties: { [`p${index}`]: { type: 'long' } },
      name: 'x',
      required: true,
    }));
    const { changes } = inTime(() =>
      compareSignatures(signature({ inputs: [column('x')] }), signature({ inputs }), 'callers'),
    );
    expect((changes.find(({ kind }) => kind === 'name-repeated')?.after ?? '').length).toBeLessThan(1200);
  });
});
