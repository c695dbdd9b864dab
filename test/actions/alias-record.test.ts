import { describe, expect, test } from 'vitest';
import type { Emulator, Metastore } from '../../emulator/index.ts';
import { GOOD_FILES, moreVersions, PROD, PROMOTER, STAGING } from '../../emulator/seeds/demo-models.ts';
import { promote } from '../../src/actions/promote.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { world, type ActionRun } from './harness.ts';
import { recordKeyOf, recordOf } from './move-record.ts';

const MOVE = { model: PROD, alias: 'Champion', version: '2' };
const DELETE = { model: PROD, alias: 'Champion', delete: 'true' };
const PROMOTE = { source: `models:/${STAGING}/1`, destination: PROD };
const ADA = String.raw`by ada at 20\d\d-\d\d-\d\dT[\d:.]+Z \(run acme/models/4242, attempt 1\)`;

async function ready() {
  const started = await world();
  moreVersions(started.emulator.metastore);
  return started;
}

/** Every write of a run, in order. */
const writes = (seen: ActionRun) =>
  seen.records
    .filter(({ write }) => write)
    .map(({ method, template }) => `${method} ${template.split('/').at(-1)}`);

describe('a noop says how the alias came to name what it names', () => {
  const GRACE = { run: 'acme/models/7', attempt: '2', who: 'grace', at: '2026-01-02T03:04:05.000Z' };
  const record = (...moves: unknown[]) => ({ [recordKeyOf('Champion')]: JSON.stringify(moves) });

  test.each<[string, Record<string, string>, (metastore: Metastore) => void, string]>([
    ['nobody recorded it', { ...MOVE, version: '1' }, () => {}, ' (no record of who moved it there)'],
    [
      'recorded',
      { ...MOVE, version: '1' },
      (metastore) => metastore.setTags(PROD, record({ ...GRACE, from: null, to: 1 })),
      ', moved there by grace at 2026-01-02T03:04:05.000Z (run acme/models/7, attempt 2)',
    ],
    [
      'by whom is not recorded',
      { ...MOVE, version: '1' },
      (metastore) => metastore.setTags(PROD, record({ from: null, to: 1, at: GRACE.at })),
      ', moved there by a person whose name is not recorded at 2026-01-02T03:04:05.000Z',
    ],
    [
      'moved outside',
      { ...MOVE, version: '1' },
      (metastore) => metastore.setTags(PROD, record({ ...GRACE, from: 1, to: 3 }, { from: 6, to: 1 })),
      // The newest may have been interrupted as well: what led to version 1 is the one before.
      '; grace at 2026-01-02T03:04:05.000Z (run acme/models/7, attempt 2) began a move to version 3, but it was not completed',
    ],
    [
      'moved outside, after a recorded move',
      { ...MOVE, version: '1' },
      (metastore) => metastore.setTags(PROD, record({ ...GRACE, from: 2, to: 3 })),
      ', moved there without a record after a move to version 3 by grace at',
    ],
    [
      'recorded on the version, as at first',
      { ...MOVE, version: '1' },
      (metastore) =>
        metastore.setTags(
          PROD,
          {
            uc_promote_moves: JSON.stringify([
              {
                alias: 'champion',
                from: 2,
                run: 'acme/models/5/1',
                actor: 'hal',
                at: '2025-12-01T00:00:00.000Z',
              },
            ]),
          },
          1,
        ),
      ', moved there by hal at 2025-12-01T00:00:00.000Z (run acme/models/5, attempt 1)',
    ],
    [
      'a deletion',
      DELETE,
      (metastore) => {
        metastore.deleteAlias(PROD, 'Champion');
        metastore.setTags(PROD, record({ ...GRACE, from: 1, to: null }));
      },
      'The alias does not exist, deleted by grace at 2026-01-02T03:04:05.000Z',
    ],
    [
      'another spelling, and a name that forges a line',
      { ...MOVE, alias: 'CHAMPION', version: '1' },
      (metastore) => metastore.setTags(PROD, record({ ...GRACE, who: 'x\n::error::y', from: null, to: 1 })),
      ', moved there by x',
    ],
  ])('%s', async (_title, inputs, prepare, said) => {
    const { run, emulator } = await ready();
    prepare(emulator.metastore);
    const seen = await run(setAlias, inputs);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'noop', changed: 'false' });
    expect(seen.report.verdict).toContain(said);
    expect(seen.verdict).not.toContain('\n::error');
    expect(writes(seen)).toEqual([]);
  });

  test('what this action moved, and what promote moved', async () => {
    const { run } = await ready();
    await run(setAlias, MOVE);
    const again = await run(setAlias, MOVE);
    expect(again.outputs['outcome']).toBe('noop');
    expect(again.report.verdict).toMatch(
      new RegExp(`already names version 2, moved there ${ADA}; nothing was`, 'u'),
    );
    await run(promote, PROMOTE);
    const twice = await run(promote, PROMOTE);
    expect(twice.outputs['outcome']).toBe('noop');
    expect(twice.report.verdict).toMatch(
      new RegExp(`an identical copy of models:/${STAGING}/1, moved there ${ADA}; nothing was`, 'u'),
    );
  });
});

describe('a record that an earlier attempt of the same run could not write', () => {
  /** Every try to write a record of a model is refused. */
  const refuse = (emulator: Emulator) =>
    emulator.faults.add({
      template: '/api/2.0/mlflow/unity-catalog/registered-models/set-tag',
      times: Number.POSITIVE_INFINITY,
      kind: { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED', message: 'No.' },
    });
  const attempt = (number: number) => ({ environment: { GITHUB_RUN_ATTEMPT: String(number) } });

  test.each([
    ['set-alias, by what was expected', setAlias, { ...MOVE, 'expected-version': '1' }, {}],
    ['promote, by what was expected', promote, { ...PROMOTE, 'expected-version': '1' }, {}],
    ['promote, by the newest record', promote, PROMOTE, { from: null, to: 1, at: '2026-01-01' }],
  ] as const)(
    '%s: the next attempt writes it, and moves nothing',
    async (_title, action, inputs, earlier) => {
      const { run, emulator } = await world();
      emulator.metastore.addVersion(PROD, { files: GOOD_FILES });
      if ('to' in earlier)
        emulator.metastore.setTags(PROD, { [recordKeyOf('Champion')]: JSON.stringify([earlier]) });
      refuse(emulator);
      const first = await run(action, inputs, attempt(1));
      expect(first.outputs, first.report.verdict).toMatchObject({ outcome: 'ok', changed: 'true' });
      const now = first.after.models[PROD]?.aliases['Champion'];
      emulator.faults.clear();
      const dry = await run(action, { ...inputs, 'dry-run': 'true' }, attempt(2));
      expect(dry.outputs).toMatchObject({ outcome: 'ok', 'would-change': 'true' });
      const again = await run(action, inputs, attempt(2));
      expect(again.outputs, again.report.verdict).toMatchObject({ outcome: 'ok', changed: 'true' });
      expect(again.report.verdict).toContain('moved it without writing the record, which is written now');
      expect(writes(again)).toEqual(['POST set-tag']);
      expect(recordOf(again.after.models[PROD])[0]).toMatchObject({ from: 1, to: now, attempt: '2' });
      const third = await run(action, inputs, attempt(3));
      expect(third.outputs, third.report.verdict).toMatchObject({ outcome: 'noop', changed: 'false' });
      expect(third.report.verdict).toContain('moved there by ada');
    },
  );

  test.each([
    ['the first attempt', { ...MOVE, 'expected-version': '1' }, 1],
    ['nothing was expected', MOVE, 2],
  ])('is not made up: %s', async (_title, inputs, number) => {
    const { run, emulator } = await ready();
    emulator.metastore.setAlias(PROD, 'Champion', 2);
    const seen = await run(setAlias, inputs, attempt(number));
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'noop', changed: 'false' });
    expect(seen.report.verdict).toContain('no record of who moved it there');
    expect(recordOf(seen.after.models[PROD])).toEqual([]);
  });
});

describe('promote', () => {
  test('records the move on the model, after the copy and before the alias, and on no version', async () => {
    const { run } = await world();
    const seen = await run(promote, PROMOTE);
    expect(seen.outputs['outcome'], seen.report.verdict).toBe('ok');
    expect(writes(seen).slice(-2)).toEqual(['POST set-tag', 'PUT {alias}']);
    expect(recordOf(seen.after.models[PROD])).toMatchObject([
      { alias: 'Champion', from: 1, to: 2, run: 'acme/models/4242', attempt: '1', who: 'ada' },
    ]);
    const version = seen.after.models[PROD]?.versions['2'];
    expect(Object.keys(version?.tags ?? {})).not.toContain('uc_promote_moves');
    expect(seen.report.changes.map(({ change }) => change.kind).slice(-2)).toEqual(['record', 'alias']);
  });

  test('records nothing before the command that validates the copy allows it', async () => {
    const { run } = await world();
    const seen = await run(
      promote,
      { ...PROMOTE, 'validate-command': 'check' },
      { runCommand: async () => ({ exitCode: 1, timedOut: false, durationMs: 1 }) },
    );
    expect(seen.outputs['outcome']).toBe('blocked');
    expect(recordOf(seen.after.models[PROD])).toEqual([]);
  });
});

describe('what was warned of stands in the report, although a later write failed', () => {
  const SET_TAG = /registered-models\/set-tag$/u;
  const SET_ALIAS = { method: 'PUT', template: /\/aliases\//u } as const;
  const refused = { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED' } as const;
  const codesOf = (seen: ActionRun) =>
    seen.report.checks.flatMap(({ decision }) => (decision?.findings ?? []).map(({ code }) => code));

  test.each([
    ['set-alias', setAlias, MOVE],
    ['promote', promote, PROMOTE],
  ] as const)('%s: the record is refused, and then the alias', async (_name, action, inputs) => {
    const { run, emulator } = await ready();
    emulator.faults.add({ template: SET_TAG, kind: refused });
    emulator.faults.add({ ...SET_ALIAS, kind: refused });
    const seen = await run(action, inputs);
    expect(seen.outputs['outcome'], seen.report.verdict).toBe('denied');
    expect(codesOf(seen)).toContain('move-unrecorded');
    expect(seen.summary).toContain('The registry refused the record');
    expect(seen.annotations.map(({ message }) => message).join('\n')).toContain('refused the record');
  });

  test('the alias is refused, and then what takes its record back', async () => {
    const { run, emulator } = await ready();
    emulator.faults.add({ ...SET_ALIAS, kind: refused });
    emulator.faults.add({ template: /registered-models\/delete-tag$/u, kind: refused });
    const seen = await run(setAlias, MOVE);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'denied', changed: 'true' });
    expect(codesOf(seen)).toContain('move-record-left');
    expect(seen.summary).toContain('could not be removed');
    expect(recordOf(seen.after.models[PROD])).toHaveLength(1);
  });
});

describe('a record that may not be written is a warning, and stops no move', () => {
  /** The promoter may move aliases and read, and set no tags of the model. */
  async function withoutTags() {
    const started = await ready();
    const { metastore } = started.emulator;
    metastore.model(PROD).owner = 'ada@example.com';
    metastore.grant('function', PROD, PROMOTER, ['MANAGE', 'EXECUTE']);
    return started;
  }
  const warnings = (seen: ActionRun) =>
    seen.report.checks.flatMap(({ name, decision }) =>
      (decision?.findings ?? []).map(({ severity, fix }) => ({ name, severity, fix })),
    );

  test.each([
    ['a move', MOVE, 2],
    ['a deletion', DELETE, undefined],
  ])('%s by who lacks APPLY TAG: done, and the right is named', async (_title, inputs, now) => {
    const { run } = await withoutTags();
    const seen = await run(setAlias, { ...inputs, 'check-privileges': 'off' });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', changed: 'true' });
    expect(seen.after.models[PROD]?.aliases['Champion']).toBe(now);
    expect(recordOf(seen.after.models[PROD])).toEqual([]);
    expect(warnings(seen)).toContainEqual({
      name: 'Record of the move',
      severity: 'warning',
      fix: `Have an administrator grant the caller APPLY TAG on model ${PROD}.`,
    });
    expect(seen.report.changes.map(({ change, state }) => [change.kind, state])).toEqual([
      ['record', 'not-done'],
      ['alias', 'done'],
    ]);
  });

  test('with the privileges looked at: the same, and what grants it is printed', async () => {
    const { run } = await withoutTags();
    const seen = await run(setAlias, { ...MOVE, 'check-privileges': 'warn' });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', changed: 'true' });
    const { findings } = seen.report.checks.find(({ name }) => name === 'Privileges')?.decision ?? {
      findings: [],
    };
    expect(findings.map(({ message }) => message).join('\n')).toContain('APPLY TAG on model');
  });

  test.each([
    ['a limit', 'RESOURCE_EXHAUSTED', 429],
    ['another refusal', 'INVALID_PARAMETER_VALUE', 400],
  ])('%s of the registry: done, and its words are there', async (_title, errorCode, status) => {
    const { run, emulator } = await ready();
    emulator.faults.add({
      template: '/api/2.0/mlflow/unity-catalog/registered-models/set-tag',
      kind: { kind: 'status', status, errorCode, message: 'Tags of the model: the limit of 50 is reached.' },
    });
    const seen = await run(setAlias, MOVE);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', changed: 'true' });
    expect(seen.after.models[PROD]?.aliases['Champion']).toBe(2);
    const check = seen.report.checks.find(({ name }) => name === 'Record of the move');
    expect(check?.decision?.findings).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('the limit of 50 is reached') as string },
    ]);
  });
});
