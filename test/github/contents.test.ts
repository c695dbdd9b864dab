import { describe, expect, test } from 'vitest';
import { MemoryGit } from './git-objects.ts';
import { openedGitHub } from './opened.ts';

const PLACE = 'acme/models';
const PATH = '.github/model-promotion.yml';

async function opened(permissions?: readonly string[]) {
  const { github, stub } = await openedGitHub(permissions);
  const git = new MemoryGit();
  stub.addGit(PLACE, git);
  return { github, stub, git };
}

describe('a file of a repository', () => {
  test('the bytes that the commit has, line breaks, umlauts and all; a later commit changes nothing', async () => {
    const { github, stub, git } = await opened();
    const text = `${'größer: 1\n'.repeat(40)}😀`;
    const commit = git.commit({ [PATH]: text });
    git.commit({ [PATH]: 'other' }, commit);
    const file = await github.file(PLACE, PATH, commit);
    expect(file?.kind === 'file' && Buffer.from(file.bytes).toString('utf8')).toBe(text);
    expect(stub.requests).toEqual([
      `GET /repos/acme/models/contents/.github%2Fmodel-promotion.yml?ref=${commit}`,
    ]);
  });

  test('nothing there, a folder, a submodule, a link to nowhere', async () => {
    const { github, git } = await opened();
    const commit = git.commit({
      'a/b.yml': 'x',
      link: { link: 'nowhere' },
      other: { submodule: 'c'.repeat(40) },
    });
    expect(await github.file(PLACE, 'c.yml', commit)).toBeUndefined();
    expect(await github.file(PLACE, 'a', commit)).toEqual({ kind: 'other', what: 'a folder' });
    expect(await github.file(PLACE, 'other', commit)).toEqual({ kind: 'other', what: 'no file' });
    expect(await github.file(PLACE, 'link', commit)).toEqual({ kind: 'other', what: 'a symbolic link' });
  });

  test.each([
    [
      'more than 1 MB has no content',
      { encoding: 'none', content: '' },
      { kind: 'other', what: 'larger than 1 MB' },
    ],
    ['an encoding that is new', { encoding: 'utf-8', content: 'x' }, 'is not in base64'],
    ['no file at all', undefined, 'is not a file'],
  ])('%s', async (_title, body, expected) => {
    const { github, stub } = await opened();
    stub.failNext({
      status: 200,
      body: JSON.stringify(body === undefined ? 7 : { type: 'file', sha: 'a', ...body }),
    });
    const asked = github.file(PLACE, PATH, 'c'.repeat(40));
    if (typeof expected !== 'string') expect(await asked).toEqual(expected);
    else
      await expect(asked).rejects.toMatchObject({
        message: expect.stringContaining(expected) as string,
        details: { outcome: 'unavailable' },
      });
  });

  test.each([
    ['refused without the permission', 403, 'denied'],
    ['an outage is no absence', 503, 'unavailable'],
    ['a limit is no absence', 429, 'unavailable'],
  ])('%s', async (_title, status, outcome) => {
    const { github, stub } = await opened();
    stub.failNext(
      ...Array.from({ length: 12 }, () => ({
        status,
        body: JSON.stringify({ message: 'Resource not accessible' }),
      })),
    );
    await expect(github.file(PLACE, PATH, 'c'.repeat(40))).rejects.toMatchObject({ details: { outcome } });
  });
});

describe('a branch', () => {
  test('the default one; where a branch is, and whether it is protected', async () => {
    const { github, git } = await opened();
    const commit = git.commit({});
    git.setBranch('main', commit);
    git.setBranch('feature/x', commit, false);
    expect(await github.defaultBranch(PLACE)).toBe('main');
    expect(await github.branch(PLACE, 'main')).toEqual({ commit, isProtected: true });
    expect(await github.branch(PLACE, 'feature/x')).toEqual({ commit, isProtected: false });
    await expect(github.branch(PLACE, 'gone')).rejects.toMatchObject({ details: { code: 'not-found' } });
  });

  test('a response about another branch, such as one that was renamed, is not used', async () => {
    const { github, stub } = await opened();
    stub.failNext({
      status: 200,
      body: JSON.stringify({ name: 'main', commit: { sha: 'a'.repeat(40) }, protected: true }),
    });
    await expect(github.branch(PLACE, 'master')).rejects.toMatchObject({
      message: expect.stringContaining('is about another branch') as string,
    });
  });
});
