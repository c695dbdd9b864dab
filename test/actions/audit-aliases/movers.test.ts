import { describe, expect, test } from 'vitest';
import { GOOD_FILES, PROD } from '../../../emulator/seeds/demo-models.ts';
import type { Switches } from '../../../emulator/index.ts';
import { auditAliases } from '../../../src/actions/audit-aliases.ts';
import type { AuditFinding } from '../../../src/policy/audit/finding.ts';
import { world, type ActionBench, type ActionRun } from '../harness.ts';
import { recordKeyOf } from '../move-record.ts';
import { moveOutside, type OutsideMove } from '../moved-outside.ts';

const WAREHOUSE = '0123456789abcdef';
const HOUR = 60 * 60 * 1000;
const START = Date.now() - 20 * 24 * HOUR;
const at = (hours: number): number => START + hours * HOUR;
const iso = (hours: number): string => new Date(at(hours)).toISOString();
const SECOND = 'prod.ml_team.churn';
const UNASKED = { models: 'prod.ml_team.*', 'fail-on': 'never' };
const INPUTS = { ...UNASKED, 'warehouse-id': WAREHOUSE };

/** Two models of four versions, whose Champion was moved from 1 to 2 by a recorded move at hour 10. */
async function recorded(switches: Partial<Switches> = {}): Promise<ActionBench> {
  const started = await world({ switches });
  const { metastore } = started.emulator;
  metastore.enableAuditLog({ readers: ['ml-deployers'] });
  metastore.workspace.addWarehouse(WAREHOUSE, { users: ['ml-deployers'] });
  metastore.createModel(SECOND);
  metastore.grant('function', SECOND, 'ml-deployers', ['EXECUTE']);
  metastore.addVersion(SECOND, { files: GOOD_FILES });
  for (const name of [PROD, SECOND]) {
    for (const text of ['2', '3', '4'])
      metastore.addVersion(name, { files: { ...GOOD_FILES, 'model.pkl': text } });
    const entry = { alias: 'Champion', from: 1, to: 2, who: 'grace', at: iso(10) };
    metastore.setTags(name, { [recordKeyOf('Champion')]: JSON.stringify([entry]) });
    metastore.setAlias(name, 'Champion', 2);
  }
  return started;
}

async function audit(
  { emulator, run }: ActionBench,
  moves: readonly OutsideMove[],
  inputs: Readonly<Record<string, string>> = INPUTS,
): Promise<ActionRun> {
  for (const move of moves) await moveOutside(emulator, move);
  emulator.metastore.now = Date.now;
  return run(auditAliases, inputs);
}

const findingsOf = (seen: ActionRun): AuditFinding[] =>
  JSON.parse(seen.outputs['findings'] ?? '[]') as AuditFinding[];
const moversOf = (seen: ActionRun) =>
  findingsOf(seen).map(({ code, model, version, mover }) => [code, model, version, mover]);
const statementsOf = ({ records }: ActionRun) =>
  records.filter(({ method, path }) => method === 'POST' && path === '/api/2.0/sql/statements').length;
const logFindings = ({ report }: ActionRun) =>
  report.checks
    .filter(({ name }) => name === 'Audit log')
    .flatMap(({ decision }) => decision?.findings ?? []);

const admin = 'admin@example.com';

describe('who moved an alias past its record, by the audit log', () => {
  test('is asked in one question for all models, and is in message, output and summary', async () => {
    const bench = await recorded();
    const seen = await audit(bench, [
      { at: at(20), version: 4 },
      { at: at(30), version: 3 },
      { at: at(40), version: 3, model: SECOND },
      { at: at(50), version: null, model: SECOND },
    ]);
    expect(moversOf(seen)).toEqual([
      ['moved-outside', SECOND, undefined, { who: admin, at: iso(50) }],
      ['moved-outside', PROD, 3, { who: admin, at: iso(30) }],
    ]);
    expect(findingsOf(seen)[1]?.message).toBe(
      `${PROD}@Champion names version 3, but its last recorded move led to version 2 (by grace at ${iso(10)}): it was moved since without a record. By the audit log it was last moved to version 3 by ${admin} at ${iso(30)}.`,
    );
    expect([statementsOf(seen), logFindings(seen), seen.outputs['outcome']]).toEqual([1, [], 'ok']);
    expect(JSON.stringify(seen.blocks)).toContain(`moved to version 3 by ${admin}`);
  });

  test('without a warehouse nothing is asked, and the mover is unknown', async () => {
    const bench = await recorded();
    const seen = await audit(bench, [{ at: at(20), version: 3 }], UNASKED);
    expect(moversOf(seen)).toEqual([['moved-outside', PROD, 3, undefined]]);
    expect(findingsOf(seen)[0]?.message).toMatch(/without a record, mover unknown\.$/u);
    expect(statementsOf(seen)).toBe(0);
  });

  test('nothing is asked where every alias is where its record says', async () => {
    const seen = await audit(await recorded(), []);
    expect([statementsOf(seen), moversOf(seen), seen.outputs['outcome']]).toEqual([0, [], 'ok']);
  });

  test.each<{ name: string; switches: Partial<Switches>; moved: number; says: string }>([
    {
      name: 'rows that have not arrived',
      switches: { auditLag: 15 },
      moved: Date.now() - 5 * 60_000,
      says: 'The audit log has no move of it',
    },
    {
      name: 'rows that do not name alias or version',
      switches: { auditKeys: 'none' },
      moved: at(20),
      says: 'that does not say which alias',
    },
  ])('$name leave the mover unknown', async ({ switches, moved, says }) => {
    const seen = await audit(await recorded(switches), [{ at: moved, version: 3 }]);
    expect(moversOf(seen)).toEqual([['moved-outside', PROD, 3, undefined]]);
    expect(findingsOf(seen)[0]?.message).toContain(', mover unknown.');
    expect(findingsOf(seen)[0]?.message).toContain(says);
  });

  test('a last move that led elsewhere names no mover', async () => {
    const bench = await recorded();
    await moveOutside(bench.emulator, { at: at(20), version: 3 });
    bench.emulator.metastore.setAlias(PROD, 'Champion', 4);
    const seen = await audit(bench, []);
    expect(moversOf(seen)).toEqual([['moved-outside', PROD, 4, undefined]]);
    expect(findingsOf(seen)[0]?.message).toContain('which is not what it names now');
  });
});

describe('an alias that names what its recorded move led away from', () => {
  test('was moved back, where the log has the move and a later one back', async () => {
    const seen = await audit(await recorded(), [
      { at: at(10) + 1000, version: 2 },
      { at: at(20), version: 1 },
    ]);
    expect(moversOf(seen)).toEqual([['moved-outside', PROD, 1, { who: admin, at: iso(20) }]]);
    expect(findingsOf(seen)[0]?.message).toContain(
      'it was moved back since without a record. By the audit log',
    );
  });

  test.each<{ name: string; moves: readonly OutsideMove[] }>([
    { name: 'has no move at all', moves: [] },
    { name: 'has only a move to where it is', moves: [{ at: at(20), version: 1 }] },
    {
      name: 'has both moves before the record',
      moves: [
        { at: at(10) - 5 * 60_000, version: 2 },
        { at: at(10) - 4 * 60_000, version: 1 },
      ],
    },
  ])('is not reported where the log $name: the recorded move was never made', async ({ moves }) => {
    const bench = await recorded();
    bench.emulator.metastore.setAlias(PROD, 'Champion', 1);
    const seen = await audit(bench, moves);
    expect([moversOf(seen), statementsOf(seen), seen.outputs['outcome']]).toEqual([[], 1, 'ok']);
  });
});

describe('an audit log that does not say it all leaves the audit partial', () => {
  test.each<{ name: string; prepare: (bench: ActionBench) => void; says: RegExp }>([
    {
      name: 'no right on the warehouse',
      prepare: ({ emulator }) => void emulator.metastore.state.workspace.rights.clear(),
      says: /could not be asked/u,
    },
    {
      name: 'no right on the table',
      prepare: ({ emulator }) =>
        emulator.metastore.revoke('schema', 'system.access', 'ml-deployers', ['SELECT']),
      says: /could not be asked/u,
    },
    {
      name: 'an outage',
      prepare: ({ emulator }) =>
        emulator.faults.add({
          template: '/api/2.0/sql/statements',
          times: 99,
          kind: { kind: 'status', status: 503 },
        }),
      says: /could not be asked/u,
    },
    {
      name: 'more rows than are read',
      prepare: ({ emulator }) => {
        const { auditEvents } = emulator.metastore.state;
        const [first] = auditEvents;
        if (first === undefined) throw new Error('no event');
        const other = { ...first, params: { ...first.params, alias_arg: 'Challenger' } };
        for (let count = 1; count <= 5_000; count += 1)
          auditEvents.push({ ...other, id: String(count), at: at(30) + count * 1000 });
      },
      says: /was not read to its end: of 2 aliases/u,
    },
  ])('$name', async ({ prepare, says }) => {
    const bench = await recorded();
    await moveOutside(bench.emulator, { at: at(20), version: 3 });
    await moveOutside(bench.emulator, { at: at(21), version: 3, model: SECOND });
    prepare(bench);
    const seen = await audit(bench, []);
    expect(moversOf(seen)).toEqual([
      ['moved-outside', SECOND, 3, undefined],
      ['moved-outside', PROD, 3, undefined],
    ]);
    expect(
      logFindings(seen)
        .map(({ message }) => message)
        .join(),
    ).toMatch(says);
    expect(seen.outputs).toMatchObject({ outcome: 'partial', allowed: 'false', count: '2' });
    expect(seen.verdict).toContain('the audit log could not be read to its end');
  });
});

test('a registry without an audit log refuses the input before it reads models', async () => {
  const { run } = await world();
  const seen = await run(auditAliases, { ...INPUTS, registry: 'unity-catalog' });
  expect(seen.outputs['outcome']).toBe('unsupported');
});
