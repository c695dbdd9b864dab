import { describe, expect, test } from 'vitest';
import type { MoveEntry } from '../../../src/policy/alias/history.ts';
import { aliasAt, aliasTimeline, everNamed } from '../../../src/policy/alias/timeline.ts';
import { CLOCK, day, move } from './dated-moves.ts';

const WHOLE = [move(2, 3, 20), move(1, 2, 10), move(null, 1, 5)];

describe('what an alias named when', () => {
  test('newest first, with what it named before the oldest move', () => {
    expect(aliasTimeline(WHOLE, 3)).toEqual([
      { version: 3, since: day(20), move: WHOLE[0] },
      { version: 2, since: day(10), until: day(20), move: WHOLE[1] },
      { version: 1, since: day(5), until: day(10), move: WHOLE[2] },
      { version: null, until: day(5) },
    ]);
    expect(aliasTimeline([], 3)).toEqual([]);
  });

  test('a gap where it names another version at the end than the move led to', () => {
    expect(aliasTimeline([move(5, 6, 20), move(1, 2, 10)], 7).map(({ gap }) => gap)).toEqual([
      { found: 7 },
      { found: 5 },
      undefined,
    ]);
  });
});

describe('what it named at a moment', () => {
  const at = (moves: readonly MoveEntry[], now: number | null, time: string) =>
    aliasAt(aliasTimeline(moves, now), Date.parse(time), CLOCK);

  test.each([
    [day(25), 3],
    [day(20), 3],
    ['2026-11-20T11:59:59.999Z', 2],
    [day(10), 2],
    [day(6), 1],
  ])('%s: version %s', (time, version) => {
    expect(at(WHOLE, 3, time)).toMatchObject({ kind: 'named', span: { version } });
  });

  test('nothing, where it was deleted', () => {
    expect(at([move(2, null, 20)], null, day(21))).toMatchObject({ kind: 'named', span: { version: null } });
  });

  test.each([
    ['before the oldest move', WHOLE, 3, day(4), 'before-record'],
    ['without a record', [], 3, day(4), 'no-record'],
    ['later than now', WHOLE, 3, '2027-01-01T00:00:00Z', 'future'],
    ['after somebody moved it', WHOLE, 4, day(25), 'gap'],
    ['in a gap between two moves', [move(5, 6, 20), move(1, 2, 10)], 6, day(15), 'gap'],
    [
      'in a move that was begun and not made',
      [move(2, 4, 20), move(2, 3, 15), move(1, 2, 10)],
      4,
      day(17),
      'gap',
    ],
    ['in a move without a time', [move(2, 3), move(1, 2, 10)], 3, day(25), 'gap'],
    ['where the times run backwards', [move(2, 3, 5), move(1, 2, 10)], 3, day(7), 'gap'],
    ['where a time is none', [{ ...move(2, 3), at: 'soon' }, move(1, 2, 10)], 3, day(25), 'gap'],
  ] as const)('unknown %s', (_, moves, now, time, why) => {
    expect(at(moves, now, time)).toMatchObject({ kind: 'unknown', why });
  });
});

describe('whether it ever named a version', () => {
  const at = (from: number | null, to: number | null): MoveEntry => ({ from, to });
  const WHOLE = [at(2, 3), at(1, 2), at(null, 1)];

  test.each<[string, number, readonly MoveEntry[], number | null, 'yes' | 'no' | 'unknown']>([
    ['a move led to it', 2, WHOLE, 3, 'yes'],
    ['it is what the oldest move came from', 1, [at(1, 2)], 2, 'yes'],
    ['it was found in a gap', 7, [at(7, 3), at(1, 2)], 3, 'yes'],
    ['no move names it', 4, WHOLE, 3, 'no'],
    ['the record does not reach back', 4, WHOLE.slice(0, 2), 3, 'unknown'],
    ['somebody moved it without a record', 4, WHOLE, 9, 'unknown'],
    ['the move to it was begun and never made', 3, WHOLE, 2, 'unknown'],
    ['there is no record', 4, [], 3, 'unknown'],
  ])('%s', (_title, version, moves, now, expected) => {
    expect(everNamed(version, moves, now)).toBe(expected);
  });
});
