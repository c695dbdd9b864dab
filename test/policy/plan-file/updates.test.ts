import { expect, test } from 'vitest';
import type { PlanFile } from '../../../src/plan/file.ts';
import { updateContradictions } from '../../../src/policy/plan-file/updates.ts';
import { NAME, PLAN, UPDATE } from '../../plan/sample-plan.ts';

type Parts = Pick<PlanFile, 'changes' | 'basis'>;

const WITH: Parts = {
  changes: [...PLAN.changes, UPDATE, { ...UPDATE, endpoint: 'fraud-eu' }],
  basis: [...PLAN.basis, { kind: 'holds', name: NAME, was: null }],
};
const ALONE: Parts = { ...WITH, changes: WITH.changes.filter(({ kind }) => kind === 'serving') };
const more = ({ changes, basis }: Parts, edit: object): Parts => ({
  basis,
  changes: [...changes, { ...UPDATE, endpoint: 'fraud-us', ...edit }],
});
const without = ({ changes, basis }: Parts, kind: string): Parts => ({
  changes,
  basis: basis.filter((fact) => fact.kind !== kind),
});

test('a plan without updates, with them beside its move, or with them alone does not contradict itself', () => {
  expect([PLAN, WITH, ALONE, more(WITH, {})].map(updateContradictions)).toEqual([[], [], [], []]);
});

const REFUSED: readonly (readonly [what: string, plan: Parts, said: string])[] = [
  ['another version', more(ALONE, { version: 4 }), 'do not all get one version'],
  ['another alias', more(ALONE, { alias: 'old' }), 'do not all get one version'],
  [
    'other rules',
    more(ALONE, { rules: { ...UPDATE.rules, putsBack: 'nothing' } }),
    'do not all get one version',
  ],
  [
    'another version than the move',
    { ...WITH, changes: [...PLAN.changes, { ...UPDATE, version: 4 }] },
    'the version that the alias is moved to',
  ],
  [
    'another alias than the move',
    { ...WITH, changes: [...PLAN.changes, { ...UPDATE, alias: 'old' }] },
    'the version that the alias is moved to',
  ],
  ['an endpoint twice', more(ALONE, { endpoint: 'fraud-eu', keepsPrevious: false }), 'an endpoint twice'],
  ['no status', without(ALONE, 'status'), 'does not rest on the status and the holds'],
  ['no hold of the version', without(ALONE, 'tag'), 'does not rest on the status and the holds'],
  ['no holds of the model', without(WITH, 'holds'), 'does not rest on the status and the holds'],
];

test.each(REFUSED)('%s is a contradiction', (_what, plan, said) => {
  expect(updateContradictions(plan).join('; ')).toContain(said);
});
