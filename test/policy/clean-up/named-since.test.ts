import { expect, test } from 'vitest';
import type { MoveEntry } from '../../../src/policy/alias/history.ts';
import { namedSince } from '../../../src/policy/clean-up/named-since.ts';
import { CLOCK, day, move } from '../alias/dated-moves.ts';

const untilOf = (version: number, ...records: readonly (readonly [string, number, readonly MoveEntry[]])[]) =>
  namedSince(
    { aliases: records.map(([alias, now, moves]) => ({ alias, now, moves, lost: 0 })), unreadable: [] },
    { since: Date.parse(day(1)), clock: CLOCK },
  ).named.get(version);

test('a version that an alias named several times was named until the last of them', () => {
  const moves = [move(2, 3, 25), move(1, 2, 20), move(2, 1, 10), move(null, 2, 5)];
  expect(untilOf(2, ['Champion', 3, moves])).toEqual({ alias: 'Champion', until: Date.parse(day(25)) });
  expect(untilOf(1, ['Champion', 3, moves])).toEqual({ alias: 'Champion', until: Date.parse(day(20)) });
});

test('a version that several aliases named was named until the last of them, in any order', () => {
  const late = ['Blue', 3, [move(2, 3, 25), move(null, 2, 5)]] as const;
  const early = ['Green', 3, [move(2, 3, 12), move(null, 2, 5)]] as const;
  for (const records of [
    [late, early],
    [early, late],
  ])
    expect(untilOf(2, ...records)).toEqual({ alias: 'Blue', until: Date.parse(day(25)) });
});

test('an unknown time hides none that is known, and protects where it is all there is', () => {
  const known = ['Blue', 3, [move(2, 3, 25), move(null, 2, 5)]] as const;
  const unknown = ['Green', 3, [move(2, 3), move(null, 2)]] as const;
  expect(untilOf(2, known, unknown)).toMatchObject({ until: Date.parse(day(25)) });
  expect(untilOf(2, unknown, known)).toMatchObject({ until: Date.parse(day(25)) });
  expect(untilOf(2, unknown)).toEqual({ alias: 'Green', until: undefined });
});
