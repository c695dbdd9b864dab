import { describe, expect, test } from 'vitest';
import type { FullName } from '../../../src/domain/full-name.ts';
import { parseModelPattern } from '../../../src/domain/model-pattern.ts';
import { freezeAt, freezeFinding, type FreezeWindow } from '../../../src/policy/promotion-policy/freeze.ts';
import { parseLocalTime, type LocalTime } from '../../../src/policy/promotion-policy/local-time.ts';

const FRAUD: FullName = { catalog: 'prod', schema: 'ml_team', model: 'fraud' };

function timeOf(text: string): LocalTime {
  const read = parseLocalTime(text);
  if (!read.ok) throw new Error(read.problem);
  return read.value;
}

function window(
  from: string,
  until: string,
  timeZone = 'Europe/Berlin',
  ...patterns: string[]
): FreezeWindow {
  const models = patterns.flatMap((text) => {
    const read = parseModelPattern(text);
    return read.ok ? [read.value] : [];
  });
  return { name: 'quiet', timeZone, from: timeOf(from), until: timeOf(until), models };
}

function isFrozen(given: FreezeWindow, at: string, name = FRAUD): boolean {
  return freezeAt([given], { name, naming: 'three-level', now: Date.parse(at) }) !== undefined;
}

describe('dates, by the clock of the zone', () => {
  const given = window('2026-12-18 18:00', '2027-01-04 08:00');
  test.each([
    ['2026-12-18T16:59:59Z', false],
    ['2026-12-18T17:00:00Z', true],
    ['2026-12-31T23:30:00Z', true],
    ['2027-01-04T06:59:59Z', true],
    ['2027-01-04T07:00:00Z', false],
    ['2025-12-24T12:00:00Z', false],
  ])('%s: %s', (at, expected) => {
    expect(isFrozen(given, at)).toBe(expected);
  });

  test('a date alone is its midnight', () => {
    const day = window('2026-12-24', '2026-12-25');
    expect(
      ['2026-12-23T22:59Z', '2026-12-23T23:00Z', '2026-12-24T22:59Z', '2026-12-24T23:00Z'].map((at) =>
        isFrozen(day, at),
      ),
    ).toEqual([false, true, true, false]);
  });

  test.each([
    ['UTC', '2026-12-24T00:00Z'],
    ['Asia/Kolkata', '2026-12-23T18:30Z'],
    ['America/St_Johns', '2026-12-24T03:30Z'],
    ['Pacific/Kiritimati', '2026-12-23T10:00Z'],
    ['Pacific/Pago_Pago', '2026-12-24T11:00Z'],
  ])('begins at midnight of %s', (zone, at) => {
    const day = window('2026-12-24', '2026-12-25', zone);
    expect([isFrozen(day, new Date(Date.parse(at) - 60_000).toISOString()), isFrozen(day, at)]).toEqual([
      false,
      true,
    ]);
  });
});

describe('weeks', () => {
  const weekend = window('friday 16:00', 'monday 08:00');
  test.each([
    ['2026-11-27T14:59:00Z', false],
    ['2026-11-27T15:00:00Z', true],
    ['2026-11-29T12:00:00Z', true],
    ['2026-11-30T06:59:00Z', true],
    ['2026-11-30T07:00:00Z', false],
    ['2026-12-02T12:00:00Z', false],
    // In summer the same clock is an hour earlier.
    ['2026-07-03T13:59:00Z', false],
    ['2026-07-03T14:00:00Z', true],
  ])('over the end of the week: %s: %s', (at, expected) => {
    expect(isFrozen(weekend, at)).toBe(expected);
  });

  test('within a week', () => {
    const lunch = window('wednesday 12:00', 'wednesday 13:00', 'UTC');
    expect(
      ['2026-12-02T11:59Z', '2026-12-02T12:00Z', '2026-12-02T13:00Z', '2026-12-03T12:30Z'].map((at) =>
        isFrozen(lunch, at),
      ),
    ).toEqual([false, true, false, false]);
  });
});

describe('when clocks are changed', () => {
  // Berlin, 2026-10-25: 03:00 summer time becomes 02:00; 2026-03-29: 02:00 becomes 03:00.
  test('an hour that the clock shows twice is frozen both times', () => {
    const given = window('2026-10-25 02:00', '2026-10-25 03:00');
    expect(
      [
        '2026-10-24T23:59Z',
        '2026-10-25T00:00Z',
        '2026-10-25T01:00Z',
        '2026-10-25T01:59Z',
        '2026-10-25T02:00Z',
      ].map((at) => isFrozen(given, at)),
    ).toEqual([false, true, true, true, false]);
  });

  test('a time that the clock leaves out begins with the next', () => {
    const given = window('2026-03-29 02:30', '2026-03-29 05:00');
    expect(
      ['2026-03-29T00:59Z', '2026-03-29T01:00Z', '2026-03-29T02:59Z', '2026-03-29T03:00Z'].map((at) =>
        isFrozen(given, at),
      ),
    ).toEqual([false, true, true, false]);
  });
});

test('a window of some models is none of others, in whatever case', () => {
  const given = window('2026-01-01', '2027-01-01', 'UTC', 'PROD.ml_team.*', 'dev.a.b');
  expect(isFrozen(given, '2026-06-01T00:00Z')).toBe(true);
  expect(isFrozen(given, '2026-06-01T00:00Z', { ...FRAUD, schema: 'other' })).toBe(false);
});

test('what is said names the window, its end and the clock there', () => {
  const given = window('friday 16:00', 'monday 08:00');
  expect(freezeFinding(given, FRAUD, Date.parse('2026-11-29T12:00:00Z'))).toEqual({
    code: 'policy-frozen',
    severity: 'error',
    message:
      'prod.ml_team.fraud is frozen until monday 08:00 (Europe/Berlin) by the window "quiet"; it is 2026-11-29 13:00 there now.',
    fix: 'Wait until then. In an emergency, rollback works in every window, and the policy file can be changed by whoever owns it.',
  });
});
