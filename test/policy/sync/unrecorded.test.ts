import { describe, expect, it } from 'vitest';
import type { PinTarget } from '../../../src/domain/pin.ts';
import type { JudgedPin, LiveAlias } from '../../../src/policy/sync/decide.ts';
import { mayLackRecord, namedBefore } from '../../../src/policy/sync/unrecorded.ts';

const NAME = { catalog: 'prod', schema: 'ml_team', model: 'fraud_detection' };
const STAGING = { catalog: 'staging', schema: 'ml_team', model: 'fraud_detection' };
const COPY: PinTarget = { kind: 'copy', name: STAGING, version: 37 };
const NONE: PinTarget = { kind: 'none' };
const version = (number: number): PinTarget => ({ kind: 'version', version: number });

function done(
  from: PinTarget | undefined,
  to: PinTarget | undefined,
  live: Partial<LiveAlias> = {},
): JudgedPin {
  return {
    change: { name: NAME, alias: 'Champion', from, to, place: { file: 'a.yml', line: 2, column: 3 } },
    live: { now: 7, origin: undefined, history: '', isRecorded: false, isOwnCopy: false, ...live },
    state: 'done',
    finding: undefined,
  };
}

describe('a pin that is done, without a record of the move', () => {
  it.each<readonly [string, JudgedPin, boolean]>([
    ['to a version, from a version', done(version(6), version(7)), true],
    ['to a version, from nothing', done(NONE, version(7)), true],
    ['deleted', done(version(6), NONE, { now: null }), true],
    ['to a version, from a copy: where it began is not known', done(COPY, version(7)), false],
    ['to a version, pinned for the first time', done(undefined, version(7)), false],
    ['to a copy that an earlier attempt made', done(version(6), COPY, { isOwnCopy: true }), true],
    [
      'to a copy that an earlier attempt made, from a copy',
      done({ ...COPY, version: 36 }, COPY, { isOwnCopy: true }),
      true,
    ],
    ['to a copy of another run', done(version(6), COPY), false],
    ['to a version, and recorded', done(version(6), version(7), { isRecorded: true }), false],
    ['to a copy, and recorded', done(version(6), COPY, { isOwnCopy: true, isRecorded: true }), false],
    ['released', { ...done(version(6), undefined), state: 'released' }, false],
    ['left to a later commit', { ...done(version(6), version(7)), state: 'superseded' }, false],
    ['still to be moved', { ...done(version(6), version(7)), state: 'move' }, false],
  ])('%s', (_title, pin, expected) => {
    expect(mayLackRecord(pin)).toBe(expected);
  });

  it.each([
    [version(6), 6],
    [NONE, null],
    [COPY, undefined],
    [undefined, undefined],
  ])('what the alias named before, pinned to %j: %s', (from, expected) => {
    expect(namedBefore(done(from, version(7)).change)).toBe(expected);
  });
});
