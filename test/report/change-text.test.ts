import { expect, it } from 'vitest';
import { type Change, formatChange } from '../../src/plan/change.ts';
import { PROD, STAGING } from './full-names.ts';

const target = { kind: 'version', name: PROD, version: 7 } as const;

const CASES: readonly (readonly [Change, string])[] = [
  [
    { kind: 'alias', name: PROD, alias: 'Champion', from: 6, to: 8 },
    'prod.ml_team.fraud_detection@Champion 6 → 8',
  ],
  [
    { kind: 'alias', name: PROD, alias: 'Champion', from: null, to: 8 },
    'prod.ml_team.fraud_detection@Champion (none) → 8',
  ],
  [
    { kind: 'alias', name: PROD, alias: 'Champion', from: 8, to: null },
    'prod.ml_team.fraud_detection@Champion 8 → (removed)',
  ],
  [
    { kind: 'tag', target, key: 'validation_status', from: 'pending', to: 'approved' },
    'tag validation_status of version 7 of prod.ml_team.fraud_detection: pending → approved',
  ],
  [
    { kind: 'tag', target: { kind: 'model', name: PROD }, key: 'team', from: '', to: null },
    'tag team of prod.ml_team.fraud_detection: (empty) → (removed)',
  ],
  [
    { kind: 'description', target, from: '', to: 'x'.repeat(180) },
    `description of version 7 of prod.ml_team.fraud_detection: (empty) → ${'x'.repeat(120)}… (60 more characters)`,
  ],
  [
    { kind: 'create-model', name: PROD, owner: 'ml-platform' },
    'create model prod.ml_team.fraud_detection, owner ml-platform',
  ],
  [
    { kind: 'owner', name: PROD, from: 'ada@example.com', to: 'ml-platform' },
    'owner of prod.ml_team.fraud_detection: ada@example.com → ml-platform',
  ],
  [
    { kind: 'record', name: PROD, alias: 'Champion', from: 6, to: null },
    'record of prod.ml_team.fraud_detection@Champion 6 → (removed)',
  ],
  [{ kind: 'create-model', name: PROD }, 'create model prod.ml_team.fraud_detection'],
  [
    { kind: 'copy', source: { name: STAGING, version: 1 }, destination: PROD },
    'copy models:/staging.ml_team.fraud_detection/1 → prod.ml_team.fraud_detection',
  ],
  [
    { kind: 'register', source: 'runs:/0123456789abcdef0123456789abcdef/model', destination: PROD },
    'register runs:/0123456789abcdef0123456789abcdef/model → prod.ml_team.fraud_detection',
  ],
  [
    { kind: 'register', source: `models/${'x'.repeat(120)}`, destination: PROD },
    `register models/${'x'.repeat(113)}… → prod.ml_team.fraud_detection`,
  ],
  [
    {
      kind: 'delete-version',
      name: PROD,
      version: 7,
      why: 'leftover',
      from: 'PENDING_REGISTRATION, made at 2026-11-20T09:31:44.000Z, no tags',
      to: null,
    },
    'delete unfinished version 7 of prod.ml_team.fraud_detection',
  ],
  [
    {
      kind: 'delete-version',
      name: PROD,
      version: 7,
      why: 'rejected',
      from: 'READY, made at 2026-11-20T09:31:44.000Z, no tags',
      to: null,
    },
    'delete version 7 of prod.ml_team.fraud_detection (it was rejected)',
  ],
];

it.each(CASES)('%j reads as a line', (change, expected) => {
  expect(formatChange(change)).toBe(expected);
});
