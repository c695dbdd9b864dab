import { PromoteError } from '../../../src/domain/errors.ts';
import type { GitHub } from '../../../src/github/port.ts';
import { clientOf } from '../../github/opened.ts';
import { MemoryGit } from '../../github/git-objects.ts';
import type { GitHubStub } from '../../github/stub.ts';
import { check, same, type CaseResult } from '../harness/outcome.ts';

const PLACE = 'acme/models';
const HEAD = 'a'.repeat(40);
const MERGE = 'b'.repeat(40);
const TOKEN = 'ghs_abcdefghij0123456789';

/** Each call of our client, sent through a proxy that refuses a request, and a response, which GitHub's description does not allow. */
export async function* callsThroughProxy(stub: GitHubStub, url: string): AsyncGenerator<CaseResult> {
  stub.addToken(TOKEN, ['actions: read', 'pull-requests: read', 'contents: read']);
  stub.reachedAt(url);
  const { github, close } = await clientOf(url, TOKEN);
  const asked = async <T>(call: (github: GitHub) => Promise<T>): Promise<T> => {
    stub.requests.splice(0);
    return call(github);
  };
  try {
    yield await check(
      'github: an environment with users, a team, branches, and one without any rule',
      async () => {
        stub.addEnvironment(PLACE, 'prod/eu', {
          reviewers: ['grace', { team: 'release' }],
          preventsSelfReview: true,
          protectedBranches: true,
        });
        stub.addEnvironment(PLACE, 'prodution', {});
        const guarded = await asked((its) => its.environment(PLACE, 'prod/eu'));
        same(stub.requests, ['GET /repos/acme/models/environments/prod%2Feu'], 'request');
        same(guarded?.reviewers.length, 2, 'reviewers');
        const made = await asked((its) => its.environment(PLACE, 'prodution'));
        same(made?.reviewers, [], 'reviewers of one that GitHub made');
        return guarded?.name ?? '';
      },
    );
    yield await check(
      'github: pull requests of a commit, of forks and of accounts that were deleted',
      async () => {
        const reviews = [
          ...Array.from({ length: 100 }, () => ({ login: 'ken', state: 'COMMENTED' })),
          { login: 'grace' },
          { login: null, state: 'DISMISSED', commit: null },
        ];
        const pull = { author: 'ada', head: HEAD, mergeCommit: MERGE };
        stub.addPull(PLACE, { ...pull, number: 12, reviews });
        stub.addPull(PLACE, { ...pull, number: 13, author: null, fork: 'mallory/models', isMerged: false });
        const pulls = await asked((its) => its.listPullRequests(PLACE, MERGE));
        same(pulls.length, 2, 'pull requests');
        const found = await asked((its) => its.listPullReviews(PLACE, 12));
        same([found.length, stub.requests.length], [102, 2], 'reviews and pages');
        return stub.requests[1] ?? '';
      },
    );
    yield await check(
      'github: who made a commit; an address of Git that is no account is nobody',
      async () => {
        stub.addCommit(PLACE, HEAD, { author: null, committer: 'web-flow' });
        const people = await asked((its) => its.commitPeople(PLACE, HEAD));
        same(people, [{ kind: 'unknown' }, { login: 'web-flow', kind: 'person' }], 'people');
        return stub.requests[0] ?? '';
      },
    );
    yield await check('github: folders and files of a commit, its branch, and where two parted', async () => {
      const git = new MemoryGit();
      stub.addGit(PLACE, git);
      const root = git.commit({ 'aliases/a.yml': 'a', 'aliases/team/b.yml': '😀', link: { link: 'a' } });
      const [left, right] = [git.commit({ a: '1' }, root), git.commit({ a: '2' }, root)];
      git.setBranch('release/1', left);
      const [folder] = await asked((its) => its.tree(PLACE, root, false));
      const below = await asked((its) => its.tree(PLACE, folder?.id ?? '', true));
      const files = below.filter(({ kind }) => kind === 'file');
      same(
        files.map(({ path }) => path),
        ['a.yml', 'team/b.yml'],
        'files',
      );
      const text = Buffer.from(await asked((its) => its.blob(PLACE, files[1]?.id ?? ''))).toString('utf8');
      const tip = await asked((its) => its.branch(PLACE, 'release/1'));
      const base = await asked((its) => its.mergeBase(PLACE, left, right));
      same([text, tip.commit, base], ['😀', left, root], 'file, branch and merge base');
      return stub.requests[0] ?? '';
    });
    yield await check('github: the permission of a collaborator, and of somebody else', async () => {
      stub.permit(PLACE, 'grace', 'write');
      const found = await asked((its) => its.permission(PLACE, 'grace'));
      const other = await asked((its) => its.permission(PLACE, 'mallory'));
      same([found, other], ['write', 'none'], 'permissions');
      return '';
    });
    yield await check('github: a file of the default branch, a folder, a link and nothing', async () => {
      const git = new MemoryGit();
      const commit = git.commit({
        '.github/model-promotion.yml': 'version: 1\n',
        link: { link: 'nowhere' },
        other: { submodule: HEAD },
      });
      git.setBranch('main', commit);
      git.setBranch('release/1', commit, false);
      stub.addGit(PLACE, git);
      const name = await asked((its) => its.defaultBranch(PLACE));
      const main = await asked((its) => its.branch(PLACE, name));
      same(main, { commit, isProtected: true }, 'default branch');
      const other = await asked((its) => its.branch(PLACE, 'release/1'));
      same(other.isProtected, false, 'protection of another branch');
      const kinds: unknown[] = [];
      for (const path of ['.github/model-promotion.yml', '.github', 'link', 'other', 'gone'])
        kinds.push((await asked((its) => its.file(PLACE, path, commit)))?.kind);
      same(kinds, ['file', 'other', 'other', 'other', undefined], 'kinds');
      return stub.requests[0] ?? '';
    });
    yield await check(
      'github: the proxy can refuse each of these: a response without what it requires',
      async () => {
        const calls: readonly ((github: GitHub) => Promise<unknown>)[] = [
          (its) => its.environment(PLACE, 'prod/eu'),
          (its) => its.listPullRequests(PLACE, MERGE),
          (its) => its.listPullReviews(PLACE, 12),
          (its) => its.commitPeople(PLACE, HEAD),
          (its) => its.tree(PLACE, HEAD, true),
          (its) => its.blob(PLACE, HEAD),
          (its) => its.mergeBase(PLACE, HEAD, MERGE),
          (its) => its.permission(PLACE, 'grace'),
          (its) => its.defaultBranch(PLACE),
          (its) => its.branch(PLACE, 'main'),
          (its) => its.file(PLACE, '.github/model-promotion.yml', HEAD),
        ];
        for (const [index, call] of calls.entries()) {
          stub.failNext(
            ...Array.from({ length: 8 }, () => ({
              status: 200,
              body: index === 1 || index === 2 ? '[{}]' : '{}',
            })),
          );
          const error: unknown = await asked(call).catch((thrown: unknown) => thrown);
          if (!(error instanceof PromoteError)) throw new Error(`call ${index} passed`);
          same(error.details.httpStatus, 500, `status of call ${index}`);
        }
        return `${calls.length} calls`;
      },
    );
  } finally {
    await close();
  }
}
