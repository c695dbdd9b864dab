import { describe, expect, test } from 'vitest';
import type { Fault, Metastore } from '../../../emulator/index.ts';
import { setAlias } from '../../../src/actions/set-alias.ts';
import { world, type ActionRun } from '../harness.ts';
import { recordOf } from '../move-record.ts';
import { moreVersions, PROD } from '../../../emulator/seeds/demo-models.ts';

const ALIAS = '/api/2.1/unity-catalog/models/{full_name}/aliases/{alias}';
const SET_TAG = '/api/2.0/mlflow/unity-catalog/registered-models/set-tag';
const MOVE = { model: PROD, alias: 'Champion', version: '2' };
const DELETE = { model: PROD, alias: 'Champion', delete: 'true' };
const ALWAYS = Number.POSITIVE_INFINITY;

async function ready() {
  const started = await world();
  moreVersions(started.emulator.metastore);
  return started;
}

/** Somebody else points the alias at version 3. */
const moveBy = (when: 'before' | 'after'): Fault => ({
  kind: 'run',
  when,
  run: (metastore: Metastore) => metastore.setAlias(PROD, 'Champion', 3),
});

const states = (seen: ActionRun) => seen.report.changes.map(({ change, state }) => [change.kind, state]);
const aliasNow = (seen: ActionRun) => seen.after.models[PROD]?.aliases['Champion'];
const writes = (seen: ActionRun) =>
  seen.records.filter((record) => record.write).map((record) => record.method);

describe('somebody else moves the alias', () => {
  test('before it is read, and another version was expected: conflict, nothing written', async () => {
    const { run, emulator } = await ready();
    emulator.faults.add({ method: 'GET', template: ALIAS, kind: moveBy('before') });
    const seen = await run(setAlias, { ...MOVE, 'expected-version': '1' });
    expect(seen.outputs).toMatchObject({ outcome: 'conflict', changed: 'false', 'previous-version': '3' });
    expect([aliasNow(seen), writes(seen)]).toEqual([3, []]);
  });

  test('between reading and writing: it is read again right before, and nothing is written', async () => {
    const { run, emulator } = await ready();
    const permissions = /effective-permissions/u;
    emulator.faults.add({ template: permissions, kind: { kind: 'delay', ms: 80 } });
    emulator.faults.add({ template: permissions, kind: { kind: 'status', status: 503 } });
    // By the time of the second try the alias has been read.
    emulator.faults.add({ template: permissions, skip: 3, kind: moveBy('before') });
    const seen = await run(setAlias, MOVE);
    expect(seen.outputs).toMatchObject({ outcome: 'conflict', changed: 'false' });
    expect(seen.report.error?.message).toBe(
      `The planned change ${PROD}@Champion 1 → 2 was not made: right before writing it, the value was 3.`,
    );
    expect([aliasNow(seen), writes(seen), seen.exitCode]).toEqual([3, [], 1]);
    expect(states(seen)).toEqual([
      ['record', 'not-done'],
      ['alias', 'not-done'],
    ]);
  });

  test('right after the write: reading back sees it, and says so', async () => {
    const { run, emulator } = await ready();
    emulator.faults.add({ method: 'PUT', template: ALIAS, kind: moveBy('after') });
    const seen = await run(setAlias, MOVE);
    expect(seen.outputs).toMatchObject({ outcome: 'conflict', changed: 'true' });
    expect(seen.report.error?.message).toBe(
      `${PROD}@Champion 1 → 2 was written, but reading it back returned 3, which is neither the new nor the previous value.`,
    );
    expect(aliasNow(seen)).toBe(3);
    expect(states(seen)).toEqual([
      ['record', 'done'],
      ['alias', 'unknown'],
    ]);
  });

  test('reads that go on giving the value from before: stale or put back, and what to do', async () => {
    const { run, emulator } = await ready();
    const stale: Fault = {
      kind: 'run',
      when: 'before',
      run: (metastore) => metastore.setAlias(PROD, 'Champion', 1),
    };
    emulator.faults.add({ method: 'GET', template: ALIAS, skip: 2, times: ALWAYS, kind: stale });
    const seen = await run(setAlias, MOVE);
    expect(seen.outputs).toMatchObject({ outcome: 'conflict', changed: 'true' });
    expect(seen.report.error).toMatchObject({
      message: `${PROD}@Champion 1 → 2 was written and accepted, but 4 reads within 3 s still returned the previous value, 1.`,
      fix: expect.stringContaining('Running the step again is safe') as string,
    });
    expect(states(seen)).toEqual([
      ['record', 'done'],
      ['alias', 'unknown'],
    ]);
    expect(seen.slept).toEqual([500, 1000, 1500]);
    emulator.faults.clear();
    expect((await run(setAlias, MOVE)).outputs['outcome']).toBe('ok');
  });

  test('reads that are not answered: unavailable, and that it was written', async () => {
    const { run, emulator } = await ready();
    emulator.faults.add({
      method: 'GET',
      template: ALIAS,
      skip: 2,
      times: ALWAYS,
      kind: { kind: 'status', status: 503 },
    });
    const seen = await run(setAlias, MOVE);
    expect(seen.outputs).toMatchObject({ outcome: 'unavailable', changed: 'true' });
    expect(seen.report.error?.message).toMatch(/@Champion 1 → 2 was written but could not be read back: /u);
    expect(aliasNow(seen)).toBe(2);
    emulator.faults.clear();
    expect((await run(setAlias, MOVE)).outputs['outcome']).toBe('noop');
  });

  test('a version that vanishes before the write is not pointed at', async () => {
    const { run, emulator } = await ready();
    emulator.faults.add({
      method: 'PUT',
      template: ALIAS,
      kind: {
        kind: 'run',
        when: 'before',
        run: (metastore) => void metastore.model(PROD).versions.delete(2),
      },
    });
    const seen = await run(setAlias, MOVE);
    expect(['invalid', 'conflict', 'error']).toContain(seen.outputs['outcome']);
    expect([aliasNow(seen), seen.exitCode]).toEqual([1, 1]);
  });
});

describe('answers that are lost', () => {
  for (const when of ['before', 'during', 'after'] as const) {
    for (const [title, inputs, method, expected] of [
      ['a move', MOVE, 'PUT', 2],
      ['a deletion', DELETE, 'DELETE', undefined],
    ] as const) {
      test(`${title} whose answer is lost (${when}) is done once, and known to be done`, async () => {
        const { run, emulator } = await ready();
        emulator.faults.add({ method, template: ALIAS, kind: { kind: 'drop', when } });
        const seen = await run(setAlias, inputs);
        expect(seen.outputs).toMatchObject({ outcome: 'ok', changed: 'true' });
        expect(aliasNow(seen)).toBe(expected);
        expect(states(seen).every(([, state]) => state === 'done')).toBe(true);
      });
    }

    test(`a record whose answer is lost (${when}) is written once`, async () => {
      const { run, emulator } = await ready();
      emulator.faults.add({ template: SET_TAG, kind: { kind: 'drop', when } });
      const seen = await run(setAlias, MOVE);
      expect(seen.outputs).toMatchObject({ outcome: 'ok' });
      expect(recordOf(seen.after.models[PROD])).toHaveLength(1);
    });
  }

  for (const [title, kind] of [
    ['dropped', { kind: 'drop', when: 'after' }],
    ['answered 500 after processing', { kind: 'status', status: 500, when: 'after' }],
  ] as const) {
    test(`a move that is ${title}, and cannot be looked at either: unavailable, and "unknown, check it it" in summary, report and journal`, async () => {
      const { run, emulator } = await ready();
      emulator.faults.add({ method: 'PUT', template: ALIAS, times: ALWAYS, kind });
      emulator.faults.add({
        method: 'GET',
        template: ALIAS,
        skip: 2,
        times: ALWAYS,
        kind: { kind: 'drop', when: 'before' },
      });
      const seen = await run(setAlias, MOVE);
      expect(seen.outputs).toMatchObject({ outcome: 'unavailable', changed: 'true', 'would-change': 'true' });
      expect(states(seen)).toEqual([
        ['record', 'done'],
        ['alias', 'unknown'],
      ]);
      expect(seen.summary).toContain('unknown');
      expect(seen.exitCode).toBe(1);
      const journal = JSON.parse(seen.state['journal'] ?? '[]') as { state: string }[];
      expect(journal.map(({ state }) => state)).toEqual(['done', 'begun']);
    });
  }

  test('a record that nobody answers for: nothing is moved without it', async () => {
    const { run, emulator } = await ready();
    emulator.faults.add({ template: SET_TAG, times: ALWAYS, kind: { kind: 'status', status: 503 } });
    const seen = await run(setAlias, MOVE);
    expect(seen.outputs).toMatchObject({ outcome: 'unavailable', changed: 'true' });
    expect(aliasNow(seen)).toBe(1);
    expect(states(seen)).toEqual([
      ['record', 'unknown'],
      ['alias', 'not-done'],
    ]);
  });

  test('a move whose answer is lost is looked at, and not sent again', async () => {
    const { run, emulator } = await ready();
    emulator.faults.add({
      method: 'PUT',
      template: ALIAS,
      times: ALWAYS,
      kind: { kind: 'drop', when: 'after' },
    });
    const seen = await run(setAlias, MOVE);
    expect(seen.outputs).toMatchObject({ outcome: 'ok', changed: 'true' });
    expect(
      emulator.requests.filter(({ method, template }) => method === 'PUT' && template === ALIAS),
    ).toHaveLength(1);
  });

  test('an alias that somebody moved while a write was tried again is left alone', async () => {
    const { run, emulator } = await ready();
    emulator.faults.add({
      method: 'PUT',
      template: ALIAS,
      kind: { kind: 'run', when: 'after', run: (metastore) => metastore.setAlias(PROD, 'Champion', 3) },
    });
    emulator.faults.add({ method: 'PUT', template: ALIAS, kind: { kind: 'status', status: 503 } });
    const seen = await run(setAlias, MOVE);
    expect(seen.outputs['outcome']).toBe('conflict');
    expect(aliasNow(seen)).toBe(3);
  });

  test('run again after it broke off, it finds the move done and adds nothing', async () => {
    const { run, emulator } = await ready();
    emulator.faults.add({ method: 'PUT', template: ALIAS, kind: { kind: 'drop', when: 'after' } });
    emulator.faults.add({
      method: 'GET',
      template: ALIAS,
      skip: 2,
      times: 4,
      kind: { kind: 'drop', when: 'before' },
    });
    expect((await run(setAlias, MOVE)).outputs['outcome']).toBe('unavailable');
    const again = await run(setAlias, MOVE);
    expect(again.outputs).toMatchObject({ outcome: 'noop', version: '2', changed: 'false' });
  });

  test('a list that lags behind the write is waited for', async () => {
    const { run, emulator } = await ready();
    let reads = 0;
    emulator.faults.add({
      method: 'GET',
      template: ALIAS,
      skip: 2,
      times: 2,
      kind: {
        kind: 'run',
        when: 'before',
        run: (metastore) => metastore.setAlias(PROD, 'Champion', ++reads > 1 ? 2 : 1),
      },
    });
    const seen = await run(setAlias, MOVE);
    expect(seen.outputs).toMatchObject({ outcome: 'ok', changed: 'true' });
    expect(seen.slept).toEqual([500]);
  });
});

describe('cancelled', () => {
  const interrupt: Fault = { kind: 'run', when: 'before', run: () => void process.emit('SIGINT') };

  test('before the write: no change is begun', async () => {
    const { run, emulator } = await ready();
    emulator.faults.add({ method: 'GET', template: ALIAS, kind: interrupt });
    const seen = await run(setAlias, MOVE);
    expect(seen.outputs).toMatchObject({ outcome: 'error', changed: 'false' });
    expect([seen.after, writes(seen)]).toEqual([seen.before, []]);
    expect(seen.report.error).toMatchObject({
      code: 'cancelled',
      message: 'Cancelled: no further change was started.',
    });
    expect(seen.log).toContain('warning: Cancelled: no further change is started.');
  });

  test('during the write: it may end, and nothing after it begins', async () => {
    const { run, emulator } = await ready();
    emulator.faults.add({ template: SET_TAG, kind: interrupt });
    const seen = await run(setAlias, MOVE);
    expect([aliasNow(seen), writes(seen)]).toEqual([1, ['POST']]);
    expect(seen.outputs).toMatchObject({ outcome: 'error', changed: 'true' });
    expect(states(seen)).toEqual([
      ['record', 'done'],
      ['alias', 'not-done'],
    ]);
  });
});
