import { describe, expect, test } from 'vitest';
import { ENDINGS } from '../../../emulator/index.ts';
import { MEANINGS, meaningOf } from '../../../src/policy/run/ending.ts';

const ended = (code: string) => ({ code, message: '' });

test('every code that a workspace may give has a meaning, and no other has', () => {
  expect(Object.keys(MEANINGS).sort()).toEqual(Object.keys(ENDINGS).sort());
});

test('only SUCCESS passes, and only the code of the user fails', () => {
  const by = Object.groupBy(Object.keys(MEANINGS), (code) => meaningOf(ended(code)));
  expect(by.passed).toEqual(['SUCCESS']);
  expect(by.failed).toEqual(['SUCCESS_WITH_FAILURES', 'RUN_EXECUTION_ERROR']);
});

test.each(['', 'A_NEW_CODE', 'toString', '__proto__', 'success'])('a code %j is no verdict', (code) => {
  expect(meaningOf(ended(code))).toBe('platform');
});

describe('the older view alone', () => {
  test.each([
    ['TERMINATED', 'SUCCESS', 'passed'],
    ['TERMINATED', 'FAILED', 'failed'],
    ['TERMINATED', 'SUCCESS_WITH_FAILURES', 'failed'],
    ['TERMINATED', 'TIMEDOUT', 'stopped'],
    ['TERMINATED', 'CANCELED', 'stopped'],
    ['TERMINATED', 'UPSTREAM_FAILED', 'stopped'],
    ['TERMINATED', 'A_NEW_RESULT', 'platform'],
    ['TERMINATED', 'constructor', 'platform'],
    ['TERMINATED', undefined, 'platform'],
    ['INTERNAL_ERROR', 'FAILED', 'platform'],
    ['INTERNAL_ERROR', 'SUCCESS', 'platform'],
    ['SKIPPED', 'FAILED', 'stopped'],
    ['SKIPPED', 'MAXIMUM_CONCURRENT_RUNS_REACHED', 'full'],
    ['A_NEW_STATE', 'SUCCESS', 'platform'],
  ] as const)('%s with %s: %s', (lifeCycle, result, meaning) => {
    const view = { lifeCycle, message: '', ...(result === undefined ? {} : { result }) };
    expect(meaningOf(view)).toBe(meaning);
    // The newer one decides where both are there.
    expect(meaningOf({ ...view, code: 'SUCCESS' })).toBe('passed');
  });
});
