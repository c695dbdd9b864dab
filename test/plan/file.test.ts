import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical, holdsCode, planCode, planDigest } from '../../src/plan/digest.ts';
import { basisOf, changesIn, readPlanFile } from '../../src/plan/file.ts';
import { planFiles } from './arbitrary-plan.ts';
import { CHANGES, COPY, NAME, PLAN, REFUSED, UPDATE } from './sample-plan.ts';

const DIGEST = planDigest(PLAN);

const hold = {
  kind: 'hold',
  name: NAME,
  version: 6,
  key: 'uc_promote_hold_e7f6c011776e',
  from: null,
  to: 'incident 7',
} as const;
const holds = { kind: 'holds', name: NAME, was: null } as const;

describe('what a plan rests on', () => {
  test('every value that is replaced and every fact once, without what an earlier change brings about', () => {
    expect(PLAN.basis).toEqual([
      { kind: 'alias', name: NAME, alias: 'Champion', was: 6 },
      { kind: 'status', name: NAME, version: 8, was: 'READY' },
      { kind: 'tag', target: COPY, key: 'validation_status', was: 'approved' },
      { kind: 'tag', target: COPY, key: 'uc_promote_hold', was: null },
    ]);
  });

  test('a change rests on all of it, a hold only on the other holds of its model', () => {
    const elsewhere = { ...holds, name: { ...NAME, catalog: 'staging' } };
    const basis = [...PLAN.basis, holds, elsewhere];
    const changes = [...PLAN.changes, hold];
    expect(changesIn({ ...PLAN, changes, basis }).map((each) => [each.kind, each.basis])).toEqual([
      ['record', basis],
      ['alias', basis],
      ['hold', [holds]],
    ]);
  });

  test('an update of an endpoint rests on its own endpoint, and neither on another one nor on holds that come before it', () => {
    const other = { ...UPDATE, endpoint: 'fraud-eu' };
    const changes = [...PLAN.changes, hold, UPDATE, other];
    const basis = [...basisOf([...CHANGES, UPDATE, other]), holds];
    const own = (endpoint: string) =>
      ({ kind: 'endpoint', name: NAME, endpoint, was: UPDATE.config }) as const;
    expect(basis).toEqual([...PLAN.basis, own('fraud-rt'), own('fraud-eu'), holds]);
    const [, ...facts] = PLAN.basis;
    const rests = changesIn({ ...PLAN, changes, basis }).map((each) => each.basis);
    expect(rests).toEqual([basis, basis, [holds], [...facts, own('fraud-rt')], [...facts, own('fraud-eu')]]);
    const without = changesIn({ ...PLAN, changes: [UPDATE], basis: [own('fraud-rt'), holds] });
    expect(without.map((each) => each.basis)).toEqual([[own('fraud-rt'), holds]]);
  });

  test('a later change does not rest on what an earlier one brings about', () => {
    const [record, alias] = PLAN.changes;
    const again = { kind: 'alias', name: NAME, alias: 'Champion', from: 8, to: 6 } as const;
    const changes = record === undefined || alias === undefined ? [] : [record, alias, again];
    expect(changesIn({ ...PLAN, changes }).map(({ basis }) => basis)).toEqual([
      PLAN.basis,
      PLAN.basis,
      PLAN.basis.slice(1),
    ]);
  });

  test('a record does not stand for the alias that follows it', () => {
    const alias = { name: NAME, alias: 'Champion', from: 6, to: 8 };
    const other = { ...alias, alias: 'Challenger', from: null };
    expect(
      basisOf([
        { kind: 'record', ...alias },
        { kind: 'alias', ...other },
      ]),
    ).toEqual([
      { kind: 'alias', name: NAME, alias: 'Champion', was: 6 },
      { kind: 'alias', name: NAME, alias: 'Challenger', was: null },
    ]);
  });
});

describe('digest and code', () => {
  test('a plan that is written and read again has the same digest, whatever the order of its members', () => {
    fc.assert(
      fc.property(planFiles, (plan) => {
        const reordered = JSON.stringify(Object.fromEntries(Object.entries(plan).reverse()), undefined, 2);
        expect(readPlanFile(reordered)).toEqual({ plan, digest: planDigest(plan) });
      }),
      { numRuns: 200, seed: 14 },
    );
  });

  test.each([
    ['another run', { ...PLAN, run: { ...PLAN.run, runId: '4243' } }],
    ['another attempt', { ...PLAN, run: { ...PLAN.run, attempt: '2' } }],
    ['another provider', { ...PLAN, run: { ...PLAN.run, provider: 'gitlab' } }],
    ['another workspace', { ...PLAN, registry: { kind: 'databricks', workspaceId: '9' } }],
    ['a workspace that was not told', { ...PLAN, registry: { kind: 'databricks', workspaceId: null } }],
    ['a longer validity', { ...PLAN, run: { ...PLAN.run, validUntil: '2099-01-01T00:00:00.000Z' } }],
    ['a change less', { ...PLAN, changes: PLAN.changes.slice(1) }],
    ['another order of changes', { ...PLAN, changes: PLAN.changes.toReversed() }],
    ['an update of an endpoint more', { ...PLAN, changes: [...PLAN.changes, UPDATE] }],
    ['a fact less', { ...PLAN, basis: PLAN.basis.slice(1) }],
    ['a fact of another value', { ...PLAN, basis: [{ ...PLAN.basis[0], was: 5 }] }],
  ])('%s has another digest', (_name, plan) => {
    expect(planDigest(plan)).not.toBe(DIGEST);
  });

  test.each([
    ['planner', { ...PLAN, planner: null }],
    ['evidence', { ...PLAN, evidence: [] }],
    ['effects', { ...PLAN, effects: [] }],
  ])('%s is read by people and not bound', (_name, plan) => {
    expect(planDigest(plan)).toBe(DIGEST);
  });

  test('the code is 60 bits of digest and attempt, in letters that are not taken for another', () => {
    const code = planCode(PLAN.run, DIGEST);
    expect(code).toMatch(/^UCP(?:-[0-9A-HJKMNP-TV-Z]{4}){3}$/u);
    expect(planCode(PLAN.run, DIGEST)).toBe(code);
    expect(planCode({ ...PLAN.run, attempt: '2' }, DIGEST)).not.toBe(code);
    expect(planCode({ ...PLAN.run, repository: 'acme/other' }, DIGEST)).not.toBe(code);
    expect(
      planCode(
        PLAN.run,
        DIGEST.replace(/^./u, (first) => (first === '0' ? '1' : '0')),
      ),
    ).not.toBe(code);
  });

  test.each([
    ['UCP-7Q3K-M2XV-90T1', true],
    ['looks good. ucp-7q3k-m2xv-90t1 thanks', true],
    ['UCP 7Q3K M2XV 9OTI', true],
    ['`UCP-7Q3K-M2XV-9oTl`', true],
    ['UCP–7Q3K–M2XV–90T1.', true],
    ['ucp7q3km2xv90t1', true],
    ['UCP-7Q3K-M2XV-90T2', false],
    ['UCP-7Q3K-M2XV', false],
    ['7Q3K-M2XV-90T1', false],
    ['xUCP-7Q3K-M2XV-90T1', false],
    ['UCP-7Q3K-M2XV-90T10', false],
    ['', false],
  ])('a comment %j holds it: %s', (comment, isHeld) => {
    expect(holdsCode(comment, 'UCP-7Q3K-M2XV-90T1')).toBe(isHeld);
  });

  test.each([[Number.NaN], [Number.POSITIVE_INFINITY], ['\ud800'], [undefined]])(
    'what JSON has no form for is no part of a digest: %j',
    (value) => {
      expect(() => canonical(value)).toThrow();
    },
  );
});

describe('reading a plan file', () => {
  test.each([
    ['one that was written', PLAN],
    ['with the update of an endpoint', { ...PLAN, changes: [...PLAN.changes, UPDATE] }],
    ['of an endpoint alone', { ...PLAN, changes: [UPDATE], basis: basisOf([UPDATE]) }],
  ])('%s', (_name, plan) => {
    expect(readPlanFile(JSON.stringify(plan))).toEqual({ plan, digest: planDigest(plan) });
  });

  test.each<readonly [name: string, content: string, fault: string]>([
    ['no text', '', 'it is not JSON'],
    ['a cut text', JSON.stringify(PLAN).slice(0, -1), 'it is not JSON'],
    ...Object.entries(REFUSED).map(([name, [plan, fault]]) => [name, JSON.stringify(plan), fault] as const),
  ])('%s is a fault', (_name, content, fault) => {
    const read = readPlanFile(content);
    expect('fault' in read ? read.fault : 'taken').toContain(fault);
  });
});
