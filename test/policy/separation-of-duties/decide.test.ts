import { describe, expect, test } from 'vitest';
import {
  decideDuties,
  roleOutputs,
  type DutyFacts,
  type RoleFacts,
} from '../../../src/policy/separation-of-duties/decide.ts';
import {
  compareIdentities,
  databricksKind,
  githubKind,
  type Identity,
  type Sameness,
} from '../../../src/policy/separation-of-duties/identity.ts';
import type { DistinctRoles } from '../../../src/policy/separation-of-duties/lines.ts';

const SP = '5d1f2c1e-7a44-4f0e-9d0b-0c0ffee0cafe';
const PEOPLE = new Map([
  ['ada', 'ada@example.com'],
  ['ada-work', 'Ada@Example.com'],
  ['grace', 'grace@example.com'],
  ['deploy[bot]', SP],
  ['grace-helper[bot]', 'grace@example.com'],
]);

const onGitHub = (name: string): Identity => ({
  system: 'github',
  name,
  kind: githubKind(name),
  source: 'GitHub',
});
const inDatabricks = (name: string, alsoKnownAs: readonly string[] = []): Identity => ({
  system: 'databricks',
  name,
  alsoKnownAs,
  kind: databricksKind(name),
  source: 'Databricks',
});

describe('whether two accounts are one', () => {
  test.each<[string, Identity, Identity, Sameness]>([
    ['a login, written differently', onGitHub('Ada'), onGitHub('aDA'), 'same'],
    ['two logins', onGitHub('ada'), onGitHub('grace'), 'different'],
    ['two logins of one person', onGitHub('ada'), onGitHub('ADA-work'), 'same'],
    ['two logins that nobody maps', onGitHub('linus'), onGitHub('margaret'), 'different'],
    ['a user, written differently', inDatabricks('ADA@example.com'), inDatabricks('ada@EXAMPLE.com'), 'same'],
    ['an application id, written differently', inDatabricks(SP.toUpperCase()), inDatabricks(SP), 'same'],
    ['another name of the same', inDatabricks('promoter', [SP]), inDatabricks(SP), 'same'],
    ['two users', inDatabricks('ada@example.com'), inDatabricks('grace@example.com'), 'different'],
    ['a mapped login and its user', onGitHub('ADA'), inDatabricks('Ada@example.com'), 'same'],
    ['a mapped login and another user', onGitHub('ada'), inDatabricks('grace@example.com'), 'different'],
    ['a login that nobody maps and a user', onGitHub('linus'), inDatabricks('grace@example.com'), 'unknown'],
    ['a login that looks like the user', onGitHub('grace2'), inDatabricks('grace2@example.com'), 'unknown'],
    ['a person and a service principal', onGitHub('linus'), inDatabricks(SP), 'different'],
    ['an app and a user', onGitHub('renovate[bot]'), inDatabricks('ada@example.com'), 'unknown'],
    ['an app and a person', onGitHub('renovate[bot]'), onGitHub('ada'), 'unknown'],
    ['two apps', onGitHub('renovate[bot]'), onGitHub('github-actions[bot]'), 'unknown'],
    ['an app and itself', onGitHub('renovate[bot]'), onGitHub('Renovate[bot]'), 'same'],
    ['a mapped app and a user', onGitHub('deploy[bot]'), inDatabricks('ada@example.com'), 'different'],
    [
      'an app of a service principal, and a login that nobody maps',
      onGitHub('deploy[bot]'),
      onGitHub('linus'),
      'different',
    ],
    ['an app of a person, and that person', onGitHub('grace-helper[bot]'), onGitHub('grace'), 'same'],
    ['an app of a person, and another person', onGitHub('grace-helper[bot]'), onGitHub('ada'), 'different'],
    [
      'an app of a person, and a login that nobody maps',
      onGitHub('grace-helper[bot]'),
      onGitHub('linus'),
      'unknown',
    ],
    ['an app and a service principal', onGitHub('renovate[bot]'), inDatabricks(SP), 'unknown'],
    ['a mapped app and its service principal', onGitHub('Deploy[bot]'), inDatabricks(SP), 'same'],
    ['a login and a name of no known kind', onGitHub('linus'), inDatabricks('root'), 'unknown'],
    ['a display name and a user', inDatabricks('Ada Lovelace'), inDatabricks('ada@example.com'), 'unknown'],
    ['a display name and a mapped login', inDatabricks('Grace Hopper'), onGitHub('grace'), 'unknown'],
    ['an app and a name of no known kind', onGitHub('x[bot]'), inDatabricks('root'), 'unknown'],
  ])('%s', (_title, a, b, wanted) => {
    expect(compareIdentities(a, b, PEOPLE)).toBe(wanted);
    expect(compareIdentities(b, a, PEOPLE)).toBe(wanted);
  });
});

const held = (...identities: Identity[]): RoleFacts => ({ identities });
const UNSEEN: RoleFacts = { identities: [], unseen: { reason: 'nothing is shown', fix: 'Show it.' } };
const RULE: DistinctRoles = ['trainer', 'approver'];
const decideOne = (facts: DutyFacts, onUnknown: 'fail' | 'warn' = 'fail') =>
  decideDuties([RULE], facts, PEOPLE, onUnknown);

describe('a rule', () => {
  const trainer = held(inDatabricks('ada@example.com'));

  test.each<[string, DutyFacts, 'distinct' | 'shared' | 'unknown']>([
    ['different people', { trainer, approver: held(onGitHub('grace')) }, 'distinct'],
    ['one person', { trainer, approver: held(onGitHub('ada')) }, 'shared'],
    ['one of several is the same', { trainer, approver: held(onGitHub('grace'), onGitHub('ada')) }, 'shared'],
    [
      'one of several is not known: the same decides',
      { trainer, approver: held(onGitHub('linus'), onGitHub('ada')) },
      'shared',
    ],
    [
      'one of several is not known',
      { trainer, approver: held(onGitHub('grace'), onGitHub('linus')) },
      'unknown',
    ],
    ['a role that cannot be seen', { trainer, approver: UNSEEN }, 'unknown'],
    [
      'a role that is seen in part, and is the same',
      { trainer, approver: { ...UNSEEN, identities: [onGitHub('ada')] } },
      'shared',
    ],
    [
      'a role that is seen in part, and is not the same',
      { trainer, approver: { ...UNSEEN, identities: [onGitHub('grace')] } },
      'unknown',
    ],
    ['a role that was not looked at', { trainer }, 'unknown'],
    ['a role that nobody holds', { trainer, approver: held() }, 'unknown'],
    ['nothing at all', {}, 'unknown'],
  ])('%s', (_title, facts, state) => {
    const decision = decideOne(facts);
    expect(decision.rules.map((rule) => rule.state)).toEqual([state]);
    expect(decision.allowed).toBe(state === 'distinct');
    expect(decision.findings.map((finding) => finding.code)).toEqual(
      state === 'distinct' ? [] : [`duty-${state}`],
    );
    expect(decision.findings.every((finding) => (finding.fix ?? '') !== '')).toBe(true);
  });

  test('says who is who, by which accounts, and what to do', () => {
    const [finding] = decideOne({ trainer, approver: held(onGitHub('ada')) }).findings;
    expect(finding).toMatchObject({
      message:
        'trainer and approver must differ but are the same: ada@example.com in Databricks (Databricks) and ada on GitHub (GitHub).',
      fix: expect.stringContaining('have someone else approve') as string,
    });
  });

  test('names each login that people lacks', () => {
    const [finding] = decideOne({ trainer, approver: held(onGitHub('linus'), onGitHub('LINUS')) }).findings;
    expect(finding?.message).toContain('the Databricks user of linus is unknown');
    expect(finding?.fix).toContain('Add "linus = <their Databricks user>" to people.');
  });

  test('warns of what is unknown when asked to, and never lets a shared role pass', () => {
    const unknown = decideOne({ trainer, approver: UNSEEN }, 'warn');
    expect([unknown.allowed, unknown.findings[0]?.severity]).toEqual([true, 'warning']);
    expect(unknown.rules[0]?.state).toBe('unknown');
    expect(decideOne({ trainer, approver: held(onGitHub('ada')) }, 'warn').allowed).toBe(false);
  });

  test('warns of what is seen only in part', () => {
    const facts = { trainer: { ...trainer, beside: 'its run is gone' }, approver: held(onGitHub('grace')) };
    const decision = decideOne(facts);
    expect(decision.allowed).toBe(true);
    expect(decision.findings).toEqual([
      {
        code: 'duty-partly-seen',
        severity: 'warning',
        message: 'The trainer is known only in part: its run is gone.',
      },
    ]);
  });

  test('every rule is judged, and all that is wrong is told', () => {
    const facts = {
      trainer,
      approver: held(onGitHub('ada')),
      requester: held(onGitHub('ada')),
      promoter: UNSEEN,
    };
    const rules: DistinctRoles[] = [
      ['trainer', 'approver'],
      ['requester', 'approver'],
      ['trainer', 'promoter'],
      ['requester', 'promoter'],
    ];
    const decision = decideDuties(rules, facts, PEOPLE, 'fail');
    expect(decision.rules.map((rule) => rule.state)).toEqual(['shared', 'shared', 'unknown', 'unknown']);
    expect(decision.findings).toHaveLength(4);
  });
});

test('no rules: nothing to refuse', () => {
  expect(decideDuties([], { approver: UNSEEN }, PEOPLE, 'fail')).toEqual({
    allowed: true,
    findings: [],
    rules: [],
  });
});

test('the output has every account, who it is, and what is unseen', () => {
  const facts = {
    trainer: held(inDatabricks('ada@example.com')),
    requester: held(onGitHub('Grace')),
    approver: UNSEEN,
  };
  expect(roleOutputs(facts, PEOPLE)).toEqual({
    trainer: {
      known: true,
      identities: [{ name: 'ada@example.com', system: 'databricks', kind: 'person', source: 'Databricks' }],
    },
    requester: {
      known: true,
      identities: [
        { name: 'Grace', system: 'github', kind: 'person', source: 'GitHub', person: 'grace@example.com' },
      ],
    },
    approver: { known: false, identities: [], unseen: 'nothing is shown' },
  });
});

describe('what is told to people who hold two roles', () => {
  const fixOf = (roles: DistinctRoles) => {
    const same = held(onGitHub('ada'));
    const facts = { trainer: held(inDatabricks('ada@example.com')), requester: same, approver: same };
    return decideDuties([roles], facts, PEOPLE, 'fail').findings[0]?.fix;
  };

  test('"Prevent self-review" is about who started the run', () => {
    for (const roles of [
      ['requester', 'approver'],
      ['approver', 'requester'],
    ] as const)
      expect(fixOf(roles)).toMatch(
        /With "Prevent self-review" on the environment, GitHub refuses an approval by the person who started the run\.$/u,
      );
  });

  test('and keeps no trainer from approving: only the list of reviewers does', () => {
    for (const roles of [
      ['trainer', 'approver'],
      ['approver', 'trainer'],
    ] as const) {
      expect(fixOf(roles)).not.toContain('self-review');
      expect(fixOf(roles)).toContain('GitHub cannot check who the trainer is');
    }
  });
});
