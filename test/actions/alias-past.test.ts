import { describe, expect, test } from 'vitest';
import { GOOD_FILES, PROD } from '../../emulator/seeds/demo-models.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { expectRefused } from './expectations.ts';
import { world, type ActionBench, type ActionRun } from './harness.ts';

const RECORD = 'uc_promote_moves_d14a7310bdf5';
const CHAMPION = { model: PROD, alias: 'champion' };
const entry = (from: number | null, to: number | null, at: string) => ({
  from,
  to,
  who: 'grace',
  run: 'acme/models/7',
  attempt: '1',
  at,
});
const [NOVEMBER, OCTOBER, SEPTEMBER] = [
  '2026-11-20T12:00:00.000Z',
  '2026-10-01T08:00:00.000Z',
  '2026-09-01T08:00:00.000Z',
] as const;
const WHOLE = [entry(2, 3, NOVEMBER), entry(1, 2, OCTOBER), entry(null, 1, SEPTEMBER)];

async function recorded(entries: readonly object[], now: number | null = 3): Promise<ActionBench> {
  const started = await world();
  const { metastore } = started.emulator;
  for (let count = 2; count <= 4; count += 1)
    metastore.addVersion(PROD, { files: { ...GOOD_FILES, 'model.pkl': String(count) } });
  if (now === null) metastore.deleteAlias(PROD, 'Champion');
  else metastore.setAlias(PROD, 'Champion', now);
  if (entries.length > 0) metastore.setTags(PROD, { [RECORD]: JSON.stringify(entries) });
  return started;
}

const historyOf = (seen: ActionRun) =>
  JSON.parse(seen.outputs['history'] ?? '') as { version: number | null; gap: unknown }[];

describe('find-version with history', () => {
  test('what the alias named when, who moved it, newest first, as JSON and as a table', async () => {
    const { run } = await recorded(WHOLE);
    const seen = await run(findVersion, { ...CHAMPION, history: 'true' });
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', version: '3' });
    const by = { who: 'grace', run: 'acme/models/7', attempt: '1', gap: null };
    expect(historyOf(seen)).toEqual([
      { version: 3, since: NOVEMBER, until: null, ...by },
      { version: 2, since: OCTOBER, until: NOVEMBER, ...by },
      { version: 1, since: SEPTEMBER, until: OCTOBER, ...by },
      { version: null, since: null, until: SEPTEMBER, who: null, run: null, attempt: null, gap: null },
    ]);
    const shown = JSON.stringify(seen.blocks);
    expect(shown).toContain('What champion named, according to its record: 4');
    expect(shown).toContain('grace at 2026-10-01T08:00:00.000Z (run acme/models/7, attempt 1)');
    expect(seen.after).toEqual(seen.before);
  });

  test('a gap is marked, between two moves and after the newest', async () => {
    const { run } = await recorded([entry(2, 3, NOVEMBER), entry(null, 1, SEPTEMBER)], 4);
    const seen = await run(findVersion, { ...CHAMPION, history: 'true' });
    expect(historyOf(seen).map(({ version, gap }) => [version, gap])).toEqual([
      [3, { found: 4 }],
      [1, { found: 2 }],
      [null, null],
    ]);
    expect(JSON.stringify(seen.blocks)).toContain('but the alias then named 4: either');
  });

  test('the moves that set-alias records are its entries', async () => {
    const { run } = await recorded([], 1);
    await run(setAlias, { ...CHAMPION, version: '2' });
    await run(setAlias, { ...CHAMPION, version: '3' });
    const seen = await run(findVersion, { ...CHAMPION, history: 'true' });
    expect(historyOf(seen).map(({ version, gap }) => [version, gap])).toEqual([
      [3, null],
      [2, null],
      [1, null],
    ]);
  });

  test('without any record there is no entry, and nothing is made up', async () => {
    const { run } = await recorded([]);
    const seen = await run(findVersion, { ...CHAMPION, history: 'true' });
    expect([historyOf(seen), seen.outputs['outcome']]).toEqual([[], 'ok']);
    expect(JSON.stringify(seen.blocks)).toContain('No move of this alias is recorded.');
  });

  test('of an alias that is deleted: shown, although there is nothing to find', async () => {
    const { run } = await recorded([entry(3, null, NOVEMBER), entry(null, 3, OCTOBER)], null);
    const seen = await run(findVersion, { ...CHAMPION, history: 'true' });
    expect(seen.outputs['outcome']).toBe('invalid');
    expect(historyOf(seen).map(({ version }) => version)).toEqual([null, 3, null]);
  });
});

describe('find-version at a moment', () => {
  test.each([
    ['2026-11-25T00:00Z', '3'],
    [NOVEMBER, '3'],
    ['2026-11-20T13:59:59+02:00', '2'],
    ['2026-09-15T00:00Z', '1'],
  ])('%s: version %s', async (at, version) => {
    const { run } = await recorded(WHOLE);
    const seen = await run(findVersion, { ...CHAMPION, at });
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', found: 'true', version });
  });

  test.each([
    ['before the record', WHOLE, 3, '2026-08-01T00:00Z', 'partial', 'its record begins later'],
    ['without a record', [], 3, '2026-11-25T00:00Z', 'partial', 'no move of it is recorded'],
    ['after a move without a record', WHOLE, 4, '2026-11-25T00:00Z', 'partial', 'its record has a gap there'],
    ['later than now', WHOLE, 3, '2100-01-01T00:00Z', 'invalid', 'still to come'],
  ] as const)('unknown %s, also where nothing may be found', async (_, entries, now, at, outcome, why) => {
    const { run } = await recorded(entries, now);
    for (const allow of ['false', 'true']) {
      const seen = await run(findVersion, { ...CHAMPION, at, 'allow-none': allow });
      expectRefused(seen, outcome);
      expect(seen.report.error?.message).toContain(why);
      expect(seen.outputs['version'] ?? '').toBe('');
    }
  });

  test('when it named nothing: none is found', async () => {
    const { run } = await recorded([entry(null, 3, NOVEMBER), entry(1, null, OCTOBER)]);
    expectRefused(await run(findVersion, { ...CHAMPION, at: '2026-10-15T00:00Z' }), 'blocked');
    const allowed = await run(findVersion, { ...CHAMPION, at: '2026-10-15T00:00Z', 'allow-none': 'true' });
    expect(allowed.outputs).toMatchObject({ outcome: 'ok', found: 'false' });
  });

  test('a version that is gone, or on hold, is no version to take', async () => {
    const { run, emulator } = await recorded(WHOLE);
    emulator.metastore.setTags(PROD, { uc_promote_hold: 'incident 7' }, 2);
    const held = await run(findVersion, { ...CHAMPION, at: '2026-10-15T00:00Z' });
    expectRefused(held, 'blocked');
    expect(held.outputs['version']).toBe('2');
    emulator.metastore.model(PROD).versions.delete(2);
    const gone = await run(findVersion, { ...CHAMPION, at: '2026-10-15T00:00Z' });
    expect(gone.report.error?.message).toContain('version 2 of');
  });
});

test.each([
  [
    'history without an alias',
    { model: PROD, history: 'true' },
    'Input `history` needs an alias, but none is given.',
  ],
  [
    'a moment of many models',
    { model: 'prod.*', alias: 'Champion', at: NOVEMBER },
    'Input `at` needs one model, but a pattern is given.',
  ],
  ['no moment', { ...CHAMPION, at: '2026-11-20' }, 'Input `at`: "2026-11-20" is not a point in time.'],
])('invalid: %s', async (_, inputs, said) => {
  const { run } = await world();
  const seen = await run(findVersion, inputs);
  expectRefused(seen, 'invalid');
  expect(seen.report.error?.message).toContain(said);
});
