import { win32 } from 'node:path';
import { expect, test } from 'vitest';
import { taskkill } from '../../src/runtime/process-group.ts';

test('on Windows a process is ended with all that it started', () => {
  const args = ['/pid', '42', '/T', '/F'];
  expect(taskkill(42, 'D:\\WinNT', win32)).toEqual(['D:\\WinNT\\System32\\taskkill.exe', args]);
  expect(taskkill(42, undefined, win32)).toEqual(['C:\\Windows\\System32\\taskkill.exe', args]);
});
