import { describe, expect, test } from 'vitest';
import { leftFolders, sameFolder, scriptFolderName } from '../../../src/policy/run/script-folder.ts';

const RUN = { repository: 'acme/models', runId: '42', attempt: '2' };
const TOKEN = 'a'.repeat(64);
const NOW = Date.parse('2026-11-29T12:00:00Z');
const HOUR = 3_600_000;

const nameOf = (run: Partial<typeof RUN>, until: number, token = TOKEN) =>
  scriptFolderName({ run: { ...RUN, ...run }, token, until });

test('a name is a folder that any workspace takes, and says until when it is in use', () => {
  const name = nameOf({}, NOW);
  expect(name).toMatch(/^20261129T130000Z-[0-9a-f]{8}-2-a{32}$/u);
});

test('another try of the same run finds its folder, and no other', () => {
  const [own, other] = [nameOf({}, NOW), nameOf({}, NOW, 'b'.repeat(64))];
  expect(sameFolder([other, 'notes', own], TOKEN)).toBe(own);
  expect(sameFolder([other, 'notes', TOKEN.slice(0, 32)], TOKEN)).toBeUndefined();
});

describe('a folder is left behind', () => {
  test.each([
    ['once its time is over', {}, NOW - HOUR - 1000, true],
    ['not before', {}, NOW - HOUR + 1000, false],
    ['of an earlier attempt of this run', { attempt: '1' }, NOW + HOUR, true],
    ['of a matrix job of this attempt', {}, NOW + HOUR, false],
    ['of a later attempt', { attempt: '10' }, NOW + HOUR, false],
    ['of an earlier attempt of another run', { runId: '43', attempt: '1' }, NOW + HOUR, false],
    ['of another repository', { repository: 'acme/others', attempt: '1' }, NOW + HOUR, false],
    ['from a terminal, where attempts have no order', { attempt: 'local' }, NOW + HOUR, false],
  ] as const)('%s: %s', (_name, run, until, isLeft) => {
    const name = nameOf(run, until);
    expect(leftFolders([name], RUN, NOW)).toEqual(isLeft ? [name] : []);
  });

  test('nothing that is not ours', () => {
    const names = [
      'notes',
      '.git',
      '20200101T000000Z',
      `20200101T000000Z-${'0'.repeat(8)}-1-`,
      '20200101T000000Z-0000000g-1-aa',
    ];
    expect(leftFolders(names, RUN, NOW)).toEqual([]);
  });

  test('a terminal deletes by time alone', () => {
    const local = { ...RUN, attempt: 'local' };
    const [early, old] = [nameOf({ attempt: '1' }, NOW + HOUR), nameOf({ attempt: 'local' }, NOW - 2 * HOUR)];
    expect(leftFolders([early, old], local, NOW)).toEqual([old]);
  });
});
