import { describe, expect, test } from 'vitest';
import type { Account } from '../../../src/domain/account.ts';
import type { EnvironmentReview } from '../../../src/domain/environment-review.ts';
import type { People } from '../../../src/policy/separation-of-duties/identity.ts';
import {
  approverOf,
  promoterOf,
  requesterOf,
  trainerOf,
  type Making,
  type Start,
} from '../../../src/policy/separation-of-duties/roles.ts';

const URI = 'models:/staging.ml_team.fraud_detection/1';
const MADE: Making = { uri: URI, createdBy: 'ada@example.com', isCopy: false, run: undefined };
const person = (login: string): Account => ({ login, kind: 'person' });
const app = (login: string): Account => ({ login, kind: 'app' });
const SP = '5d1f2c1e-7a44-4f0e-9d0b-0c0ffee0cafe';

describe('trainer', () => {
  test.each<[string, Partial<Making>, readonly string[], 'known' | 'partly' | 'unseen']>([
    ['who registered it', {}, ['ada@example.com'], 'known'],
    [
      'and who ran the training',
      { run: { user: 'grace@example.com' } },
      ['ada@example.com', 'grace@example.com'],
      'known',
    ],
    ['a run that cannot be seen', { run: 'unknown in this workspace' }, ['ada@example.com'], 'partly'],
    ['a run that names nobody', { run: {} }, ['ada@example.com'], 'partly'],
    ['a run that names an account of a machine', { run: { user: 'root' } }, ['ada@example.com'], 'partly'],
    ['nobody tells who registered it', { createdBy: undefined }, [], 'unseen'],
    [
      'what the run says alone proves nothing',
      { createdBy: undefined, run: { user: 'grace@example.com' } },
      ['grace@example.com'],
      'unseen',
    ],
    [
      'a copy, with its run',
      { isCopy: true, createdBy: SP, run: { user: 'ada@example.com' } },
      [SP, 'ada@example.com'],
      'known',
    ],
    ['a copy without a run', { isCopy: true, createdBy: SP }, [SP], 'unseen'],
    ['a copy whose run cannot be seen', { isCopy: true, createdBy: SP, run: 'HTTP 404' }, [SP], 'unseen'],
    ['a copy whose run names root', { isCopy: true, createdBy: SP, run: { user: 'root' } }, [SP], 'unseen'],
  ])('%s', (_title, change, names, state) => {
    const facts = trainerOf({ ...MADE, ...change });
    expect(facts.identities.map(({ name }) => name)).toEqual(names);
    const seen = facts.unseen !== undefined ? 'unseen' : facts.beside !== undefined ? 'partly' : 'known';
    expect(seen).toBe(state);
  });
});

describe('requester', () => {
  const START: Start = { logins: ['ada'], runId: '7', sender: undefined };
  const NOBODY: People = new Map();

  test('who started the run, and who ran it again', () => {
    expect(requesterOf({ ...START, logins: ['ada', 'grace'] }, NOBODY)).toEqual({
      identities: [
        { system: 'github', name: 'ada', kind: 'person', source: 'started run 7' },
        { system: 'github', name: 'grace', kind: 'person', source: 'ran 7 again' },
      ],
    });
  });

  test.each<[string, Partial<Start>]>([
    ["GitHub's own", { logins: ['github-actions[bot]'] }],
    ['a merge queue', { logins: ['github-merge-queue[bot]'] }],
    ['one that ran it again', { logins: ['ada', 'Renovate[Bot]'] }],
    ['one whose login does not show it', { logins: ['Copilot'], sender: { login: 'copilot', kind: 'app' } }],
    [
      'one whose login does not show it, and a person who ran it again',
      { logins: ['Copilot', 'ada'], sender: { login: 'Copilot', kind: 'app' } },
    ],
  ])('an app is nobody in particular: %s', (_title, start) => {
    const { identities, unseen } = requesterOf({ ...START, ...start }, NOBODY);
    const app = identities.find(({ kind }) => kind === 'automation');
    expect(unseen?.reason).toBe(
      `the app ${app?.name} ${app?.source}, and the person that it acted for is unknown`,
    );
    expect(unseen?.fix).toContain(`add "${app?.name} = `);
    const people = new Map([[app?.name.toLowerCase() ?? '', 'ada@example.com']]);
    expect(requesterOf({ ...START, ...start }, people)).toEqual({ identities });
  });

  test('the type of another account than the one that started it says nothing', () => {
    const sender = { login: 'Copilot', kind: 'app' } as const;
    expect(requesterOf({ ...START, sender }, NOBODY).unseen).toBeUndefined();
    expect(
      requesterOf({ ...START, sender: { login: 'ada', kind: 'person' } }, NOBODY).unseen,
    ).toBeUndefined();
  });

  test.each([
    ['an organization', 'Octocoders'],
    ['a login in another case', 'OCTOCODERS'],
  ])('an account that GitHub calls neither a person nor an app is nobody known: %s', (_title, login) => {
    const start: Start = { ...START, logins: [login], sender: { login: 'Octocoders', kind: 'unknown' } };
    const { identities, unseen } = requesterOf(start, NOBODY);
    expect(identities).toMatchObject([{ name: login, kind: 'unknown' }]);
    expect(unseen?.reason).toBe(
      `the account ${login} started run 7, and GitHub calls it neither a person nor an app`,
    );
    expect(requesterOf(start, new Map([['octocoders', 'ada@example.com']])).unseen).toBeUndefined();
  });

  test('where the event cannot be read, a login that nobody maps may be an app', () => {
    const start = { ...START, sender: 'ENOENT: no such file' };
    expect(requesterOf(start, NOBODY).unseen?.reason).toContain(
      'whether ada is a person or an app cannot be determined',
    );
    expect(requesterOf(start, new Map([['ada', 'ada@example.com']])).unseen).toBeUndefined();
  });

  test('outside of a workflow nobody', () => {
    expect(requesterOf({ ...START, logins: [], runId: 'local' }, NOBODY)).toMatchObject({
      identities: [],
      unseen: { reason: expect.any(String) as string },
    });
  });
});

describe('approver', () => {
  const review = (change: Partial<EnvironmentReview> = {}): EnvironmentReview => ({
    state: 'approved',
    reviewer: person('grace'),
    comment: '',
    environments: ['production'],
    ...change,
  });

  test.each<[string, readonly EnvironmentReview[], readonly string[], boolean]>([
    ['one approval', [review()], ['grace'], true],
    [
      'the name of the environment in another case',
      [review({ environments: ['Production'] })],
      ['grace'],
      true,
    ],
    ['several environments at once', [review({ environments: ['staging', 'production'] })], ['grace'], true],
    ['two attempts', [review(), review({ reviewer: person('ada') })], ['grace', 'ada'], true],
    [
      'a rejection, then an approval',
      [review({ state: 'rejected', reviewer: person('linus') }), review()],
      ['grace'],
      true,
    ],
    ['no review at all', [], [], false],
    ['only a rejection', [review({ state: 'rejected' })], [], false],
    ['only a pending review', [review({ state: 'pending' })], [], false],
    ['a state that no description lists', [review({ state: 'waiting' })], [], false],
    [
      'the same beside an approval',
      [review({ state: 'waiting', reviewer: person('linus') }), review()],
      ['grace'],
      true,
    ],
    ['an approval of another environment', [review({ environments: ['staging'] })], [], false],
    ['an environment whose name begins the same', [review({ environments: ['production-eu'] })], [], false],
    ['an app', [review({ reviewer: app('octo-app') })], ['octo-app'], false],
    ['an app by its name', [review({ reviewer: person('octo[bot]') })], ['octo[bot]'], false],
    [
      'a person and an app',
      [review(), review({ reviewer: app('octo[bot]') })],
      ['grace', 'octo[bot]'],
      false,
    ],
    [
      'an account that is neither a user nor an app',
      [review({ reviewer: { login: 'octo-org', kind: 'unknown' } })],
      ['octo-org'],
      false,
    ],
    ['an account that was deleted', [review({ reviewer: { kind: 'unknown' } })], [], false],
  ])('%s', (_title, reviews, logins, known) => {
    const facts = approverOf(reviews, 'production', '7');
    expect(facts.identities.map(({ name }) => name)).toEqual(logins);
    expect(facts.unseen === undefined).toBe(known);
  });

  test('the other environments that were approved are named, and what to do', () => {
    expect(approverOf([review({ environments: ['staging'] })], 'production', '7').unseen).toEqual({
      reason: 'run 7 has no approval for the environment production, only of staging',
      fix: expect.stringContaining('required reviewers') as string,
    });
  });

  test('what GitHub does not show stays unseen, with its reason', () => {
    const unseen = { reason: 'HTTP 403', fix: 'Give the right.' };
    expect(approverOf(unseen, 'production', '7')).toEqual({ identities: [], unseen });
  });

  test('the comment is evidence', () => {
    expect(approverOf([review({ comment: ' Ship it! ' })], 'production', '7').identities[0]?.source).toBe(
      'approved production in run 7, saying "Ship it!"',
    );
  });
});

describe('promoter', () => {
  test.each([
    ['user', 'ada@example.com', 'person'],
    ['service-principal', SP, 'automation'],
    ['unknown', SP, 'automation'],
    ['unknown', 'x', 'unknown'],
  ] as const)('%s %s', (kind, principal, wanted) => {
    const facts = promoterOf({ principal, kind, alsoKnownAs: ['y'], groups: [] });
    expect(facts.identities).toMatchObject([{ name: principal, kind: wanted, alsoKnownAs: ['y'] }]);
  });

  test('a registry that does not say', () => {
    expect(promoterOf({ principal: '', kind: 'unknown', alsoKnownAs: [], groups: [] }).unseen).toBeDefined();
  });
});
