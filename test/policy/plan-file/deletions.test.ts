import { expect, test } from 'vitest';
import type { FiledChange } from '../../../src/plan/file.ts';
import type { BasisFact } from '../../../src/plan/basis.ts';
import { deletionContradictions } from '../../../src/policy/plan-file/deletions.ts';

const NAME = { catalog: 'prod', schema: 'ml_team', model: 'fraud_detection' };
const OTHER = { ...NAME, model: 'churn' };
const STATE = 'READY, made at 2026-01-02T03:04:05.000Z, no tags';

type Deletion = FiledChange & { readonly kind: 'delete-version' };

const DELETION: Deletion = {
  kind: 'delete-version',
  name: NAME,
  version: 2,
  why: 'rejected',
  from: STATE,
  to: null,
};
const BASIS: readonly BasisFact[] = [
  { kind: 'version', name: NAME, version: 2, was: STATE },
  { kind: 'served', name: NAME, version: 2, was: null },
  { kind: 'naming', name: NAME, was: 'champion names 1' },
  { kind: 'holds', name: NAME, was: null },
];

const edited = (change: Partial<Deletion>) => {
  const was = change.from ?? STATE;
  return deletionContradictions({
    changes: [{ ...DELETION, ...change }],
    basis: BASIS.map((fact) => (fact.kind === 'version' ? { ...fact, was } : fact)),
  });
};

test('a deletion that rests on its own model contradicts nothing', () => {
  expect(deletionContradictions({ changes: [DELETION], basis: [...BASIS] })).toEqual([]);
});

test.each([
  ['naming', 'it does not rest on the aliases and the holds of the model'],
  ['holds', 'it does not rest on the aliases and the holds of the model'],
  ['version', 'it does not rest on each version and its endpoints'],
  ['served', 'it does not rest on each version and its endpoints'],
] as const)('a deletion that rests on the %s of another model', (kind, said) => {
  const basis = BASIS.map((fact): BasisFact => (fact.kind === kind ? { ...fact, name: OTHER } : fact));
  expect(deletionContradictions({ changes: [DELETION], basis })).toEqual([said]);
  expect(deletionContradictions({ changes: [DELETION], basis: [...BASIS, ...basis] })).toEqual([]);
});

test('any of several facts about the aliases of the model counts', () => {
  const naming = { kind: 'naming', name: NAME, was: 'blue names 3\nlate names 2' } as const;
  expect(deletionContradictions({ changes: [DELETION], basis: [...BASIS, naming] })).toEqual([
    'it deletes a version that an alias names',
  ]);
});

test.each([
  ['pending', 'READY'],
  ['failed', 'READY'],
  ['pending', 'FAILED_REGISTRATION'],
  ['rejected', 'PENDING_REGISTRATION'],
  ['old', 'FAILED_REGISTRATION'],
  ['old', 'UNKNOWN'],
] as const)('a version is not %s in the status %s', (why, status) => {
  expect(edited({ why, from: STATE.replace('READY', status) })).toEqual([
    'it deletes a version for a reason that its status does not give',
  ]);
});

test.each([
  ['pending', 'PENDING_REGISTRATION'],
  ['failed', 'FAILED_REGISTRATION'],
  ['abandoned', 'PENDING_REGISTRATION'],
  ['abandoned', 'READY'],
  ['old', 'READY'],
] as const)('a version may be %s in the status %s', (why, status) => {
  expect(edited({ why, from: STATE.replace('READY', status) })).toEqual([]);
});
