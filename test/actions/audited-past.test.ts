import { describe, expect, test } from 'vitest';
import type { Emulator, Switches } from '../../emulator/index.ts';
import { GOOD_FILES, PROD } from '../../emulator/seeds/demo-models.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { rollback } from '../../src/actions/rollback.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { expectRefused } from './expectations.ts';
import { TOKENS, world, type ActionBench, type ActionRun } from './harness.ts';
import { recordKeyOf } from './move-record.ts';
import { moveOutside } from './moved-outside.ts';

const WAREHOUSE = '0123456789abcdef';
const CHAMPION = { model: PROD, alias: 'Champion' };
const ASKED = { ...CHAMPION, 'warehouse-id': WAREHOUSE };
const HOUR = 60 * 60 * 1000;
const START = Date.now() - 20 * 24 * HOUR;
const at = (hours: number): string => new Date(START + hours * HOUR).toISOString();
const entry = (from: number | null, to: number | null, hours: number) => ({
  from,
  to,
  who: 'grace',
  at: at(hours),
});

interface Moved {
  /** The record of the alias, newest first. */
  readonly recorded?: readonly object[];
  /** What it was moved to by MLflow's client, after so many hours. */
  readonly outside?: readonly (readonly [hours: number, version: number | null, token?: string])[];
  readonly switches?: Partial<Switches>;
}

/** An alias that was moved with and without a record, each at its time. */
async function moved({ recorded = [], outside = [], switches = {} }: Moved): Promise<ActionBench> {
  const started = await world({ switches });
  const { metastore } = started.emulator;
  metastore.enableAuditLog({ readers: ['ml-deployers'] });
  metastore.workspace.addWarehouse(WAREHOUSE, { users: ['ml-deployers'] });
  for (const text of ['2', '3', '4'])
    metastore.addVersion(PROD, { files: { ...GOOD_FILES, 'model.pkl': text } });
  for (const [hours, version, token] of outside)
    await moveOutside(started.emulator, { at: START + hours * HOUR, version, token });
  metastore.now = Date.now;
  if (recorded.length > 0) metastore.setTags(PROD, { [recordKeyOf('Champion')]: JSON.stringify(recorded) });
  return started;
}

const linesOf = (seen: ActionRun) =>
  (JSON.parse(seen.outputs['history'] ?? '[]') as Record<string, unknown>[]).map(
    ({ version, since, until, who, source }) => [version, since, until, who, source],
  );
const statementsOf = (seen: ActionRun) =>
  seen.records.filter(({ path }) => path.startsWith('/api/2.0/sql/')).length;
const warningsOf = (seen: ActionRun) =>
  seen.report.checks
    .filter(({ name }) => name === 'Audit log')
    .flatMap(({ decision }) => (decision?.findings ?? []).map(({ code }) => code));

/** Recorded 1, 2 and 4; between 2 and 4 somebody moved it to 3, and after 4 to 1. */
const GAPS: Moved = {
  recorded: [entry(3, 4, 40), entry(1, 2, 20), entry(null, 1, 10)],
  outside: [
    [30, 3],
    [50, 4, TOKENS.trainer],
    [60, 1],
  ],
};

describe('find-version fills the gaps of a record from the audit log', () => {
  test('each gap, between two moves and after the newest, in one question; the record stays as it is', async () => {
    const { run } = await moved(GAPS);
    const seen = await run(findVersion, { ...ASKED, history: 'true' });
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', version: '1' });
    const [admin, ours] = ['admin@example.com', 'grace'];
    expect(linesOf(seen)).toEqual([
      [1, at(60), null, admin, 'audit log'],
      [4, at(40), null, ours, 'record'],
      [3, at(30), at(40), admin, 'audit log'],
      [2, at(20), at(40), ours, 'record'],
      [1, at(10), at(20), ours, 'record'],
      [null, null, at(10), null, 'record'],
    ]);
    expect([statementsOf(seen), warningsOf(seen)]).toEqual([1, []]);
    const shown = JSON.stringify(seen.blocks);
    expect(shown).toContain('according to its record and the audit log: 6');
    expect(shown).toContain('rows arrive late');
    expect(seen.after).toEqual(seen.before);
  });

  test('where nothing is recorded, all of the past is asked for', async () => {
    const { run } = await moved({
      outside: [
        [10, 2],
        [20, null],
        [30, 3],
      ],
    });
    const seen = await run(findVersion, { ...ASKED, history: 'true' });
    const admin = 'admin@example.com';
    expect(linesOf(seen)).toEqual([
      [3, at(30), null, admin, 'audit log'],
      [null, at(20), at(30), admin, 'audit log'],
      [2, at(10), at(20), admin, 'audit log'],
    ]);
  });

  test('nothing is asked where the record has no gap, nor without a warehouse', async () => {
    const whole = { recorded: [entry(1, 3, 20), entry(null, 1, 10)], outside: [[20, 3]] } as const;
    for (const inputs of [
      { ...ASKED, history: 'true' },
      { ...ASKED, at: at(25) },
      { ...ASKED, history: 'true', at: at(15) },
    ]) {
      const { run } = await moved(whole);
      const seen = await run(findVersion, inputs);
      expect([seen.outputs['outcome'], statementsOf(seen)]).toEqual(['ok', 0]);
    }
    const { run } = await moved(GAPS);
    const seen = await run(findVersion, { ...CHAMPION, history: 'true' });
    expect([seen.outputs['outcome'], statementsOf(seen), linesOf(seen).length]).toEqual(['ok', 0, 4]);
  });

  test('a move of this tool that the record has too is one line', async () => {
    const { run, emulator } = await moved({});
    emulator.metastore.deleteAlias(PROD, 'Champion');
    await run(setAlias, { ...CHAMPION, version: '2' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    emulator.metastore.setAlias(PROD, 'Champion', 3);
    const seen = await run(findVersion, { ...ASKED, history: 'true' });
    expect(statementsOf(seen)).toBe(1);
    expect(linesOf(seen).map(([version, , , who, source]) => [version, who, source])).toEqual([
      [2, 'ada', 'record'],
      [null, null, 'record'],
    ]);
  });

  test('moves of other aliases are none of it; what does not say its alias is counted and not shown', async () => {
    const { run, emulator } = await moved(GAPS);
    await moveOutside(emulator, { at: START + 55 * HOUR, version: 2, alias: 'Challenger' });
    emulator.metastore.now = Date.now;
    expect(linesOf(await run(findVersion, { ...ASKED, history: 'true' }))).toHaveLength(6);
    const unclear = await moved({ ...GAPS, switches: { auditKeys: 'none' } });
    const seen = await unclear.run(findVersion, { ...ASKED, history: 'true' });
    expect([seen.outputs['outcome'], linesOf(seen).length, warningsOf(seen)]).toEqual([
      'ok',
      4,
      ['audit-log-unclear'],
    ]);
  });
});

describe('find-version at a moment that the record does not show', () => {
  test.each([
    ['in a gap', 35, '3', 'admin@example.com'],
    ['after the newest move', 70, '1', 'admin@example.com'],
  ])('%s: the audit log says it, where it agrees with the record around', async (_, hours, version, who) => {
    const { run } = await moved(GAPS);
    const seen = await run(findVersion, { ...ASKED, at: at(hours) });
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', found: 'true', version });
    expect([statementsOf(seen), warningsOf(seen)]).toEqual([1, ['moment-by-audit-log']]);
    expect(JSON.stringify(seen.report.facts)).toContain(`Champion named ${version}, by the audit log`);
    expect(JSON.stringify(seen.report.checks)).toContain(`by ${who} at`);
  });

  test('before the record began', async () => {
    const { run } = await moved({
      recorded: [entry(2, 3, 40)],
      outside: [
        [10, 4],
        [20, 2],
        [40, 3],
      ],
    });
    expect((await run(findVersion, { ...ASKED, at: at(15) })).outputs['version']).toBe('4');
    const early = await run(findVersion, { ...ASKED, at: at(5) });
    expectRefused(early, 'partial');
    expect(early.report.error?.message).toContain('is later: moved to version 4 by admin@example.com');
  });

  test.each<[why: string, moved: Moved, said: string]>([
    [
      'its last move leads elsewhere than the record found',
      { ...GAPS, outside: [[30, 4]] },
      'contradicts the record, which stands',
    ],
    [
      'no row of that time is there',
      { ...GAPS, outside: [[60, 1]] },
      'has no move of it there: rows arrive late',
    ],
    [
      'rows have not arrived',
      { ...GAPS, switches: { auditLag: 15 }, outside: [[20 * 24, 3]] },
      'has no move of it there',
    ],
    ['rows do not say the alias', { ...GAPS, switches: { auditKeys: 'none' } }, 'do not say which alias'],
  ])('unknown where %s', async (_, given, said) => {
    const { run } = await moved(given);
    const seen = await run(findVersion, { ...ASKED, at: at(35), 'allow-none': 'true' });
    expectRefused(seen, 'partial');
    expect(seen.report.error?.message).toContain('its record has a gap there');
    expect(seen.report.error?.message).toContain(said);
    expect(seen.outputs['version'] ?? '').toBe('');
  });

  test('where the record says it, the record decides, and a log that contradicts it is a warning', async () => {
    const { run } = await moved({
      recorded: [entry(3, 4, 60), entry(2, 1, 40), entry(1, 2, 20), entry(1, 3, 10)],
      // Away and back between 20 and 40, where the record has no gap, as it has before and after that.
      outside: [
        [15, 1],
        [25, 3],
        [35, 2],
        [50, 3],
        [60, 4],
      ],
    });
    const then = async (hours: number) => {
      const seen = await run(findVersion, { ...ASKED, history: 'true', at: at(hours) });
      return [seen.outputs['outcome'], seen.outputs['version'], warningsOf(seen), statementsOf(seen)];
    };
    expect(await then(30)).toEqual(['ok', '2', ['audit-log-differs'], 1]);
    expect(await then(22)).toEqual(['ok', '2', [], 1]);
    expect(await then(38)).toEqual(['ok', '2', [], 1]);
  });
});

describe('the audit log cannot be asked', () => {
  const refuse = ({ metastore }: Emulator): void =>
    metastore.revoke('schema', 'system.access', 'ml-deployers', ['SELECT']);

  test.each<[why: string, prepare: (emulator: Emulator) => void, outcome: string, fix: string]>([
    ['no right on the table', refuse, 'denied', 'GRANT USE CATALOG ON CATALOG system'],
    [
      'no right on the warehouse',
      ({ metastore }) => metastore.state.workspace.rights.clear(),
      'denied',
      'CAN USE',
    ],
    [
      'no such warehouse',
      ({ metastore }) => metastore.state.workspace.warehouses.clear(),
      'invalid',
      'Copy the ID',
    ],
    [
      'an outage',
      ({ faults }) =>
        faults.add({ template: '/api/2.0/sql/statements', times: 9, kind: { kind: 'status', status: 503 } }),
      'unavailable',
      'Run the step again later',
    ],
  ])('%s: refused as that, after all that the record says', async (_, prepare, outcome, fix) => {
    const { run, emulator } = await moved(GAPS);
    prepare(emulator);
    const seen = await run(findVersion, { ...ASKED, history: 'true' });
    expect([seen.outputs['outcome'], seen.exitCode]).toEqual([outcome, 1]);
    expect(linesOf(seen)).toHaveLength(4);
    expect(seen.report.error?.fix).toContain(fix);
    const moment = await run(findVersion, { ...ASKED, at: at(35) });
    expectRefused(moment, 'partial');
    expect(moment.report.error?.message).toContain('The audit log could not be asked');
  });

  test('a warehouse that is not needed, or is none, is a fault of the input', async () => {
    const { run } = await moved(GAPS);
    for (const inputs of [ASKED, { ...ASKED, history: 'true', 'warehouse-id': 'my warehouse/' }]) {
      const seen = await run(findVersion, inputs);
      expectRefused(seen, 'invalid');
      expect(seen.report.error?.message).toContain('warehouse-id');
      expect(seen.records).toEqual([]);
    }
  });
});

describe('rollback says who moved the alias', () => {
  const BACK = { ...ASKED, 'from-version': '4', reason: 'incident 7' };

  test('a conflict: by the audit log, in one request more, and nothing is written', async () => {
    const { run } = await moved({ recorded: [entry(1, 4, 10)], outside: [[30, 3]] });
    const without = await run(rollback, { ...BACK, 'warehouse-id': 'none' });
    const seen = await run(rollback, BACK);
    expectRefused(seen, 'conflict');
    expect(seen.report.error?.message).toContain(
      `By the audit log it was last moved to version 3 by admin@example.com at ${at(30)}.`,
    );
    expect(without.report.error?.message).not.toContain('audit log');
    expect([seen.records.length - without.records.length, statementsOf(seen)]).toEqual([1, 1]);
    expect(seen.after).toEqual(seen.before);
  });

  test('a refusal where the record does not say what was before: candidates, and who moved it', async () => {
    const { run } = await moved({ outside: [[30, 4, TOKENS.admin]] });
    const seen = await run(rollback, BACK);
    expectRefused(seen, 'blocked');
    expect(seen.report.error?.message).toContain('last moved to version 4 by admin@example.com');
    expect(JSON.parse(seen.outputs['candidates'] ?? '[]')).toHaveLength(3);
    const chosen = await run(rollback, { ...BACK, 'to-version': '3' });
    expect([chosen.outputs['outcome'], statementsOf(chosen)]).toEqual(['ok', 0]);
  });

  test('it never decides: what the log knows is no target', async () => {
    const { run } = await moved({
      recorded: [entry(1, 2, 10)],
      outside: [
        [20, 3],
        [30, 4],
      ],
    });
    const seen = await run(rollback, BACK);
    expectRefused(seen, 'blocked');
    expect(seen.after).toEqual(seen.before);
  });

  test('a log that cannot be read is a warning beside the same refusal', async () => {
    const { run, emulator } = await moved({ recorded: [entry(1, 4, 10)], outside: [[30, 3]] });
    emulator.metastore.state.workspace.rights.clear();
    const seen = await run(rollback, BACK);
    expectRefused(seen, 'conflict');
    expect(warningsOf(seen)).toEqual(['audit-log-unread']);
  });

  test('a log without such a move, or with another one, says so', async () => {
    const late = await moved({
      recorded: [entry(1, 4, 10)],
      outside: [[30, 3]],
      switches: { auditKeys: 'none' },
    });
    expect((await late.run(rollback, BACK)).report.error?.message).toContain(
      "The audit log has 1 move of the model's aliases",
    );
    const { run, emulator } = await moved({ recorded: [entry(1, 4, 10)], outside: [[30, 2]] });
    emulator.metastore.setAlias(PROD, 'Champion', 3);
    expect((await run(rollback, BACK)).report.error?.message).toContain('which is not what it names now');
  });
});
