import { describe, expect, test } from 'vitest';
import { compareSignatures } from '../../../src/policy/compatibility/compare.ts';
import { changes, column, object, signature, tensor, type Part } from './signatures.ts';

const X = column('x');

describe('inputs by column', () => {
  test.each<[string, Part, Part, string[]]>([
    ['nothing', [X], [X], []],
    [
      'a required one more',
      [X],
      [X, column('y')],
      ['breaking column-added-required inputs.y', 'warning reading-changed inputs'],
    ],
    [
      'an optional one more',
      [X, column('z')],
      [X, column('z'), column('y', 'long', false)],
      ['compatible column-added-optional inputs.y'],
    ],
    [
      'one less',
      [X, column('y')],
      [X],
      ['warning reading-changed inputs', 'compatible column-removed inputs.y'],
    ],
    ['optional', [X], [column('x', 'double', false)], ['compatible became-optional inputs.x']],
    ['required', [column('x', 'double', false)], [X], ['breaking became-required inputs.x']],
    ['any', [X], [column('x', 'any')], ['compatible type-widened inputs.x']],
    ['no longer any', [column('x', 'any')], [X], ['breaking type-changed inputs.x']],
    ['another order', [X, column('y')], [column('y'), X], ['compatible order-changed inputs']],
    ['names dropped', [X], [{ type: 'double' }], ['breaking names-dropped inputs']],
    ['names added', [{ type: 'double' }], [X], ['breaking names-added inputs']],
    ['to tensors', [X], [tensor('float64', [-1], 'x')], ['breaking columns-to-tensors inputs']],
    ['declared for the first time', null, [X], ['breaking declared inputs']],
    ['declared no longer', [X], null, ['warning undeclared inputs']],
    ['an empty list', [X], [], ['breaking emptied inputs']],
    ['twice the same', [X], [X, X], ['warning name-repeated inputs.x']],
    [
      'bytes twice',
      [column('x', 'binary')],
      [column('x', 'binary'), column('x', 'binary')],
      ['breaking name-repeated inputs.x'],
    ],
    [
      'one of a pair required',
      [column('x', 'double', false)],
      [X, column('x', 'double', false)],
      ['breaking became-required inputs.x', 'warning name-repeated inputs.x'],
    ],
    [
      'position: one more',
      [{ type: 'long' }],
      [{ type: 'long' }, { type: 'long' }],
      ['breaking column-added-required inputs[1]'],
    ],
    [
      'position: the last one less',
      [{ type: 'long' }, { type: 'string' }],
      [{ type: 'long' }],
      ['compatible column-removed inputs[1]'],
    ],
    [
      'position: the first one less',
      [{ type: 'long' }, { type: 'string' }],
      [{ type: 'string' }],
      ['breaking type-changed inputs[0]', 'compatible column-removed inputs[1]'],
    ],
    [
      'a first array beside a number',
      [X, column('y')],
      [X, column('y'), { type: 'array', items: { type: 'long' }, name: 'a' }],
      ['warning reading-changed inputs', 'compatible column-added-optional inputs.a'],
    ],
    [
      'the only column under another name, of a nested type',
      [{ type: 'array', items: { type: 'long' }, name: 'a', required: false }],
      [{ type: 'array', items: { type: 'string' }, name: 'b', required: false }],
      [
        'warning reading-changed inputs',
        'compatible column-removed inputs.a',
        'compatible column-added-optional inputs.b',
      ],
    ],
  ])('%s', (_title, before, after, expected) => {
    expect(changes(before, after)).toEqual(expected);
  });

  test('every pair of scalar types, as MLflow converts them', () => {
    const types = ['boolean', 'integer', 'long', 'float', 'double', 'string', 'binary', 'datetime'];
    const taken = types.flatMap((from) =>
      types.flatMap((to) => {
        const [first] = changes([column('x', from)], [column('x', to)]);
        return first === undefined || first.startsWith('breaking')
          ? []
          : [`${from} → ${to}: ${first.split(' ')[0] ?? ''}`];
      }),
    );
    expect(taken).toEqual([
      'integer → long: compatible',
      'integer → double: compatible',
      'float → double: compatible',
      'binary → string: warning',
    ]);
  });

  test('names that only look the same are other names, and it is said', () => {
    const { changes: found } = compareSignatures(
      signature({ inputs: [column('größe')] }),
      signature({ inputs: [column('gro\u0308\u200bße')] }),
      'callers',
    );
    expect(found.map(({ path, kind }) => [path, kind])).toEqual([
      ['inputs["gro\u0308\\u{200b}ße"]', 'column-added-required'],
      ['inputs', 'reading-changed'],
      ['inputs.größe', 'column-removed'],
    ]);
    expect(found[0]?.reason).toContain('resembles a removed column');
  });
});

describe('the reason of a changed type says what has it', () => {
  const long = column('x', 'long');
  const string = column('x', 'string');
  const nested = (type: string): Part => [object('a', { city: { type, required: true } })];
  const inputs = (part: Part) => signature({ inputs: part });
  const outputs = (part: Part) => signature({ inputs: null, outputs: part });
  const param = (type: object, fallback: unknown): ReturnType<typeof signature> =>
    signature({ inputs: null, params: [{ name: 'p', default: fallback, shape: null, ...type }] });
  const deep = (type: string, value: unknown) =>
    param({ type: 'object', properties: { k: { type, required: true } } }, { k: value });
  test.each([
    [
      'an input column',
      inputs([long]),
      inputs([string]),
      'MLflow does not convert an input column from long to string.',
    ],
    [
      'a property of one',
      inputs(nested('long')),
      inputs(nested('string')),
      'MLflow does not convert a property of an input column from long to string.',
    ],
    [
      'an item of one',
      inputs([{ type: 'array', items: { type: 'long' }, name: 'a', required: true }]),
      inputs([
        { type: 'array', items: { type: 'map', values: { type: 'long' } }, name: 'a', required: true },
      ]),
      'Callers send long as an item of an input column, but a map is now expected.',
    ],
    [
      'an output column',
      outputs([long]),
      outputs([string]),
      'Readers of this output column get another type, even if a number only becomes wider.',
    ],
    [
      'a param',
      param({ type: 'long' }, 1),
      param({ type: 'string' }, 'a'),
      'MLflow does not convert a param from long to string.',
    ],
    [
      'a property of a param',
      deep('long', 1),
      deep('string', 'a'),
      'MLflow does not convert a property of a param from long to string.',
    ],
    [
      'a param that is no object any more',
      deep('long', 1),
      param({ type: 'string' }, 'a'),
      'Callers send an object as a param, but string is now expected.',
    ],
  ])('%s', (_title, before, after, reason) => {
    const found = compareSignatures(before, after, 'callers').changes.filter(
      ({ kind }) => kind === 'type-changed',
    );
    expect(found.map((change) => change.reason)).toEqual([reason]);
  });
});

describe('inside columns', () => {
  const city = (more: object = {}) => [object('a', { city: { type: 'string', required: true }, ...more })];
  test.each<[string, Part, Part, string[]]>([
    [
      'an optional property more',
      city(),
      city({ zip: { type: 'long', required: false } }),
      ['compatible property-added-optional inputs.a.zip'],
    ],
    [
      'a required property more',
      city(),
      city({ zip: { type: 'long' } }),
      ['breaking property-added-required inputs.a.zip'],
    ],
    ['a property less', city({ zip: { type: 'long' } }), city(), ['breaking property-removed inputs.a.zip']],
    [
      'an object becomes a map',
      city(),
      [{ type: 'map', values: { type: 'string' }, name: 'a', required: true }],
      ['warning reading-changed inputs', 'compatible type-changed inputs.a'],
    ],
    [
      'an object with an optional property becomes a map',
      city({ zip: { type: 'string', required: false } }),
      [{ type: 'map', values: { type: 'string' }, name: 'a', required: true }],
      ['breaking type-changed inputs.a', 'warning reading-changed inputs'],
    ],
    [
      'items of an array',
      [{ type: 'array', items: { type: 'integer' }, name: 'a', required: true }],
      [{ type: 'array', items: { type: 'long' }, name: 'a', required: true }],
      ['compatible type-widened inputs.a[]'],
    ],
    [
      'text and bytes in an array',
      [{ type: 'array', items: { type: 'binary' }, name: 'a', required: true }],
      [{ type: 'array', items: { type: 'string' }, name: 'a', required: true }],
      ['breaking type-changed inputs.a[]'],
    ],
    [
      'values of a map',
      [{ type: 'map', values: { type: 'float' }, name: 'm', required: true }],
      [{ type: 'map', values: { type: 'integer' }, name: 'm', required: true }],
      ['breaking type-changed inputs.m{}'],
    ],
    [
      'an array of double becomes a vector',
      [{ type: 'array', items: { type: 'double' }, name: 'a', required: true }],
      [{ type: 'sparkml_vector', name: 'a', required: true }],
      ['warning type-changed inputs.a'],
    ],
    [
      'a scalar becomes an array',
      [X],
      [{ type: 'array', items: { type: 'double' }, name: 'x', required: true }],
      ['breaking type-changed inputs.x'],
    ],
  ])('%s', (_title, before, after, expected) => {
    expect(changes(before, after)).toEqual(expected);
  });
});

describe('tensors', () => {
  test.each<[string, Part, Part, string[]]>([
    [
      'dtype',
      [tensor('float32', [-1, 3])],
      [tensor('float64', [-1, 3])],
      ['breaking dtype-changed inputs[0]'],
    ],
    ['rank', [tensor('float32', [-1, 3])], [tensor('float32', [-1])], ['breaking rank-changed inputs[0]']],
    [
      'a length fixed',
      [tensor('float32', [-1, -1])],
      [tensor('float32', [-1, 3])],
      ['breaking length-fixed inputs[0]'],
    ],
    [
      'another length',
      [tensor('float32', [-1, 3])],
      [tensor('float32', [-1, 4])],
      ['breaking length-changed inputs[0]'],
    ],
    [
      'rows opened',
      [tensor('float32', [8, 3])],
      [tensor('float32', [-1, 3])],
      ['compatible length-opened inputs[0]'],
    ],
    [
      'an inner length opened',
      [tensor('float32', [-1, 3])],
      [tensor('float32', [-1, -1])],
      ['warning length-opened inputs[0]'],
    ],
    [
      'one more',
      [tensor('int64', [-1], 'a')],
      [tensor('int64', [-1], 'a'), tensor('int64', [-1], 'b')],
      ['breaking tensor-added inputs.b'],
    ],
    [
      'one less',
      [tensor('int64', [-1], 'a'), tensor('int64', [-1], 'b')],
      [tensor('int64', [-1], 'a')],
      ['compatible tensor-removed inputs.b'],
    ],
    [
      'a name',
      [tensor('float32', [-1, 3])],
      [tensor('float32', [-1, 3], 'a')],
      ['breaking names-added inputs'],
    ],
    [
      'a list of objects becomes ragged',
      [tensor('object', [2])],
      [tensor('object', [2, -1])],
      ['warning rank-changed inputs[0]'],
    ],
    [
      'a list of objects becomes ragged text, which JSON is converted to first',
      [tensor('object', [2])],
      [tensor('str', [2, -1])],
      ['breaking dtype-changed inputs[0]', 'breaking rank-changed inputs[0]'],
    ],
    [
      'a list of objects becomes ragged numbers',
      [tensor('object', [2])],
      [tensor('float64', [-1, -1])],
      ['breaking dtype-changed inputs[0]', 'breaking rank-changed inputs[0]'],
    ],
    ['older spelling of a dtype', [tensor('float', [-1])], [tensor('<f8', [-1])], []],
  ])('%s', (_title, before, after, expected) => {
    expect(changes(before, after)).toEqual(expected);
  });
});
