import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  hasMove,
  isRecorded,
  judgeHistory,
  moveEntry,
  movesOf,
  originOfUnrecorded,
  recordKey,
  recordMove,
  type AliasHistory,
  type MoveEntry,
} from '../../../src/policy/alias/history.ts';

const AUTHOR = { repository: 'acme/models', runId: '4242', attempt: '1', actor: 'ada' };
const LONGEST = { ...AUTHOR, repository: `${'o'.repeat(39)}/${'r'.repeat(100)}`, actor: 'a'.repeat(40) };
const CASELESS = { aliases: 'case-insensitive' } as const;
const EXACT = { aliases: 'case-sensitive' } as const;

/** The record after so many moves of an alias, 1 → 2, 2 → 3, …. */
function after(count: number, alias = 'Champion', author = AUTHOR): string {
  let text: string | null = null;
  for (let from = 1; from <= count; from += 1)
    text = recordMove(text, moveEntry({ alias, from, to: from + 1 }, author, 0)).text;
  return text ?? '';
}

type Entry = { readonly from?: number; readonly dropped?: number; readonly alias?: string };
const entriesOf = (text: string) => JSON.parse(text) as Entry[];

describe('the key of a record', () => {
  const digits = (name: string) => createHash('sha256').update(name).digest('hex').slice(0, 12);

  test('is by the name of the alias, as the registry compares it', () => {
    expect(recordKey('Champion', CASELESS)).toBe(`uc_promote_moves_${digits('champion')}`);
    expect(recordKey('CHAMPION', CASELESS)).toBe(recordKey('champion', CASELESS));
    expect(recordKey('Champion', EXACT)).toBe(`uc_promote_moves_${digits('Champion')}`);
    expect(recordKey('CHAMPION', EXACT)).not.toBe(recordKey('Champion', EXACT));
  });
});

describe('the text of a record', () => {
  test('one move', () => {
    expect(JSON.parse(after(1))).toEqual([
      {
        alias: 'Champion',
        from: 1,
        to: 2,
        run: 'acme/models/4242',
        attempt: '1',
        who: 'ada',
        at: '1970-01-01T00:00:00.000Z',
      },
    ]);
  });

  test('only the newest names the alias; a deletion is a move too', () => {
    const text = recordMove(after(2), moveEntry({ alias: 'Champion', from: 3, to: null }, AUTHOR, 0)).text;
    expect(entriesOf(text)).toMatchObject([
      { alias: 'Champion', from: 3, to: null },
      { from: 2, to: 3 },
      { from: 1, to: 2 },
    ]);
    expect(entriesOf(text).filter(({ alias }) => alias !== undefined)).toHaveLength(1);
  });

  test.each([1, 5, 7, 8, 9, 100, 250])(
    '%i moves: whole JSON, newest first, and every move is counted',
    (count) => {
      const text = after(count);
      expect(text.length).toBeLessThanOrEqual(1000);
      const entries = entriesOf(text);
      const kept = entries.filter(({ from }) => from !== undefined);
      const dropped = entries.at(-1)?.dropped ?? 0;
      expect(kept.map(({ from }) => from)).toEqual(Array.from(kept, (_, index) => count - index));
      expect(kept.length + dropped).toBe(count);
      expect(entries.filter((entry) => entry.dropped !== undefined)).toHaveLength(dropped === 0 ? 0 : 1);
    },
  );

  test('it says how many are left out', () => {
    const entry = moveEntry({ alias: 'Champion', from: 7, to: 2 }, AUTHOR, 0);
    const { text, dropped } = recordMove(after(20), entry);
    expect(dropped).toBeGreaterThan(0);
    expect(dropped).toBe(entriesOf(text).at(-1)?.dropped);
    expect(recordMove(null, entry).dropped).toBe(0);
  });

  test.each([
    ['the longest alias of two-unit letters', '𝒜'.repeat(127), AUTHOR],
    ['the longest alias, repository and login', 'a'.repeat(255), LONGEST],
    ['a login of no end', 'Champion', { ...AUTHOR, actor: '"'.repeat(5000) }],
  ])('%s: still whole JSON that names the move, and is known again', (_title, alias, author) => {
    const text = after(3, alias, author);
    expect(text.length).toBeLessThanOrEqual(1000);
    expect(entriesOf(text)[0]).toMatchObject({ alias, from: 3, to: 4 });
    const dropped = entriesOf(text).at(-1)?.dropped ?? 0;
    expect(entriesOf(text).filter(({ from }) => from !== undefined).length + dropped).toBe(3);
    expect(isRecorded(text, moveEntry({ alias, from: 3, to: 4 }, author, 9))).toBe(true);
  });

  test('whatever stood there before, the value is whole JSON within the limit', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((text) => `[${text}]`),
        ),
        (before) => {
          const { text } = recordMove(before, moveEntry({ alias: 'Champion', from: null, to: 2 }, AUTHOR, 0));
          expect(text.length).toBeLessThanOrEqual(1000);
          expect(entriesOf(text)[0]).toMatchObject({ alias: 'Champion', run: 'acme/models/4242' });
        },
      ),
      { numRuns: 300 },
    );
  });
});

test.each([
  ['the same attempt', AUTHOR, 1, 2, true],
  ['another attempt', { ...AUTHOR, attempt: '2' }, 1, 2, false],
  ['another run', { ...AUTHOR, runId: '7' }, 1, 2, false],
  ['another repository', { ...AUTHOR, repository: 'acme/others' }, 1, 2, false],
  ['another target', AUTHOR, 1, 3, false],
  ['another origin', AUTHOR, null, 2, false],
])('whether a move is recorded already: by %s', (_title, author, from, to, expected) => {
  const move = moveEntry({ alias: 'Champion', from, to }, author, 5);
  expect(isRecorded(after(1), move)).toBe(expected);
  expect(isRecorded(null, move)).toBe(false);
  // Only the newest counts: what lies before was taken back since.
  const back = recordMove(after(1), moveEntry({ alias: 'Champion', from: 2, to: 1 }, AUTHOR, 1)).text;
  expect(isRecorded(back, move)).toBe(false);
});

test.each([
  ['the same plan', 'a1b2', 'a1b2', true],
  ['another plan', 'a1b2', 'c3d4', false],
  ['no plan, where this move is of one', undefined, 'a1b2', false],
  ['a plan, where this move is of none', 'a1b2', undefined, false],
])('whether a move is recorded already: as a part of %s', (_title, recorded, plan, expected) => {
  const move = (of: string | undefined) =>
    moveEntry(
      { alias: 'Champion', from: 1, to: 2, ...(of === undefined ? {} : { approval: { plan: of } }) },
      AUTHOR,
      0,
    );
  const { text } = recordMove(null, move(recorded));
  expect([isRecorded(text, move(plan)), hasMove(text, move(plan))]).toEqual([expected, expected]);
});

const at = (from: number | null, to: number | null): MoveEntry => ({ from, to });

test.each<[string, MoveEntry[], number | null, AliasHistory]>([
  ['nothing recorded', [], 2, { kind: 'none' }],
  ['nothing recorded, and no alias', [], null, { kind: 'none' }],
  ['the newest led to it', [at(1, 2), at(null, 1)], 2, { kind: 'trusted', move: at(1, 2) }],
  ['a recorded deletion', [at(2, null), at(1, 2)], null, { kind: 'trusted', move: at(2, null) }],
  [
    'the newest was never made',
    [at(1, 2), at(null, 1)],
    1,
    { kind: 'interrupted', interrupted: at(1, 2), before: at(null, 1) },
  ],
  ['nor is there one before', [at(1, 2)], 1, { kind: 'interrupted', interrupted: at(1, 2) }],
  ['a creation was never made', [at(null, 2)], null, { kind: 'interrupted', interrupted: at(null, 2) }],
  [
    'a deletion was never made',
    [at(2, null), at(1, 2)],
    2,
    { kind: 'interrupted', interrupted: at(2, null), before: at(1, 2) },
  ],
  [
    'two were never made',
    [at(1, 3), at(1, 2), at(null, 1)],
    1,
    { kind: 'interrupted', interrupted: at(1, 3), before: at(null, 1) },
  ],
  ['somebody else moved it', [at(1, 2)], 3, { kind: 'outside', newest: at(1, 2) }],
  ['somebody else deleted it', [at(1, 2)], null, { kind: 'outside', newest: at(1, 2) }],
  ['somebody else set it again', [at(2, null)], 5, { kind: 'outside', newest: at(2, null) }],
  [
    'somebody else moved it, and then one was never made',
    [at(3, 4), at(1, 2)],
    3,
    { kind: 'outside', newest: at(3, 4) },
  ],
])('what a record says of what the alias names: %s', (_title, moves, now, expected) => {
  expect(judgeHistory(moves, now)).toEqual(expected);
});

test.each<[string, AliasHistory, Parameters<typeof originOfUnrecorded>[1], number | null | undefined]>([
  ['outside, of the same run', { kind: 'outside', newest: at(0, 6) }, { now: 8, isOwn: true }, 6],
  [
    'outside, and as expected',
    { kind: 'outside', newest: at(5, 6) },
    { now: 8, isOwn: true, expected: 6 },
    6,
  ],
  [
    'outside, and not as expected',
    { kind: 'outside', newest: at(5, 6) },
    { now: 8, isOwn: true, expected: 7 },
    undefined,
  ],
  ['outside, of another run', { kind: 'outside', newest: at(5, 6) }, { now: 8, isOwn: false }, undefined],
  ['nothing recorded, and expected', { kind: 'none' }, { now: 8, isOwn: true, expected: null }, null],
  ['nothing recorded, nor expected', { kind: 'none' }, { now: 8, isOwn: true }, undefined],
  ['nothing moved', { kind: 'none' }, { now: 8, isOwn: true, expected: 8 }, undefined],
  ['recorded', { kind: 'trusted', move: at(6, 8) }, { now: 8, isOwn: true, expected: 6 }, undefined],
  [
    'another was interrupted',
    { kind: 'interrupted', interrupted: at(8, 9) },
    { now: 8, isOwn: true, expected: 6 },
    undefined,
  ],
])('where a move without a record began: %s', (_title, history, move, expected) => {
  expect(originOfUnrecorded(history, move)).toEqual(expected === undefined ? undefined : { from: expected });
});

describe('older records, on the version that an alias names', () => {
  const older = (alias: string, from: number | null, time: string) => ({
    alias,
    from,
    run: 'acme/models/1/3',
    actor: 'grace',
    at: time,
  });
  const named = (...entries: unknown[]) => ({
    version: 2,
    tags: [{ key: 'uc_promote_moves', value: JSON.stringify(entries) }],
  });
  const MOVE = { from: 1, to: 2, run: 'acme/models/1', attempt: '3', who: 'grace', at: '2026-01-02' };

  test('are read, for their alias', () => {
    const version = named(older('champion', 1, '2026-01-02'), older('Other', 5, '2026-01-03'), 'x', {
      dropped: 3,
    });
    expect(movesOf('Champion', null, version, CASELESS)).toEqual([MOVE]);
    expect(movesOf('Champion', null, version, EXACT)).toEqual([]);
    expect(movesOf('Champion', null, undefined, CASELESS)).toEqual([]);
    expect(judgeHistory(movesOf('Champion', null, version, CASELESS), 2)).toEqual({
      kind: 'trusted',
      move: MOVE,
    });
  });

  test.each([
    ['before the newest', '2026-01-01', [3, 1]],
    ['after it', '2026-01-05', [1, 3]],
  ])('stand where their time puts them: %s', (_title, time, origins) => {
    const text = JSON.stringify([{ from: 3, to: 2, at: '2026-01-04' }]);
    const moves = movesOf('Champion', text, named(older('Champion', 1, time)), CASELESS);
    expect(moves.map(({ from }) => from)).toEqual(origins);
  });

  test('whatever the texts are, each move has its versions', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (text, value) => {
        const version = { version: 2, tags: [{ key: 'uc_promote_moves', value }] };
        for (const { from, to } of movesOf('Champion', text, version, CASELESS))
          expect([from, to].every((each) => each === null || Number.isSafeInteger(each))).toBe(true);
      }),
    );
  });
});
