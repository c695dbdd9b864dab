import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { GOOD_FILES, PROD } from '../../../emulator/seeds/demo-models.ts';
import type { StubPullReview } from '../../github/bodies.ts';
import { GitRepository } from '../../github/git-repository.ts';
import { startGitHub } from '../../github/stub.ts';
import { TOKENS, world } from '../harness.ts';
import { workflowIn } from '../workflow-file.ts';
import { runWorkflow } from '../workflow.ts';
import { copyOf, pins, TOKEN } from './scene.ts';

const PLACE = 'acme/models';
const FILE = 'aliases/fraud.yml';

/** A repository of Git whose pins the workflow of this repository carries out. */
async function repository() {
  const [bench, github] = await Promise.all([world(), startGitHub()]);
  const git = new GitRepository();
  onTestFinished(async () => {
    git.close();
    await github.close();
  });
  github.addGit(PLACE, git);
  github.addToken(TOKEN, ['contents: read', 'pull-requests: read', 'pull-requests: write']);
  github.permit(PLACE, 'grace', 'write');
  git.commit('main', { [FILE]: pins({ Champion: 1 }), 'README.md': '# Models' });

  const play = async (name: string, sha: string, event: object) => {
    const folder = await mkdtemp(join(tmpdir(), 'uc-promote-event-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await writeFile(join(folder, 'event.json'), JSON.stringify(event));
    const [ran] = await runWorkflow(
      workflowIn('.github/workflows/sync-aliases.yml'),
      bench,
      {
        vars: { DATABRICKS_HOST: bench.emulator.url },
        secrets: { DATABRICKS_TOKEN: TOKENS.promoter },
        github: { token: TOKEN, event_name: name, repository: PLACE },
        'github.event.pull_request.head.repo': { full_name: PLACE },
        inputs: { pins: 'aliases' },
      },
      {
        environment: {
          GITHUB_API_URL: github.url,
          GITHUB_EVENT_NAME: name,
          GITHUB_EVENT_PATH: join(folder, 'event.json'),
          GITHUB_SHA: sha,
          GITHUB_ACTOR: 'ada',
          GITHUB_JOB: 'sync',
        },
      },
    );
    if (ran === undefined) throw new Error('No step was run.');
    return ran.seen;
  };
  /** Runs for a push to a pull request. */
  const pushed = (number: number, branch: string) => {
    const repo = { id: 1, full_name: PLACE };
    const head = git.branch(branch) ?? '';
    const base = { sha: git.branch('main'), repo };
    return play('pull_request', head, { pull_request: { number, head: { sha: head, repo }, base } });
  };
  /** Merges a pull request as somebody approved it, and runs for the push of the merge. */
  const merged = (
    number: number,
    branch: string,
    reviews: readonly StubPullReview[] = [{ login: 'grace' }],
  ) => {
    const head = git.branch(branch) ?? '';
    const { before, after } = git.merge(branch);
    github.addCommit(PLACE, head, { author: 'lin' });
    github.addPull(PLACE, { number, author: 'lin', head, mergeCommit: after, reviews });
    const place = { id: 1, default_branch: 'main' };
    return play('push', after, { ref: 'refs/heads/main', before, after, repository: place });
  };
  return { ...bench, git, github, pushed, merged };
}

const endOf = (seen: Awaited<ReturnType<Awaited<ReturnType<typeof repository>>['pushed']>>) => [
  seen.outputs['outcome'],
  seen.after.models[PROD]?.aliases['Champion'],
];

test('opened, pushed to, in conflict with a foreign move, merged and reverted', async () => {
  const { git, github, pushed, merged, emulator } = await repository();
  const { metastore } = emulator;

  git.branchOff('promote');
  git.commit('promote', { [FILE]: pins({ Champion: copyOf(2) }) });
  expect(endOf(await pushed(1, 'promote'))).toEqual(['blocked', 1]);
  git.commit('promote', { [FILE]: pins({ Champion: copyOf(1) }) });
  const shown = await pushed(1, 'promote');
  expect([...endOf(shown), shown.outputs['changed']]).toEqual(['ok', 1, 'false']);
  expect(github.commentsOf(PLACE, 1).map(({ body }) => body)).toEqual([
    expect.stringContaining('Planned: 1 alias follows its pin'),
  ]);

  metastore.addVersion(PROD, { files: { ...GOOD_FILES, 'notes.txt': 'by hand' } });
  metastore.setAlias(PROD, 'Champion', 2);
  expect(endOf(await pushed(1, 'promote'))).toEqual(['conflict', 2]);
  expect(github.commentsOf(PLACE, 1).map(({ body }) => body)).toEqual([expect.stringContaining('Conflict')]);
  metastore.setAlias(PROD, 'Champion', 1);

  expect(endOf(await merged(1, 'promote'))).toEqual(['ok', 3]);
  expect(github.commentsOf(PLACE, 1).map(({ body }) => body)).toEqual([expect.stringContaining('Done')]);

  const tip = git.branch('main') ?? '';
  git.revert(tip, 'revert');
  expect(endOf(await pushed(2, 'revert'))).toEqual(['ok', 3]);
  const back = await merged(2, 'revert');
  expect(endOf(back)).toEqual(['ok', 1]);
  expect(Object.keys(back.after.models[PROD]?.versions ?? {})).toEqual(['1', '2', '3']);
});

test('a merge that nobody approved moves nothing, nor does one whose alias was moved meanwhile', async () => {
  const { git, merged, emulator } = await repository();
  git.branchOff('promote');
  git.commit('promote', { [FILE]: pins({ Champion: copyOf(1) }) });
  expect(endOf(await merged(1, 'promote', []))).toEqual(['blocked', 1]);

  git.branchOff('again');
  git.commit('again', { [FILE]: pins({ Champion: 2 }) });
  emulator.metastore.addVersion(PROD, { files: { ...GOOD_FILES, 'notes.txt': 'by hand' } });
  const late = await merged(2, 'again');
  // The first merge was never carried out: the alias is not where the second one begins.
  expect(endOf(late)).toEqual(['conflict', 1]);
});

test('two teams change their files in two pull requests; each merge carries out its own', async () => {
  const { git, merged, emulator } = await repository();
  const other = 'prod.ml_team.churn';
  emulator.metastore.createModel(other, { owner: 'ml-deployers' });
  emulator.metastore.addVersion(other, { files: GOOD_FILES });
  git.branchOff('churn');
  git.branchOff('fraud');
  git.commit('fraud', { [FILE]: pins({ Champion: copyOf(1) }) });
  git.commit('churn', { 'aliases/churn.yml': pins({ Champion: 1 }, other) });
  const first = await merged(1, 'churn');
  expect([first.outputs['outcome'], first.outputs['count']]).toEqual(['ok', '1']);
  const second = await merged(2, 'fraud');
  expect(endOf(second)).toEqual(['ok', 2]);
  expect(second.outputs['count']).toBe('1');
  expect(second.after.models[other]?.aliases).toEqual({ Champion: 1 });
});
