import { describe, expect, test } from 'vitest';
import { caseFaults, folderNameFaults, requireFolderNames } from '../../src/policy/folder-names.ts';

const files = (...paths: string[]) => paths.map((path) => ({ path, size: 1 }));
const faults = (path: string, isWindows: boolean) =>
  folderNameFaults(files(path), { isWindows, reserved: '.uc-promote-download' });

describe('names that no folder takes, on any system', () => {
  test.each([
    ['a\\b.pkl', 'backslash'],
    ['weights\\..\\x', 'backslash'],
    ['.uc-promote-download/whole/MLmodel', 'is the name of a folder of this action'],
    ['.UC-Promote-Download', 'is the name of a folder of this action'],
    ['.git', 'the folder of Git'],
    ['.git/config', 'the folder of Git'],
    ['.GIT/hooks/post-checkout', 'the folder of Git'],
    ['.g\u200Cit/config', 'the folder of Git'],
    ['GIT~1/config', 'the folder of Git'],
    ['.git . /config', 'the folder of Git'],
    ['.git::$INDEX_ALLOCATION/config', 'the folder of Git'],
  ])('%s', (path, why) => {
    for (const isWindows of [true, false])
      expect(faults(path, isWindows)).toEqual([expect.stringContaining(why)]);
  });
});

describe('names that Windows does not take', () => {
  test.each([
    ['NUL', 'device'],
    ['code/aux.py', 'device'],
    ['con/MLmodel', 'device'],
    ['COM1.txt.bin', 'device'],
    ['com¹', 'device'],
    ['lpt9 .txt', 'device'],
    ['CONOUT$', 'device'],
    ['C:/Windows/x', 'character'],
    ['model.pkl:stream', 'character'],
    ['what?.txt', 'character'],
    ['tab\there', 'character'],
    ['trailing./MLmodel', 'ends with a period or a space'],
    ['trailing ', 'ends with a period or a space'],
  ])('%s', (path, why) => {
    expect(faults(path, true)).toEqual([expect.stringContaining(why)]);
    expect(faults(path, false)).toEqual([]);
  });

  test.each([
    'console.txt',
    'nul0',
    'com10.txt',
    'a.con',
    'auxiliary/x',
    '.gitignore',
    '.github/x',
    'code/git',
    'MLmodel',
  ])('%s is a name like any other', (path) => {
    expect(faults(path, true)).toEqual([]);
  });
});

test('files and folders that differ only in case are one where case does not count', () => {
  expect(caseFaults(files('MLmodel', 'mlmodel', 'x'))).toEqual(['MLmodel and mlmodel are one name here']);
  expect(caseFaults(files('Data/a', 'data/b'))).toEqual(['Data and data are one name here']);
  // The same letters, composed and not.
  expect(caseFaults(files('caf\u00E9', 'CAFE\u0301'))).toHaveLength(1);
  expect(caseFaults(files('a/x', 'b/x', 'a/y'))).toEqual([]);
});

test('what is wrong is one error, with at most five names', () => {
  requireFolderNames('models:/a.b.c/1', []);
  const many = Array.from({ length: 7 }, (_, index) => `f${index} has the name of a device`);
  expect(() => requireFolderNames('models:/a.b.c/1', many)).toThrow(
    /^models:\/a\.b\.c\/1 cannot be downloaded to this machine because of 7 names: f0 .*; f4 has the name of a device, and 2 more\. Nothing was downloaded\.$/u,
  );
});
