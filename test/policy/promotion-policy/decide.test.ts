import { describe, expect, test } from 'vitest';
import type { FullName } from '../../../src/domain/full-name.ts';
import { parseModelPattern, type ModelPattern } from '../../../src/domain/model-pattern.ts';
import {
  decideChanges,
  decideMoment,
  decideStep,
  type PolicyStep,
} from '../../../src/policy/promotion-policy/decide.ts';
import type {
  ModelRule,
  PromotionPolicy,
  VersionRequirement,
} from '../../../src/policy/promotion-policy/policy.ts';
import { ruleFor, shadowedPatterns } from '../../../src/policy/promotion-policy/rule.ts';
import type { OriginFacts } from '../../../src/policy/promotion-policy/version.ts';

const NAME: FullName = { catalog: 'prod', schema: 'ml_team', model: 'fraud' };
const RULES = { names: 'three-level', aliases: 'case-insensitive' } as const;
const NOW = Date.parse('2026-11-29T12:00:00Z');
const HOUR = 3_600_000;

function pattern(text: string): ModelPattern {
  const read = parseModelPattern(text);
  if (!read.ok) throw new Error(read.problem);
  return read.value;
}

const NOTHING: VersionRequirement = { signature: false, origin: [], distinct: [] };

function rule(
  of: Partial<Omit<ModelRule, 'require'>> = {},
  require: Partial<VersionRequirement> = {},
): ModelRule {
  return {
    match: [pattern('prod.ml_team.*')],
    aliases: [],
    checks: [],
    ...of,
    require: { ...NOTHING, ...require },
  };
}

function policyOf(...models: readonly ModelRule[]): PromotionPolicy {
  return { models, freeze: [] };
}

const STRICT = { 'check-privileges': 'fail', 'require-signature': 'fail' } as const;

const ORIGIN: OriginFacts = {
  uri: 'models:/staging.ml_team.fraud/3',
  name: { ...NAME, catalog: 'staging' },
  content: 'equal',
  createdAt: NOW - 48 * HOUR,
};

function step(of: Partial<PolicyStep> = {}): PolicyStep {
  return {
    name: NAME,
    alias: 'Champion',
    isDeletion: false,
    inputs: STRICT,
    version: { subject: 'models:/prod.ml_team.fraud/7', tags: [], origin: ORIGIN, now: NOW },
    ...of,
  };
}

function codes(policy: PromotionPolicy, given: PolicyStep): string[] {
  const decision = decideStep(policy, given, RULES);
  expect(decision.allowed).toBe(decision.findings.length === 0);
  expect(decision.findings.every(({ fix }) => fix?.endsWith('.') === true)).toBe(true);
  return decision.findings.map(({ code }) => code);
}

describe('which rule decides', () => {
  test('the first that matches; none is a refusal', () => {
    const narrow = rule({ match: [pattern('prod.ml_team.fraud')] }, { signature: true });
    const wide = rule({ match: [pattern('prod.*')] });
    expect(ruleFor(policyOf(narrow, wide), NAME, 'three-level')).toBe(narrow);
    expect(ruleFor(policyOf(narrow, wide), { ...NAME, model: 'FRAUD' }, 'three-level')).toBe(narrow);
    expect(ruleFor(policyOf(narrow, wide), { ...NAME, model: 'churn' }, 'three-level')).toBe(wide);
    expect(codes(policyOf(narrow), step({ name: { ...NAME, model: 'churn' } }))).toEqual([
      'policy-model-unlisted',
    ]);
    expect(codes(policyOf(narrow), step({ name: { ...NAME, model: 'churn' }, alias: undefined }))).toEqual([
      'policy-model-unlisted',
    ]);
  });

  test.each([
    [['prod.*'], ['prod.a.b'], true],
    [['prod.*'], ['PROD.A.*'], true],
    [['prod.a.*'], ['prod.*'], false],
    [['prod.a.x*'], ['prod.a.xy*'], true],
    [['prod.a.x*'], ['prod.a.*'], false],
    [['prod.a.x*y'], ['prod.a.x1*2y'], true],
    [['prod.a.b'], ['prod.a.b'], true],
    [['prod.a.b'], ['prod.a.b*'], false],
    [['prod.a.*'], ['prod.b.*'], false],
  ])('%j hides %j: %s', (first, second, isHidden) => {
    const rules = [first, second].map((texts) => ({ match: texts.map(pattern) }));
    expect(shadowedPatterns(rules).map(({ rule: index }) => index)).toEqual(isHidden ? [1] : []);
  });
});

describe('aliases', () => {
  const known = rule({
    aliases: [
      { alias: 'Champion', rule: 'required' },
      { alias: 'Challenger', rule: 'allowed' },
      { alias: 'Prod', rule: 'forbidden' },
    ],
    protected: ['Champion'],
  });
  test.each<readonly [alias: string, isDeletion: boolean, expected: readonly string[]]>([
    ['champion', false, []],
    ['Challenger', false, []],
    ['PROD', false, ['policy-alias-forbidden']],
    ['Other', false, ['policy-alias-unknown']],
    ['Champion', true, ['policy-alias-deleted']],
    ['Challenger', true, []],
    ['Prod', true, []],
    ['Other', true, []],
  ])('%s, deleted %s: %j', (alias, isDeletion, expected) => {
    expect(codes(policyOf(known), step({ alias, isDeletion }))).toEqual(expected);
  });

  test('without a list, or with forbidden ones alone, any other may be there', () => {
    expect(codes(policyOf(rule()), step())).toEqual([]);
    const forbids = rule({ aliases: [{ alias: 'Prod', rule: 'forbidden' }] });
    expect(codes(policyOf(forbids), step())).toEqual([]);
    expect(codes(policyOf(forbids), step({ alias: 'Prod', isDeletion: true }))).toEqual([]);
    expect(codes(policyOf(forbids), step({ isDeletion: true }))).toEqual(['policy-alias-deleted']);
  });

  test('what is not protected needs nothing of what is required', () => {
    const strict = rule({ protected: ['Champion'] }, { signature: true, origin: [pattern('sandbox.*')] });
    const loose = { 'check-privileges': 'off', 'require-signature': 'off' } as const;
    expect(codes(policyOf(strict), step({ alias: 'Challenger', inputs: loose }))).toEqual([]);
    expect(codes(policyOf(strict), step({ inputs: loose }))).toEqual(['policy-check-off', 'policy-origin']);
  });
});

describe('a step may be stricter than the policy, and never looser', () => {
  test.each<readonly [ModelRule, PolicyStep['inputs'], readonly string[]]>([
    [rule({}, { signature: true }), STRICT, []],
    [rule({}, { signature: true }), { ...STRICT, 'require-signature': 'warn' }, ['policy-check-off']],
    [rule({}, { signature: true }), { ...STRICT, 'require-signature': 'off' }, ['policy-check-off']],
    [rule(), { ...STRICT, 'require-signature': 'off' }, []],
    [rule({ checks: ['check-privileges'] }), { ...STRICT, 'check-privileges': 'warn' }, ['policy-check-off']],
    [rule({ checks: ['on-unknown'] }), { ...STRICT, 'on-unknown': 'warn' }, ['policy-check-off']],
    [rule({ checks: ['on-unknown'] }), STRICT, []],
    [rule({}, { compatibility: 'callers' }), { ...STRICT, compatibility: 'callers' }, []],
    [rule({}, { compatibility: 'callers' }), { ...STRICT, compatibility: 'exact' }, []],
    [rule({}, { compatibility: 'exact' }), { ...STRICT, compatibility: 'callers' }, ['policy-check-off']],
    [rule({}, { compatibility: 'callers' }), { ...STRICT, compatibility: 'none' }, ['policy-check-off']],
    [rule({}, { compatibility: 'callers' }), STRICT, ['policy-not-compared']],
    [rule({}, { compatibility: 'callers' }), { ...STRICT, compatibility: null }, []],
    [
      rule({}, { compatibility: 'callers' }),
      { ...STRICT, compatibility: 'exact', comparesOther: true },
      ['policy-compared-other'],
    ],
  ])('%#', (given, inputs, expected) => {
    expect(codes(policyOf(given), step({ inputs }))).toEqual(expected);
  });
});

describe('what a version must have', () => {
  const STATUS = { key: 'validation_status', value: 'approved' };
  const staging = [pattern('staging.ml_team.*')];
  const versionOf = (of: Partial<NonNullable<PolicyStep['version']>>) =>
    step({ version: { subject: 'it', tags: [], origin: ORIGIN, now: NOW, ...of } });

  test.each<
    readonly [string, Partial<VersionRequirement>, Parameters<typeof versionOf>[0], readonly string[]]
  >([
    ['its status', { status: STATUS }, { tags: [STATUS] }, []],
    ['no status', { status: STATUS }, {}, ['policy-status']],
    ['another status', { status: STATUS }, { tags: [{ ...STATUS, value: 'Approved' }] }, ['policy-status']],
    ['a status that a validation may set', { status: STATUS }, { tags: undefined }, []],
    ['its origin', { origin: staging }, {}, []],
    ['one of several origins', { origin: [pattern('a.b.c'), ...staging] }, {}, []],
    ['no origin', { origin: staging }, { origin: undefined }, ['policy-origin']],
    ['another origin', { origin: [pattern('sandbox.*')] }, {}, ['policy-origin']],
    [
      'other files',
      { origin: staging },
      { origin: { ...ORIGIN, content: 'differs' } },
      ['policy-origin-content'],
    ],
    [
      'files that are not known',
      { origin: staging },
      { origin: { ...ORIGIN, content: { unknown: 'it is hidden.' } } },
      ['policy-origin-content'],
    ],
    ['an origin that was looked at before', { origin: staging, minAge: 96 * HOUR }, { origin: null }, []],
    ['old enough, to the millisecond', { origin: staging, minAge: 48 * HOUR }, {}, []],
    ['too young by one', { origin: staging, minAge: 48 * HOUR + 1 }, {}, ['policy-age']],
    [
      'an age that is not known',
      { origin: staging, minAge: 1 },
      { origin: { ...ORIGIN, createdAt: undefined } },
      ['policy-age'],
    ],
    [
      'an age of the future',
      { origin: staging, minAge: 0 },
      { origin: { ...ORIGIN, createdAt: NOW + 1 } },
      ['policy-age'],
    ],
    [
      'everything at once',
      { status: STATUS, origin: [pattern('sandbox.*')], minAge: 96 * HOUR },
      { origin: { ...ORIGIN, content: 'differs' } },
      ['policy-status', 'policy-origin', 'policy-origin-content', 'policy-age'],
    ],
  ])('%s', (_title, require, version, expected) => {
    expect(codes(policyOf(rule({}, require)), versionOf(version))).toEqual(expected);
  });
});

describe('at the moment of a move', () => {
  const distinct = rule({}, { distinct: [['trainer', 'approver']] });
  const at = (
    policy: PromotionPolicy,
    given: Parameters<typeof decideMoment>[1]['distinct'],
    alias = 'Champion',
  ) =>
    decideMoment(policy, { name: NAME, alias, now: NOW, distinct: given }, RULES).findings.map(
      ({ code }) => code,
    );

  test('the rules of separate people are those of the policy, in either order, or more', () => {
    expect(at(policyOf(distinct), [['trainer', 'approver']])).toEqual([]);
    expect(
      at(policyOf(distinct), [
        ['requester', 'promoter'],
        ['approver', 'trainer'],
      ]),
    ).toEqual([]);
    expect(at(policyOf(distinct), [['trainer', 'promoter']])).toEqual(['policy-distinct']);
    expect(at(policyOf(distinct), [])).toEqual(['policy-distinct']);
    expect(at(policyOf(distinct), undefined)).toEqual(['policy-distinct']);
    expect(at(policyOf({ ...distinct, protected: ['Other'] }), undefined)).toEqual([]);
  });

  test('a model without a rule is refused here too', () => {
    expect(at({ models: [], freeze: [] }, [])).toEqual(['policy-model-unlisted']);
  });
});

test('one run moves no more aliases than the policy allows', () => {
  const policy = { ...policyOf(rule()), maxChanges: 3 };
  expect([0, 3, 4].map((count) => decideChanges(policy, count).allowed)).toEqual([true, true, false]);
  expect(decideChanges(policyOf(rule()), 1000).allowed).toBe(true);
});
