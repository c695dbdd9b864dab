import { expect, test } from 'vitest';
import { holdChanges, holdsLeft, liftChanges } from '../../../src/policy/hold/changes.ts';
import { holdKey, readHold, type HoldMatch } from '../../../src/policy/hold/model-hold.ts';

const NAME = { catalog: 'prod', schema: 'ml_team', model: 'fraud_detection' };
const OTHER = { key: holdKey(2), value: JSON.stringify({ version: 2, reason: 'incident 6' }) };

function changesWhenHeld(by: HoldMatch): unknown[] {
  const held = [{ name: NAME, hold: readHold(OTHER.key, OTHER.value), by }];
  return holdChanges({ name: NAME, version: 3 }, 'incident 7', { held, tags: [OTHER] });
}

test.each(['version', 'bytes'] as const)('what is on hold by its %s gets no second hold', (by) => {
  expect(changesWhenHeld(by)).toEqual([]);
});

test.each(['source', 'unreadable'] as const)(
  'a hold by its %s does not cover its bytes, so it gets one of its own',
  (by) => {
    expect(changesWhenHeld(by)).toEqual([
      { kind: 'hold', name: NAME, version: 3, key: holdKey(3), from: null, to: 'incident 7' },
    ]);
  },
);

test.each([
  ['version', true],
  ['bytes', true],
  ['source', false],
  ['unreadable', false],
] as const)('a lift takes a hold by its %s: %s', (by, isLifted) => {
  const found = [{ name: NAME, hold: readHold(OTHER.key, OTHER.value), by }];
  const version = {
    name: NAME,
    version: 3,
    status: 'READY',
    tags: [],
    aliases: [],
    dependencies: [],
  } as const;
  const change = { kind: 'hold', name: NAME, version: 2, key: OTHER.key, from: 'incident 6', to: null };
  expect(liftChanges(version, found)).toEqual(isLifted ? [{ ...change, found: OTHER.value }] : []);
  expect(holdsLeft(found)).toEqual(isLifted ? [] : found);
});
