import { describe, expect, it } from 'vitest';
import type { PinTarget } from '../../../src/domain/pin.ts';
import {
  decideCount,
  decidePins,
  decideReviewed,
  judgePin,
  type JudgedPin,
  type LaterPin,
  type LiveAlias,
} from '../../../src/policy/sync/decide.ts';
import type { PinChange } from '../../../src/policy/sync/pin-changes.ts';

const NAME = { catalog: 'prod', schema: 'ml_team', model: 'fraud_detection' };
const STAGING = { catalog: 'staging', schema: 'ml_team', model: 'fraud_detection' };
const PLACE = { file: 'aliases/fraud.yml', line: 3, column: 5 };
const RULES = { names: 'three-level', aliases: 'case-insensitive' } as const;

const version = (number: number): PinTarget => ({ kind: 'version', version: number });
const copyOf = (number: number): PinTarget => ({ kind: 'copy', name: STAGING, version: number });
const NONE: PinTarget = { kind: 'none' };

function change(from: PinTarget | undefined, to: PinTarget | undefined): PinChange {
  return { name: NAME, alias: 'Champion', from, to, place: PLACE };
}

function live(now: number | null, origin?: string): LiveAlias {
  const history = now === null ? '' : ', moved there by ada in run acme/models/7';
  return { now, origin, history, isRecorded: now !== null, isOwnCopy: false };
}

const origin = (number: number) => `models:/staging.ml_team.fraud_detection/${number}`;

describe('a changed pin against what is live', () => {
  it.each([
    ['moves from the earlier copy', copyOf(36), copyOf(37), live(6, origin(36)), 'move'],
    ['moves from an earlier number', version(6), version(8), live(6), 'move'],
    ['rolls back to an older copy', copyOf(37), copyOf(36), live(7, origin(37)), 'move'],
    ['is done where the copy is live', copyOf(36), copyOf(37), live(7, origin(37)), 'done'],
    [
      'is done where only the spelling of the version changed',
      version(7),
      copyOf(37),
      live(7, origin(37)),
      'done',
    ],
    ['is a conflict elsewhere', copyOf(36), copyOf(37), live(5, origin(35)), 'conflict'],
    ['is a conflict where it is no copy', copyOf(36), copyOf(37), live(5), 'conflict'],
    ['is a conflict where the alias is gone', copyOf(36), copyOf(37), live(null), 'conflict'],
    ['is set for the first time', undefined, copyOf(37), live(null), 'move'],
    ['is a conflict where it is new and taken', undefined, copyOf(37), live(6, origin(36)), 'conflict'],
    ['is done where it is new and so', undefined, version(6), live(6), 'done'],
    ['is left where it is removed', copyOf(37), undefined, live(7, origin(37)), 'released'],
    ['is left where it is removed and gone', copyOf(37), undefined, live(null), 'released'],
    ['deletes an alias', version(6), NONE, live(6), 'move'],
    ['has deleted it', version(6), NONE, live(null), 'done'],
    ['does not delete what others set', version(6), NONE, live(7), 'conflict'],
    ['sets what was not to exist', NONE, version(6), live(null), 'move'],
    ['does not overwrite what was not to exist', NONE, version(6), live(5), 'conflict'],
    [
      'sees a copy through the mark of another metastore',
      copyOf(36),
      copyOf(37),
      live(6, `${origin(36)} in metastore 11-22`),
      'move',
    ],
    [
      'compares names as the registry does',
      copyOf(36),
      copyOf(37),
      live(6, origin(36).toUpperCase().replace('MODELS', 'models')),
      'move',
    ],
  ] as const)('%s', (_, from, to, now, state) => {
    expect(judgePin(change(from, to), now, RULES).state).toBe(state);
  });

  it('says who moved it, where it stands, and what to do', () => {
    const { finding } = judgePin(change(copyOf(36), copyOf(37)), live(5, origin(35)), RULES);
    expect(finding).toMatchObject({
      code: 'pin-conflict',
      severity: 'error',
      message:
        'prod.ml_team.fraud_detection@Champion names version 5, moved there by ada in run acme/models/7. That is neither what was pinned (the copy of staging.ml_team.fraud_detection/36) nor what is pinned now (the copy of staging.ml_team.fraud_detection/37, aliases/fraud.yml:3:5).',
    });
    expect(finding?.fix).toContain('move the alias back');
  });

  it('deletes nothing because a pin was removed, and says so', () => {
    const judged = judgePin(change(copyOf(37), undefined), live(7, origin(37)), RULES);
    expect(judged.finding?.message).toContain('no longer managed, and goes on to name version 7');
    expect(decidePins([judged]).allowed).toBe(true);
  });
});

describe('a branch that is ahead of its run', () => {
  const later = (target: PinTarget | undefined, isRepeated = false): LaterPin => ({ target, isRepeated });

  it.each([
    ['goes on in a first attempt', later(copyOf(38)), live(6, origin(36)), 'move'],
    ['goes on where the pin is still the same', later(copyOf(37), true), live(6, origin(36)), 'move'],
    ['stops in a repeated one', later(copyOf(38), true), live(6, origin(36)), 'outdated'],
    ['stops where the pin is gone', later(undefined, true), live(6, origin(36)), 'outdated'],
    ['leaves what a later commit put there', later(copyOf(38)), live(8, origin(38)), 'superseded'],
    ['leaves what a later commit took back', later(copyOf(36)), live(6, origin(36)), 'superseded'],
    ['has nothing to do where it is done', later(copyOf(38), true), live(7, origin(37)), 'done'],
    ['is still a conflict elsewhere', later(copyOf(38)), live(5), 'conflict'],
  ] as const)('%s', (_, ahead, now, state) => {
    expect(judgePin(change(copyOf(36), copyOf(37)), now, RULES, ahead).state).toBe(state);
  });
});

/** Versions of a small registry, by where they were copied from. */
const VERSIONS: readonly (readonly [number, number | undefined])[] = [
  [1, undefined],
  [2, 36],
  [3, 37],
];

/** Everything that an alias may name where a pin holds, found by looking at each: an oracle of its own. */
function holdsAt(target: PinTarget): readonly (number | null)[] {
  const all: (number | null)[] = [null, ...VERSIONS.map(([number]) => number)];
  return all.filter((now) => {
    const from = VERSIONS.find(([number]) => number === now)?.[1];
    if (target.kind === 'none') return now === null;
    if (target.kind === 'version') return now === target.version;
    return from === target.version;
  });
}

describe('every pin of a small registry', () => {
  const targets: (PinTarget | undefined)[] = [
    undefined,
    NONE,
    version(1),
    version(2),
    version(9),
    copyOf(36),
    copyOf(37),
    copyOf(99),
  ];
  const cases = targets.flatMap((from) =>
    targets.flatMap((to) => [null, 1, 2, 3].map((now) => ({ from, to, now }))),
  );

  it.each(cases)('$from → $to, live $now', ({ from, to, now }) => {
    const copied = VERSIONS.find(([number]) => number === now)?.[1];
    const judged = judgePin(
      change(from, to),
      live(now, copied === undefined ? undefined : origin(copied)),
      RULES,
    );
    const mayStart = from === undefined ? [null] : holdsAt(from);
    const expected =
      to === undefined
        ? 'released'
        : holdsAt(to).includes(now)
          ? 'done'
          : mayStart.includes(now)
            ? 'move'
            : 'conflict';
    expect(judged.state).toBe(expected);
    expect(decidePins([judged]).allowed).toBe(expected !== 'conflict');
  });
});

describe('all changed pins together', () => {
  const move = judgePin(change(version(1), version(2)), live(1), RULES);
  const done = judgePin(change(version(1), version(2)), live(2), RULES);

  it('counts what would be moved, not what is done', () => {
    expect(decideCount([move, done, done], 1).allowed).toBe(true);
    expect(decideCount([move, move], 1)).toMatchObject({
      allowed: false,
      findings: [{ message: '2 aliases would be moved, and max-changes allows 1.' }],
    });
  });

  it.each([
    ['the same pin', version(2), true],
    ['another pin', version(3), false],
    ['no pin', undefined, false],
  ] as const)('holds a review to what it saw: %s', (_, seen, allowed) => {
    const judged: JudgedPin[] = [move];
    const decision = decideReviewed(judged, () => seen, RULES);
    expect(decision.allowed).toBe(allowed);
    expect(decision.findings.map(({ code }) => code)).toEqual(allowed ? [] : ['pin-not-reviewed']);
  });
});
