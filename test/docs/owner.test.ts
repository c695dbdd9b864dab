import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ownerIn, ownerSentence, withOwner } from '../../scripts/owner.ts';
import { ROOT } from '../imports.ts';

/** What generation does not read: what was built or installed, and what people have lying about. */
const LEFT_BEHIND = new Set([
  'node_modules',
  'dist',
  'test',
  '.git',
  '.peers',
  '.venv',
  'coverage',
  'mlruns',
]);

/** A copy of the repository in a folder of its own, with what generation reads. */
function copyOfRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), 'uc-promote-owner-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(ROOT, folder, { recursive: true, filter: (path) => !LEFT_BEHIND.has(relative(ROOT, path)) });
  // The versions of the peers are in the tables of the documentation.
  cpSync(join(ROOT, 'test', 'peers'), join(folder, 'test', 'peers'), {
    recursive: true,
    filter: (path) => basename(path) !== 'node_modules',
  });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

function run(folder: string, script: string, ...args: string[]): string {
  return execFileSync(process.execPath, [join(folder, 'scripts', script), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** What a reader may copy an example from, by path. */
function pages(folder: string): Map<string, string> {
  const inside = (path: string): string[] =>
    statSync(join(folder, path)).isDirectory()
      ? readdirSync(join(folder, path)).flatMap((name) => inside(join(path, name)))
      : [path];
  const paths = readdirSync(folder)
    .filter((name) => !LEFT_BEHIND.has(name))
    .flatMap(inside)
    .filter((path) => /\.(?:md|yml)$/u.test(path));
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

const naming = (folder: string, owner: string) =>
  [...pages(folder)].filter(([, text]) => text.includes(`${owner}/uc-promote`)).map(([path]) => path);

describe('npm run set-owner', () => {
  test('writes an owner into every example, keeps it there, and takes the one from before again', () => {
    const folder = copyOfRepository();
    const before = naming(folder, ownerIn(ROOT)).sort();
    expect(before).toEqual(
      expect.arrayContaining(['README.md', 'SECURITY.md', join('set-alias', 'README.md')]),
    );
    expect(before).toContain(join('.github', 'workflows', 'example-release-gate.yml'));
    expect(before).toContain(join('docs', 'reference', 'promote.md'));

    run(folder, 'set-owner.ts', 'first-owner');
    expect(naming(folder, ownerIn(ROOT))).toEqual([]);
    expect(naming(folder, 'first-owner').sort()).toEqual(before);
    expect(ownerIn(folder)).toBe('first-owner');
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(ownerSentence('first-owner'));
    expect(run(folder, 'generate.ts', '--check')).toBe('');

    run(folder, 'set-owner.ts', ownerIn(ROOT));
    expect(pages(folder)).toEqual(pages(ROOT));
    expect(readFileSync(join(folder, 'package.json'), 'utf8')).toBe(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    );
  }, 60_000);

  test.each(['my org', 'my-org/uc-promote', '-x', 'a--b', '$(id)', 'x'.repeat(40)])(
    'refuses %j, which is no account of GitHub, and writes nothing',
    (name) => {
      expect(() => run(ROOT, 'set-owner.ts', name)).toThrow(/is not the name of an account on GitHub/u);
    },
  );
});

test.each([
  ['- uses: OWNER/uc-promote/set-alias@v1', '- uses: my-org/uc-promote/set-alias@v1'],
  ['`old-1/uc-promote@v1`, and (old-1/uc-promote)', '`my-org/uc-promote@v1`, and (my-org/uc-promote)'],
  ['https://github.com/OWNER/uc-promote', 'https://github.com/my-org/uc-promote'],
  ['/tmp/uc-promote-x and tmp/uc-promote-y', '/tmp/uc-promote-x and tmp/uc-promote-y'],
  ['repo:OWNER/models', 'repo:OWNER/models'],
])('an owner is named in %j', (text, expected) => {
  expect(withOwner(text, 'my-org')).toBe(expected);
});
