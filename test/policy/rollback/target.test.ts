import { describe, expect, test } from 'vitest';
import type { ModelVersion } from '../../../src/domain/model.ts';
import type { MoveEntry } from '../../../src/policy/alias/history.ts';
import { aliasTimeline } from '../../../src/policy/alias/timeline.ts';
import { rollbackCandidates } from '../../../src/policy/rollback/candidates.ts';
import { rollbackTarget } from '../../../src/policy/rollback/target.ts';

const move = (from: number | null, to: number | null, at = 0): MoveEntry => ({
  from,
  to,
  at: new Date(Date.UTC(2026, 10, 1) + at * 3_600_000).toISOString(),
});
const [a, b, c] = [move(null, 1, 1), move(1, 2, 2), move(2, 3, 3)];

interface Row {
  readonly title: string;
  readonly now: number | null;
  readonly moves: readonly MoveEntry[];
  readonly from?: number;
  readonly to?: number;
  readonly allowDelete?: boolean;
  readonly kind: string;
  readonly goes?: number | null;
}

const ROWS: readonly Row[] = [
  { title: 'what it named before', now: 2, moves: [b, a], kind: 'go', goes: 1 },
  { title: 'the target that is named', now: 2, moves: [b, a], to: 7, kind: 'go', goes: 7 },
  { title: 'the target that is named, without a record', now: 2, moves: [], to: 1, kind: 'go', goes: 1 },
  { title: 'no record', now: 2, moves: [], kind: 'unknown' },
  { title: 'moved by somebody who recorded nothing', now: 2, moves: [c, a], kind: 'unknown' },
  { title: 'moved there before the record begins', now: 2, moves: [c], kind: 'unknown' },
  { title: 'a move away was begun, and not made', now: 2, moves: [move(2, 3, 4), b, a], kind: 'unknown' },
  { title: 'a rollback was begun, and not made', now: 2, moves: [move(2, 1, 4), b, a], kind: 'go', goes: 1 },
  { title: 'the same twice', now: 2, moves: [move(2, 1, 5), move(2, 1, 4), b, a], kind: 'go', goes: 1 },
  { title: 'it named nothing before', now: 1, from: 1, moves: [a], kind: 'named-nothing' },
  {
    title: 'it named nothing before, and may be deleted',
    now: 1,
    from: 1,
    moves: [a],
    allowDelete: true,
    kind: 'go',
    goes: null,
  },
  { title: 'it is there, by the target', now: 7, moves: [b, a], to: 7, kind: 'there', goes: 7 },
  { title: 'it is there, pressed again', now: 1, moves: [move(2, 1, 4), b, a], kind: 'there', goes: 1 },
  {
    title: 'it is there, and the first press recorded nothing',
    now: 1,
    moves: [b, a],
    kind: 'there',
    goes: 1,
  },
  { title: 'it was deleted already', now: null, from: 1, moves: [a], kind: 'there', goes: null },
  { title: 'it was promoted since', now: 3, moves: [c, b, a], kind: 'moved' },
  { title: 'it names neither', now: 5, moves: [b, a], to: 1, kind: 'moved' },
  { title: 'it names nothing', now: null, moves: [b, a], kind: 'moved' },
  { title: 'it names another one, and the record is lost', now: 3, moves: [], kind: 'moved' },
  { title: 'an entry that leads nowhere', now: 2, moves: [move(2, 2, 4)], kind: 'unknown' },
];

describe('where a rollback from version 2 leads', () => {
  for (const { title, now, moves, from = 2, to, allowDelete = false, kind, goes } of ROWS)
    test(`${title}: ${kind}`, () => {
      const target = rollbackTarget({ from, to, allowDelete }, { now, moves });
      expect(target).toMatchObject({ kind, ...(goes === undefined ? {} : { to: goes }) });
    });

  test('it says which entry it rests on', () => {
    const rests = (now: number, moves: readonly MoveEntry[]) =>
      rollbackTarget({ from: 2, to: undefined, allowDelete: false }, { now, moves });
    expect(rests(2, [b, a])).toMatchObject({ rests: b });
    expect(rests(2, [move(2, 1, 4), b, a])).toMatchObject({ rests: b });
    expect(rests(1, [move(2, 1, 4), b, a])).toMatchObject({ rests: b });
  });
});

test('candidates: newest first, without the bad one, with what is known of each', () => {
  const name = { catalog: 'prod', schema: 'ml', model: 'fraud' };
  const version = (number: number, more: Partial<ModelVersion> = {}): ModelVersion => ({
    name,
    version: number,
    status: 'READY',
    aliases: [],
    tags: [],
    dependencies: [],
    ...more,
  });
  const versions = [
    version(1, { tags: [{ key: 'uc_promote_digest', value: 'sha256:1' }] }),
    version(2),
    version(3, { status: 'FAILED_REGISTRATION' }),
    version(4, { tags: [{ key: 'UC_promote_hold', value: '' }] }),
    version(5),
  ];
  const spans = aliasTimeline([b, a], 2);
  const heldBy = ({ version: number }: ModelVersion) => (number === 5 ? 'incident 6' : undefined);
  expect(rollbackCandidates(versions, { bad: 2, spans, heldBy })).toEqual([
    { version: 5, status: 'READY', live: [], digest: null, hold: 'incident 6' },
    { version: 4, status: 'READY', live: [], digest: null, hold: '' },
    { version: 3, status: 'FAILED_REGISTRATION', live: [], digest: null, hold: null },
    { version: 1, status: 'READY', live: [{ since: a.at, until: b.at }], digest: 'sha256:1', hold: null },
  ]);
});
