import { describe, expect, test } from 'vitest';
import type { ModelVersion } from '../../src/domain/model.ts';
import { foreignHold } from '../../src/domain/hold.ts';
import { decideEqualHolds, equalsOf, originOf } from '../../src/policy/equal-versions.ts';
import { markedOrigin, mayBeOrigin } from '../../src/policy/origin.ts';

const NAME = { catalog: 'prod', schema: 'ml', model: 'fraud' };
const ORIGIN = 'models:/staging.ml.fraud/1';
const DIGEST = 'sha256:aa';

function version(number: number, tags: Readonly<Record<string, string>>, source?: string): ModelVersion {
  return {
    name: NAME,
    version: number,
    status: 'READY',
    aliases: [],
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    dependencies: [],
    ...(source === undefined ? {} : { source }),
  };
}

describe('whether two marks may mean one version', () => {
  test.each([
    ['the same', ORIGIN, ORIGIN, true],
    ['in another case', ORIGIN, 'models:/STAGING.ml.Fraud/1', true],
    ['another number', ORIGIN, 'models:/staging.ml.fraud/11', false],
    ['another model', ORIGIN, 'models:/staging.ml.other/1', false],
    ['in another metastore', ORIGIN, `${ORIGIN} in metastore abc-1`, false],
    ['in the same other metastore', `${ORIGIN} in metastore abc-1`, `${ORIGIN} in metastore ABC-1`, true],
    ['in two other metastores', `${ORIGIN} in metastore abc`, `${ORIGIN} in metastore def`, false],
    ['where nobody could see the metastore', ORIGIN, `${ORIGIN} in another workspace`, true],
    ['where only one could', `${ORIGIN} in metastore abc`, `${ORIGIN} in another workspace`, true],
    ['another number there', `${ORIGIN} in another workspace`, 'models:/staging.ml.fraud/2', false],
  ])('%s', (_title, a, b, expected) => {
    const [one, other] = [markedOrigin(a, 'three-level'), markedOrigin(b, 'three-level')];
    expect([mayBeOrigin(a, other), mayBeOrigin(b, one)]).toEqual([expected, expected]);
  });

  test('names of other registries keep their case', () => {
    expect(mayBeOrigin('models:/Fraud/1', markedOrigin('models:/fraud/1', 'any'))).toBe(false);
    expect(mayBeOrigin('models:/a b in another workspace/1', markedOrigin('models:/a b/1', 'any'))).toBe(
      false,
    );
  });
});

test.each([
  ['its record', version(2, { uc_promote_origin: ORIGIN }, 'models:/other.a.b/3'), ORIGIN],
  ['the registry’s word', version(2, {}, ORIGIN), ORIGIN],
  ['a run', version(2, {}, 'runs:/abc/model'), undefined],
  ['a logged model', version(2, {}, 'models:/m-abc'), undefined],
  ['nothing', version(2, {}), undefined],
])('where a version was copied from: %s', (_title, each, origin) => {
  expect(originOf(each)).toBe(origin);
});

test.each([
  ['of the same origin', { uc_promote_origin: ORIGIN }, 2, ['source']],
  ['of the same digest', { uc_promote_digest: DIGEST, uc_promote_origin: 'models:/a.b.c/9' }, 2, ['bytes']],
  ['of both', { uc_promote_digest: DIGEST, uc_promote_origin: ORIGIN }, 2, ['source']],
  ['of neither', { uc_promote_digest: 'sha256:bb', uc_promote_origin: 'models:/a.b.c/9' }, 2, []],
  ['without records', {}, 2, []],
  ['the version itself', { uc_promote_digest: DIGEST, uc_promote_origin: ORIGIN }, 5, []],
])('equal: %s', (_title, tags, number, found) => {
  const wanted = { origin: ORIGIN, content: DIGEST, except: 5 };
  expect(equalsOf([version(number, tags)], wanted, 'three-level').map(({ by }) => by)).toEqual(found);
});

test('what has no records equals nothing by them', () => {
  const versions = [version(2, {}), version(3, { uc_promote_digest: DIGEST })];
  expect(equalsOf(versions, { origin: undefined, content: undefined, except: 0 }, 'three-level')).toEqual([]);
});

test.each([
  ['a reason', { uc_promote_hold: 'incident 7' }, 'incident 7'],
  ['no reason', { uc_promote_hold: '' }, ''],
  ['a key in another case', { UC_Promote_Hold: 'incident 7' }, 'incident 7'],
  ['ours until it is verified', { uc_promote_hold: 'the copy is not verified yet' }, undefined],
  ['ours of a wrong copy', { uc_promote_hold: 'the copy does not equal its source' }, undefined],
  ['ours, and somebody’s', { uc_promote_hold: 'the copy is not verified yet', Uc_promote_hold: 'x' }, 'x'],
  ['none', { team: 'risk' }, undefined],
] as const)('a hold: %s', (_title, tags, hold) => {
  expect(foreignHold(version(2, tags))).toBe(hold);
  const decision = decideEqualHolds([{ version: version(2, tags), by: 'source' }]);
  expect([decision.allowed, decision.findings.map(({ code }) => code)]).toEqual(
    hold === undefined ? [true, []] : [false, ['equal-on-hold']],
  );
});

test('it says which version is on hold, why, and what makes it an equal', () => {
  const uc_promote_hold = 'incident\n7';
  const copied = version(2, { uc_promote_hold, uc_promote_origin: ORIGIN });
  const registered = version(2, { uc_promote_hold, uc_promote_origin: 'runs:/0a1b/model' });
  const messages = (
    [
      [copied, 'source'],
      [registered, 'source'],
      [copied, 'bytes'],
    ] as const
  ).flatMap(([held, by]) => decideEqualHolds([{ version: held, by }]).findings.map(({ message }) => message));
  expect(messages).toEqual([
    'models:/prod.ml.fraud/2, which is a copy of the same version, is on hold: incident\\n7.',
    'models:/prod.ml.fraud/2, which was registered from the same source, is on hold: incident\\n7.',
    'models:/prod.ml.fraud/2, which has the same content, is on hold: incident\\n7.',
  ]);
});
