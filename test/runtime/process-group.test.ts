import { expect, test } from 'vitest';
import { taskkill } from '../../src/runtime/process-group.ts';

test('on Windows a process is ended with all that it started', () => {
  expect(taskkill(42)).toEqual(['taskkill', ['/pid', '42', '/T', '/F']]);
});
