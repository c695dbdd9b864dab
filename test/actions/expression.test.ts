import { expect, test } from 'vitest';
import { evaluate, expand, lets } from './expression.ts';

const contexts = { 'steps.a.outputs': { changed: 'true', empty: '' }, matrix: { model: 'fraud' } };

test.each([
  ["steps.a.outputs.changed == 'TRUE'", true],
  ["steps.a.outputs.changed != 'true' || steps.a.outputs.none", ''],
  ["matrix.model == 'fraud' && steps.a.outputs.changed || 'none'", 'true'],
  ["matrix.model == 'other' && steps.a.outputs.changed || 'none'", 'none'],
  ["!(steps.a.outputs.empty == '') || 'it''s'", "it's"],
  ["steps.a.outputs[format('{0}d', 'change')]", 'true'],
])('%s', (expression, expected) => {
  expect(evaluate(expression, contexts, { failed: false })).toBe(expected);
});

test.each(['vars.X', 'steps.b.outputs.x', 'steps.a.outputs.changed =', "'a' 'b'", 'never()', "('a'"])(
  '%s is an error, not an empty text',
  (expression) => {
    expect(() => evaluate(expression, contexts, { failed: false })).toThrow();
  },
);

test('an `if` asks that nothing failed, unless it asks for failures itself', () => {
  const after = (condition: string | undefined) =>
    [false, true].map((failed) => lets(condition, contexts, { failed }));
  expect(after(undefined)).toEqual([true, false]);
  expect(after("matrix.model == 'fraud'")).toEqual([true, false]);
  expect(after('failure()')).toEqual([false, true]);
  expect(after("${{ failure() && steps.a.outputs.changed == 'true' }}")).toEqual([false, true]);
  expect(after('always()')).toEqual([true, true]);
});

test('a job that was cancelled has not failed, whatever failed in it', () => {
  const after = (condition: string | undefined) =>
    [false, true].map((failed) => lets(condition, contexts, { failed, cancelled: true }));
  expect(after(undefined)).toEqual([false, false]);
  expect(after('success()')).toEqual([false, false]);
  expect(after('failure()')).toEqual([false, false]);
  expect(after('failure() || cancelled()')).toEqual([true, true]);
  expect(after('!cancelled()')).toEqual([false, false]);
  expect(lets('cancelled()', contexts, { failed: true })).toBe(false);
});

test('texts around expressions stay', () => {
  expect(
    expand('models:/${{ matrix.model }}/${{ steps.a.outputs.none || 7 }}'.replace('7', "'7'"), contexts),
  ).toBe('models:/fraud/7');
});
