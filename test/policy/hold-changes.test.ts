import { expect, test } from 'vitest';
import { holdChanges } from '../../src/policy/hold-changes.ts';
import { holdKey, readHold, type HoldMatch } from '../../src/policy/model-hold.ts';

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
