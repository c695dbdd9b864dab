import { describe, expect, test } from 'vitest';
import { movesOf } from '../../src/policy/alias/history.ts';
import { rollbackTarget, type RollbackTarget } from '../../src/policy/rollback/target.ts';
import { faultOf, historyOf, moveByUs, newestOf, type TrueHistory } from './oracle.ts';

const RULES = { aliases: 'case-insensitive' } as const;
const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);

function pressed(history: TrueHistory, from: number, allowDelete: boolean): RollbackTarget {
  const now = history.named;
  const named = now === null ? undefined : { version: now, tags: [] };
  const moves = movesOf('champion', history.record, named, RULES);
  return rollbackTarget({ from, to: undefined, allowDelete }, { now, moves });
}

const judgedOf = (target: RollbackTarget) => ({
  kind: target.kind,
  ...('to' in target ? { to: target.to } : {}),
  ...('rests' in target ? { at: target.rests?.at } : {}),
});

describe('200 seeded histories, and every version of each taken for the bad one', () => {
  for (const seed of SEEDS) {
    test(`history ${seed}`, () => {
      for (const allowDelete of [false, true]) {
        for (const from of historyOf(seed).versions) {
          const history = historyOf(seed);
          const target = pressed(history, from, allowDelete);
          const story = [...history.story, JSON.stringify({ from, allowDelete, target })].join('\n');
          expect(faultOf(history, { from, allowDelete }, judgedOf(target)), story).toBeUndefined();
        }
      }
    });

    test(`history ${seed}: pressed again, whole or after a death, it goes nowhere else`, () => {
      for (const how of ['whole', 'dies after the record', 'record refused'] as const) {
        const history = historyOf(seed);
        const from = history.named;
        if (from === null) return;
        const first = pressed(history, from, true);
        if (first.kind !== 'go') return;
        moveByUs(history, first.to, how);
        const again = pressed(history, from, true);
        const story = [...history.story, JSON.stringify({ first, again })].join('\n');
        const wanted = how === 'dies after the record' ? 'go' : 'there';
        expect(again, story).toMatchObject({ kind: wanted, to: first.to });
      }
    });
  }
});

test('the histories are what they are for: some go, some are refused for each reason, some were never disturbed', () => {
  const seen = new Map<string, number>();
  for (const seed of SEEDS) {
    const history = historyOf(seed);
    if (history.named === null) continue;
    const target = pressed(history, history.named, false);
    const word = target.kind === 'unknown' ? target.history.kind : target.kind;
    const calm = history.isUndisturbed && newestOf(history) !== undefined ? ' undisturbed' : '';
    for (const key of [word, `${word}${calm}`]) seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  for (const word of ['go', 'outside', 'interrupted', 'none', 'named-nothing', 'go undisturbed'])
    expect(seen.get(word) ?? 0, `${word}: ${JSON.stringify([...seen])}`).toBeGreaterThan(1);
});
