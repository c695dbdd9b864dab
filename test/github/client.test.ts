import { describe, expect, test } from 'vitest';
import { openedGitHub } from './opened.ts';

const PLACE = 'acme/models';
const HEAD = 'a'.repeat(40);
const MERGE = 'b'.repeat(40);

describe('an environment', () => {
  test('its reviewers, and what else guards it', async () => {
    const { github, stub } = await openedGitHub();
    stub.addEnvironment(PLACE, 'production', {
      reviewers: ['grace', { team: 'release' }],
      preventsSelfReview: true,
      adminsMayBypass: false,
      protectedBranches: true,
    });
    expect(await github.environment(PLACE, 'Production')).toEqual({
      name: 'production',
      reviewers: [
        { kind: 'user', name: 'grace' },
        { kind: 'team', name: 'release' },
      ],
      preventsSelfReview: true,
      adminsMayBypass: false,
      takesAnyBranch: false,
    });
  });

  test('one that GitHub made when a job named it has no rule', async () => {
    const { github, stub } = await openedGitHub();
    stub.addEnvironment(PLACE, 'prodution', {});
    expect(await github.environment(PLACE, 'prodution')).toEqual({
      name: 'prodution',
      reviewers: [],
      preventsSelfReview: false,
      adminsMayBypass: undefined,
      takesAnyBranch: true,
    });
  });

  test('one that is not there, and a name with a slash, below the path of an Enterprise server', async () => {
    const { github, stub } = await openedGitHub(undefined, { path: '/api/v3' });
    stub.addEnvironment(PLACE, 'prod/eu', { reviewers: ['grace'] });
    expect(await github.environment(PLACE, 'production')).toBeUndefined();
    expect((await github.environment(PLACE, 'prod/eu'))?.reviewers).toHaveLength(1);
    expect(stub.requests).toEqual([
      'GET /api/v3/repos/acme/models/environments/production',
      'GET /api/v3/repos/acme/models/environments/prod%2Feu',
    ]);
  });

  test.each([
    ['an app that guards it is nobody who approves', [{ type: 'custom_app', id: 1, node_id: 'x' }], 0],
    ['reviewers that are not shown', [{ type: 'required_reviewers' }], 0],
    ['a reviewer of a kind that is new', [{ type: 'required_reviewers', reviewers: [{ type: 'Role' }] }], 1],
    ['no rules at all', undefined, 0],
  ])('%s', async (_title, rules, reviewers) => {
    const { github, stub } = await openedGitHub();
    const body = { name: 'production', ...(rules === undefined ? {} : { protection_rules: rules }) };
    stub.failNext({ status: 200, body: JSON.stringify(body) });
    expect((await github.environment(PLACE, 'production'))?.reviewers).toHaveLength(reviewers);
  });

  test.each([
    ['another environment', { name: 'staging' }, 'is about another environment'],
    ['no environment', { total_count: 0 }, 'is not an environment'],
    ['rules that are none', { name: 'production', protection_rules: {} }, 'is not an environment'],
  ])('%s is a response that cannot be used', async (_title, body, message) => {
    const { github, stub } = await openedGitHub();
    stub.failNext({ status: 200, body: JSON.stringify(body) });
    await expect(github.environment(PLACE, 'production')).rejects.toMatchObject({
      message: expect.stringContaining(message) as string,
      details: { outcome: 'unavailable' },
    });
  });

  test('without the permission it is refused, and not absent', async () => {
    const { github } = await openedGitHub(['contents: read']);
    await expect(github.environment(PLACE, 'production')).rejects.toMatchObject({
      details: { code: 'permission-denied' },
    });
  });

  test('what stands before GitHub and finds nothing is an outage, and no absence', async () => {
    const { github, stub } = await openedGitHub();
    stub.failNext({ status: 404, body: 'default backend - 404' });
    await expect(github.environment(PLACE, 'production')).rejects.toMatchObject({
      details: { outcome: 'unavailable' },
    });
  });
});

describe('the reviews of a run', () => {
  test('accounts: a person, an app, one that was deleted, one that is neither', async () => {
    const { github, stub } = await openedGitHub();
    stub.addRun(PLACE, '7');
    const environments = ['production'];
    stub.review('7', { login: 'grace', comment: 'UCP-1', environments });
    stub.review('7', { login: 'deploy[bot]', type: 'Bot', environments });
    stub.review('7', { login: null, environments });
    stub.review('7', { login: 'ghost', environments });
    stub.review('7', { login: 'acme', type: 'Organization', environments });
    const reviews = await github.listReviews(PLACE, '7');
    expect(reviews.map(({ reviewer }) => reviewer)).toEqual([
      { login: 'grace', kind: 'person' },
      { login: 'deploy[bot]', kind: 'app' },
      { kind: 'unknown' },
      { kind: 'unknown' },
      { login: 'acme', kind: 'unknown' },
    ]);
    expect(reviews[0]?.comment).toBe('UCP-1');
  });

  test('an account whose type is not stated is not taken for a person', async () => {
    const { github, stub } = await openedGitHub();
    const row = { state: 'approved', comment: '', environments: [], user: { login: 'grace' } };
    stub.failNext({ status: 200, body: JSON.stringify([row]) });
    expect((await github.listReviews(PLACE, '7'))[0]?.reviewer).toEqual({ login: 'grace', kind: 'unknown' });
  });

  test.each(['local', '7.5', '1e3', '90071992547409931'])('%s is not the number of a run', async (runId) => {
    const { github, stub } = await openedGitHub();
    await expect(github.listReviews(PLACE, runId)).rejects.toThrow(TypeError);
    expect(stub.requests).toEqual([]);
  });

  test.each(['models', 'gitlab.com/acme/models', '/models'])(
    '%s is no repository of GitHub',
    async (place) => {
      const { github, stub } = await openedGitHub();
      await expect(github.listReviews(place, '7')).rejects.toThrow(TypeError);
      expect(stub.requests).toEqual([]);
    },
  );
});

describe('the pull requests of a commit', () => {
  test('merged, open, of a fork, of one that was deleted', async () => {
    const { github, stub } = await openedGitHub();
    const pull = { author: 'ada', head: HEAD };
    stub.addPull(PLACE, { ...pull, number: 1, mergeCommit: MERGE });
    stub.addPull(PLACE, { ...pull, number: 2, mergeCommit: MERGE, isMerged: false });
    stub.addPull(PLACE, { ...pull, number: 3, mergeCommit: MERGE, fork: 'mallory/models', base: 'dev' });
    stub.addPull(PLACE, { ...pull, number: 4, author: null, mergeCommit: MERGE, fork: null });
    const found = await github.listPullRequests(PLACE, MERGE);
    expect(found.map((each) => [each.number, each.mergedAs, each.isFromFork, each.base])).toEqual([
      [1, MERGE, false, { branch: 'main', isDefault: true }],
      [2, undefined, false, { branch: 'main', isDefault: true }],
      [3, MERGE, true, { branch: 'dev', isDefault: false }],
      [4, MERGE, true, { branch: 'main', isDefault: true }],
    ]);
    expect(found.map(({ author }) => author.login)).toEqual(['ada', 'ada', 'ada', undefined]);
    expect(await github.listPullRequests(PLACE, 'c'.repeat(40))).toEqual([]);
  });

  test('every page of its reviews, in their order', async () => {
    const { github, stub } = await openedGitHub();
    const reviews = Array.from({ length: 230 }, (_, index) => ({
      login: `user-${index}`,
      commit: index === 0 ? null : HEAD,
    }));
    stub.addPull(PLACE, { number: 12, author: 'ada', head: HEAD, mergeCommit: MERGE, reviews });
    const found = await github.listPullReviews(PLACE, 12);
    expect(found.map(({ reviewer }) => reviewer.login)).toEqual(reviews.map(({ login }) => login));
    expect([found[0]?.commit, found[229]?.commit]).toEqual([undefined, HEAD]);
    expect(stub.requests).toHaveLength(3);
  });

  test('who made its last commit; an address of Git that is no account’s is nobody', async () => {
    const { github, stub } = await openedGitHub();
    stub.addCommit(PLACE, HEAD, { author: 'ada', committer: null });
    stub.addCommit(PLACE, MERGE, { author: null, committer: 'web-flow' });
    expect(await github.commitPeople(PLACE, HEAD)).toEqual([
      { login: 'ada', kind: 'person' },
      { kind: 'unknown' },
    ]);
    expect(await github.commitPeople(PLACE, MERGE)).toEqual([
      { kind: 'unknown' },
      { login: 'web-flow', kind: 'person' },
    ]);
  });
});

test('the permission of an account; whoever is no collaborator has none', async () => {
  const { github, stub } = await openedGitHub([]);
  stub.permit(PLACE, 'grace', 'write');
  expect(await github.permission(PLACE, 'Grace')).toBe('write');
  expect(await github.permission(PLACE, 'mallory')).toBe('none');
  stub.failNext({ status: 200, body: '{"role_name":"admin"}' });
  await expect(github.permission(PLACE, 'grace')).rejects.toThrow('is not a permission');
});
