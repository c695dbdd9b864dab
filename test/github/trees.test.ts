import { describe, expect, test } from 'vitest';
import { treeBody } from './git-bodies.ts';
import { MemoryGit } from './git-objects.ts';
import { openedGitHub } from './opened.ts';

const PLACE = 'acme/models';

async function opened(rights?: readonly string[]) {
  const { github, stub } = await openedGitHub(rights);
  const git = new MemoryGit();
  stub.addGit(PLACE, git);
  return { github, stub, git };
}

describe('a tree', () => {
  test('its files, folders, links and submodules, without or with what is below', async () => {
    const { github, git, stub } = await opened();
    const commit = git.commit({
      'README.md': '# Models',
      'aliases/a.yml': 'a',
      'aliases/team/b.yml': 'a',
      link: { link: 'aliases/a.yml' },
      other: { submodule: 'd'.repeat(40) },
    });
    const top = await github.tree(PLACE, commit, false);
    expect(top.map(({ path, kind }) => [path, kind])).toEqual([
      ['README.md', 'file'],
      ['aliases', 'folder'],
      ['link', 'link'],
      ['other', 'submodule'],
    ]);
    const folder = top.find(({ path }) => path === 'aliases')?.id ?? '';
    const below = await github.tree(PLACE, folder, true);
    expect(below.map(({ path, kind }) => [path, kind])).toEqual([
      ['a.yml', 'file'],
      ['team', 'folder'],
      ['team/b.yml', 'file'],
    ]);
    // The same content has the same id, wherever it stands.
    expect(below[0]?.id).toBe(below[2]?.id);
    expect(stub.requests).toEqual([
      `GET /repos/acme/models/git/trees/${commit}`,
      `GET /repos/acme/models/git/trees/${folder}?recursive=1`,
    ]);
  });

  test('a part of one is no tree', async () => {
    const { github, stub } = await opened();
    stub.failNext({ status: 200, body: JSON.stringify(treeBody('a'.repeat(40), [], true)) });
    await expect(github.tree(PLACE, 'a'.repeat(40), true)).rejects.toMatchObject({
      details: { code: 'limit-reached', outcome: 'blocked' },
    });
  });

  test.each([
    ['a tree without its list', { sha: 'a', truncated: false }],
    ['a tree that does not say whether it is whole', { sha: 'a', tree: [] }],
    ['a message', { message: 'hello' }],
  ])('%s is a protocol error', async (_, body) => {
    const { github, stub } = await opened();
    stub.failNext({ status: 200, body: JSON.stringify(body) });
    await expect(github.tree(PLACE, 'a'.repeat(40), true)).rejects.toMatchObject({
      details: { code: 'protocol' },
    });
  });
});

describe('a file', () => {
  test('byte for byte', async () => {
    const { github, git } = await opened();
    const text = `${'prod.ml_team.ä😀: {}\n'.repeat(40)}\0`;
    const commit = git.commit({ 'a.yml': text });
    const [entry] = await github.tree(PLACE, commit, false);
    expect(Buffer.from(await github.blob(PLACE, entry?.id ?? '')).toString('utf8')).toBe(text);
  });

  test.each([
    ['of another id', { sha: 'b'.repeat(40), encoding: 'base64', content: '' }],
    ['in no base64', { sha: 'a'.repeat(40), encoding: 'none', content: '' }],
    ['without content', { sha: 'a'.repeat(40), encoding: 'base64' }],
  ])('%s is a protocol error', async (_, body) => {
    const { github, stub } = await opened();
    stub.failNext({ status: 200, body: JSON.stringify(body) });
    await expect(github.blob(PLACE, 'a'.repeat(40))).rejects.toMatchObject({ details: { code: 'protocol' } });
  });
});

describe('commits', () => {
  test('where a branch is, and what two commits have in common', async () => {
    const { github, git, stub } = await opened();
    const root = git.commit({ a: '1' });
    const [left, right] = [git.commit({ a: '2' }, root), git.commit({ a: '3' }, root)];
    git.setBranch('release/1', left);
    expect(await github.branch(PLACE, 'release/1')).toEqual({ commit: left, isProtected: true });
    expect(await github.mergeBase(PLACE, left, right)).toBe(root);
    expect(stub.requests).toEqual([
      'GET /repos/acme/models/branches/release%2F1',
      `GET /repos/acme/models/compare/${left}...${right}?per_page=1`,
    ]);
  });

  test('a token that may not read contents is refused, and an unknown commit is not found', async () => {
    const { github } = await opened(['pull-requests: read']);
    await expect(github.tree(PLACE, 'a', false)).rejects.toMatchObject({
      details: { code: 'permission-denied' },
    });
    const { github: other } = await opened();
    await expect(other.tree(PLACE, 'a', false)).rejects.toMatchObject({ details: { code: 'not-found' } });
  });
});
