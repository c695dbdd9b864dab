import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { decideHolds } from '../../../src/policy/hold/findings.ts';
import {
  holdKey,
  holdsBytes,
  holdsState,
  holdText,
  matchHold,
  readHold,
  readHolds,
  type HeldObject,
  type HoldCandidate,
} from '../../../src/policy/hold/model-hold.ts';

const NAME = { catalog: 'prod', schema: 'ml_team', model: 'fraud' };
const AUTHOR = {
  repository: 'acme/models',
  runId: '4242',
  actor: 'ada',
  at: Date.UTC(2026, 10, 29, 3),
  reason: 'incident 7',
};
const HELD: HeldObject = {
  version: 2,
  origin: 'models:/staging.ml_team.fraud/1',
  content: `sha256:${'a'.repeat(64)}`,
  listing: `sha256:${'b'.repeat(64)}`,
};
const uriOf = (version: number) => `models:/prod.ml_team.fraud/${version}`;
const holdOf = (held: HeldObject) => readHold(holdKey(2), holdText(held, AUTHOR));
const LONG_ORIGIN = `models:/${'c'.repeat(250)}.${'s'.repeat(250)}.${'m'.repeat(250)}/1`;

describe('the tag of a hold', () => {
  test('its key is by the number of the version', () => {
    const digits = createHash('sha256').update('2').digest('hex').slice(0, 12);
    expect(holdKey(2)).toBe(`uc_promote_hold_${digits}`);
    expect(holdKey(12)).not.toBe(holdKey(2));
  });

  test('what is written is read', () => {
    expect(holdOf(HELD)).toEqual({
      key: holdKey(2),
      value: holdText(HELD, AUTHOR),
      held: HELD,
      reason: 'incident 7',
      who: 'ada',
      at: '2026-11-29T03:00:00.000Z',
      run: 'acme/models/4242',
    });
    expect(holdOf({ version: 2 }).held).toEqual({ version: 2 });
  });

  test.each([
    ['a long reason', HELD, 'r'.repeat(5000)],
    ['a reason of which every character is written as six', HELD, '\u0001'.repeat(2000)],
    ['a reason of pictures', HELD, '🚨'.repeat(900)],
    ['a long origin', { ...HELD, origin: LONG_ORIGIN }, 'incident 7'],
    ['a long origin and a long reason', { ...HELD, origin: LONG_ORIGIN }, 'r'.repeat(5000)],
    ['a long origin without a digest', { version: 2, origin: LONG_ORIGIN }, 'r'.repeat(5000)],
  ])('%s fits into a tag, and what it stops stays', (_, held, reason) => {
    const text = holdText(held, { ...AUTHOR, reason });
    expect(text.length).toBeLessThanOrEqual(1000);
    const read = readHold(holdKey(2), text);
    expect(read.held).toMatchObject({ version: 2 });
    expect(read.held?.content).toBe('content' in held ? held.content : undefined);
    if (!('content' in held)) expect(read.held?.origin).toBe(LONG_ORIGIN);
    expect(read.reason.length).toBeGreaterThan(9);
    expect(read.reason.isWellFormed()).toBe(true);
  });

  test.each([
    ['alone', {}],
    ['beside the list of the files', { listing: HELD.listing ?? '' }],
  ])('an origin that no tag has room for is not dropped where no content is known: %s', (_, more) => {
    const held = { version: 2, origin: `models:/${'"'.repeat(600)}.s.m/1`, ...more };
    expect(holdOf(held).held).toEqual(held);
    const known = { ...held, content: HELD.content ?? '' };
    expect(holdOf(known).held).toEqual({ version: 2, content: known.content, ...more });
  });

  test('only tags of its key are holds, in any case of the letters', () => {
    const tags = [
      { key: 'uc_promote_hold', value: 'stop' },
      { key: 'uc_promote_moves_1', value: '[]' },
      { key: holdKey(2).toUpperCase(), value: holdText(HELD, AUTHOR) },
      { key: holdKey(1), value: holdText({ version: 1 }, AUTHOR) },
    ];
    expect(readHolds(tags).map(({ held }) => held?.version)).toEqual([2, 1]);
    expect(holdsState(tags)).toContain(holdKey(1));
    expect(holdsState(tags.slice(0, 2))).toBeNull();
    expect(holdsState(tags)).toBe(holdsState([...tags].reverse()));
  });
});

describe('what shows that the holds of a model are as they were', () => {
  const held = (value: string) => [{ key: holdKey(1), value }];

  test('has the key of each and nothing of what it says, however long', () => {
    const state = holdsState(
      held(JSON.stringify({ version: 1, reason: 'by mallory@example.com '.repeat(40) })),
    );
    expect(state).toMatch(new RegExp(`^${holdKey(1)}=sha256:[0-9a-f]{64}$`, 'u'));
  });

  test.each([
    ['another reason', '{"version":1,"reason":"incident 8"}'],
    ['another version', '{"version":2,"reason":"incident 7"}'],
    ['a space more', '{"version":1,"reason":"incident 7"} '],
    ['no value', ''],
  ])('is another one with %s', (_title, value) => {
    expect(holdsState(held(value))).not.toBe(holdsState(held('{"version":1,"reason":"incident 7"}')));
  });
});

describe('what a hold stops', () => {
  const cases: [string, HeldObject, HoldCandidate, string | undefined][] = [
    ['the version', HELD, { version: 2, origins: [] }, 'version'],
    ['another version', HELD, { version: 3, origins: [uriOf(3)] }, undefined],
    ['a version of the same number elsewhere', HELD, { origins: ['models:/dev.ml_team.fraud/2'] }, undefined],
    ['the source itself', HELD, { origins: ['models:/staging.ml_team.fraud/1'] }, 'source'],
    ['the source in another case', HELD, { origins: ['models:/STAGING.ml_team.Fraud/1'] }, 'source'],
    ['another copy of the source', HELD, { version: 4, origins: [uriOf(4), HELD.origin ?? ''] }, 'source'],
    ['a copy of the held version', HELD, { version: 4, origins: ['models:/Prod.ml_team.fraud/2'] }, 'source'],
    ['the same number of another source', HELD, { origins: ['models:/staging.ml_team.other/1'] }, undefined],
    ['the same bytes', HELD, { version: 5, origins: [], content: HELD.content ?? '' }, 'bytes'],
    ['other bytes', HELD, { version: 5, origins: [], content: `sha256:${'c'.repeat(64)}` }, undefined],
    ['the same name in another metastore', HELD, { origins: [`${HELD.origin} in metastore m-2`] }, undefined],
    [
      'a source whose metastore nobody saw',
      { version: 2, origin: `${HELD.origin} in another workspace` },
      { origins: [`${HELD.origin} in metastore m-2`] },
      'source',
    ],
  ];
  for (const [title, held, candidate, by] of cases)
    test(`${title}: ${by ?? 'not stopped'}`, () => {
      expect(matchHold(holdOf(held), candidate, uriOf, 'three-level')).toBe(by);
    });

  test('where names are compared with case, another case is another model', () => {
    const candidate = { origins: ['models:/STAGING.ml_team.Fraud/1'] };
    expect(matchHold(holdOf(HELD), candidate, uriOf, 'any')).toBeUndefined();
  });

  for (const value of [
    '',
    'stop',
    'null',
    '[]',
    '{}',
    '{"reason":"x"}',
    '{"version":"2"}',
    '{"version":0}',
    '{"version":2',
  ])
    test(`a value that does not say what it stops, ${JSON.stringify(value)}, stops everything`, () => {
      const hold = readHold('uc_promote_hold_x', value);
      expect(matchHold(hold, { version: 9, origins: [] }, uriOf, 'three-level')).toBe('unreadable');
      expect(decideHolds([{ name: NAME, hold, by: 'unreadable' }])).toMatchObject({
        allowed: false,
        findings: [{ code: 'hold-unreadable', fix: expect.stringContaining('uc_promote_hold_x') as string }],
      });
    });
});

describe('files that a hold stops', () => {
  const bytes = (listing: string, content: string | undefined) => ({
    listing: async () => listing,
    content: async () => {
      if (content === undefined) throw new Error('the files were read');
      return content;
    },
  });
  const { content = '', listing = '' } = HELD;
  test.each([
    ['the same', HELD, bytes(listing, content), true],
    ['the same list and other bytes', HELD, bytes(listing, 'other'), false],
    ['another list, so that nothing is read', HELD, bytes('other', undefined), false],
    ['a hold without a list', { version: 2, content }, bytes('any', content), true],
    ['a hold with the list alone', { version: 2, listing }, bytes(listing, undefined), true],
    ['a hold without digests', { version: 2 }, bytes(listing, undefined), false],
  ])('%s', async (_, held, files, isHeld) => {
    expect(await holdsBytes(holdOf(held), files)).toBe(isHeld);
  });
});

test('a refusal says what is on hold, why, who set it, when, and how it is lifted', () => {
  const found = { name: NAME, hold: holdOf(HELD), by: 'bytes' } as const;
  expect(decideHolds([found]).findings).toEqual([
    {
      code: 'equal-on-hold',
      severity: 'error',
      message:
        'models:/prod.ml_team.fraud/2, which has the same bytes, is on hold: incident 7, set by ada at 2026-11-29T03:00:00.000Z in run acme/models/4242.',
      fix: 'Lift that hold with tag-status (model: prod.ml_team.fraud, version: 2, lift-hold: true) once its reason is resolved, or use a version with different content.',
    },
  ]);
  expect(decideHolds([{ ...found, by: 'version' }]).findings[0]?.message).toMatch(
    /^models:\/prod.ml_team.fraud\/2 is on hold/u,
  );
  expect(decideHolds([]).allowed).toBe(true);
});
