import { describe, expect, test } from 'vitest';
import type { DataType, ModelSignature } from '../../../src/domain/model-signature.ts';
import { compareSignatures, NO_SIGNATURE } from '../../../src/policy/compatibility/compare.ts';
import {
  compareFacts,
  compatibilityVerdict,
  decideCompatibility,
} from '../../../src/policy/compatibility/verdict.ts';
import { changes, column, param, signature, tensor, type Part } from './signatures.ts';

const X = column('x');

describe('params and outputs', () => {
  test.each<[string, Part, Part, string[]]>([
    ['one more', null, [param('k', 'long', 1)], ['compatible param-added params.k']],
    ['one less', [param('k', 'long', 1)], null, ['breaking param-removed params.k']],
    ['wider', [param('k', 'long', 1)], [param('k', 'double', 1)], ['compatible type-widened params.k']],
    ['narrower', [param('k', 'double', 1)], [param('k', 'long', 1)], ['breaking type-changed params.k']],
    ['a list', [param('k', 'long', 1)], [param('k', 'long', [1], [-1])], ['breaking list-changed params.k']],
    ['default', [param('k', 'long', 1)], [param('k', 'long', 2)], ['warning default-changed params.k']],
  ])('param: %s', (_title, before, after, expected) => {
    expect(changes(before, after, 'params')).toEqual(expected);
  });

  test.each<[string, Part, Part, string[]]>([
    ['one less', [X, column('y')], [X], ['breaking column-removed outputs.y']],
    ['one more by name', [X], [X, column('y')], ['compatible column-added-required outputs.y']],
    [
      'one more by position',
      [{ type: 'long' }],
      [{ type: 'long' }, { type: 'long' }],
      ['breaking column-added-required outputs[1]'],
    ],
    [
      'wider is another type',
      [column('x', 'integer')],
      [column('x', 'long')],
      ['breaking type-changed outputs.x'],
    ],
    ['may be absent', [X], [column('x', 'double', false)], ['breaking became-optional outputs.x']],
    ['another order', [X, column('y')], [column('y'), X], ['warning order-changed outputs']],
    ['not declared any more', [X], null, ['breaking undeclared outputs']],
    [
      'a length opened',
      [tensor('float32', [-1, 3])],
      [tensor('float32', [-1, -1])],
      ['breaking length-opened outputs[0]'],
    ],
  ])('output: %s', (_title, before, after, expected) => {
    expect(changes(before, after, 'outputs')).toEqual(expected);
  });
});

describe('modes and verdicts', () => {
  const before = signature({ inputs: [X, column('z')], outputs: [column('score')] });
  const wider = signature({
    inputs: [X, column('z'), column('y', 'long', false)],
    outputs: [column('score')],
  });
  const narrower = signature({ inputs: [column('x', 'string'), column('z')], outputs: [column('score')] });
  const judged = (after: ModelSignature, mode: 'none' | 'callers' | 'exact') => {
    const found = { state: 'compared', comparison: compareSignatures(before, after, mode) } as const;
    return [
      found.comparison.compatible,
      decideCompatibility(found, mode, 'models:/a.b.c/6').allowed,
      compatibilityVerdict(found, 'models:/a.b.c/6'),
    ];
  };

  test('callers', () => {
    expect(judged(before, 'callers')).toEqual([
      true,
      true,
      'Callers of models:/a.b.c/6 can call this version: nothing changed',
    ]);
    expect(judged(wider, 'callers')).toEqual([
      true,
      true,
      'Callers of models:/a.b.c/6 can call this version: one optional column added',
    ]);
    expect(judged(narrower, 'callers')).toEqual([
      false,
      false,
      'Callers of models:/a.b.c/6 break: one input type changed',
    ]);
  });

  test('exact and none', () => {
    expect(judged(wider, 'exact').slice(0, 2)).toEqual([false, false]);
    expect(judged(before, 'exact').slice(0, 2)).toEqual([true, true]);
    expect(judged(narrower, 'none').slice(0, 2)).toEqual([true, true]);
  });

  test('a file that cannot be read is unknown; a version without a signature enforces nothing', () => {
    const unreadable = { state: 'unreadable', problem: 'Broken.', flavors: [] } as const;
    const declared = { state: 'declared', signature: before, flavors: [] } as const;
    const found = compareFacts(unreadable, declared, 'callers');
    expect(found).toEqual({
      state: 'unknown',
      problem: 'The compared version: Broken.',
      fix: expect.stringContaining('A version cannot be changed. Compare with another version') as string,
    });
    expect(decideCompatibility(found, 'callers', 'x').allowed).toBe(false);
    const absent = compareFacts({ state: 'absent', flavors: [] }, declared, 'callers');
    expect(absent).toMatchObject({ state: 'compared', comparison: { compatible: false } });
    const { outputs } = before;
    expect(compareSignatures(before, { ...NO_SIGNATURE, outputs }, 'callers').compatible).toBe(true);
    expect(compareSignatures(before, NO_SIGNATURE, 'callers').compatible).toBe(false);
  });
});

describe('size', () => {
  const many = (type: string): ModelSignature =>
    signature({ inputs: Array.from({ length: 10_000 }, (_, index) => column(`c${index}`, type)) });
  const deep = (leaf: string): ModelSignature => {
    let type: DataType = { kind: 'scalar', type: leaf };
    for (let level = 0; level < 50; level += 1) {
      type =
        level % 2 === 0
          ? { kind: 'array', items: type }
          : { kind: 'object', properties: [{ name: `p${level}`, required: true, type }] };
    }
    return { ...NO_SIGNATURE, inputs: [{ kind: 'column', name: 'x', required: true, type }] };
  };

  test('10,000 columns and 50 levels, all different, in well under a second', () => {
    const [first, second] = [many('long'), many('string')];
    const start = process.cpuUsage();
    expect(compareSignatures(first, second, 'callers').changes).toHaveLength(10_000);
    const [found] = compareSignatures(deep('long'), deep('string'), 'callers').changes;
    expect(found?.path.startsWith('inputs.x.p49[].p47[]')).toBe(true);
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1000).toBeLessThan(800);
  });
});
