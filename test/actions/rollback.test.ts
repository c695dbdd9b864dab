import { describe, expect, test } from 'vitest';
import type { FaultRule, Metastore } from '../../emulator/index.ts';
import { GOOD_FILES, PROD, PROMOTER, STAGING, UNSIGNED_FILES } from '../../emulator/seeds/demo-models.ts';
import { promote } from '../../src/actions/promote.ts';
import { rollback } from '../../src/actions/rollback.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import { TAG_KEYS } from '../../src/domain/tag-keys.ts';
import { expectRefused } from './expectations.ts';
import { TOKENS, world, type ActionBench, type ActionRun } from './harness.ts';
import { recordOf } from './move-record.ts';

const MOVE = { model: PROD, alias: 'Champion' };
const BACK = { ...MOVE, 'from-version': '2', reason: 'incident 7' };
/** `printf 2 | sha256sum`, its first 12 digits. */
const KEY = 'uc_promote_hold_d4735e3a265e';
const SET_TAG: FaultRule['template'] = /registered-models\/set-tag$/u;
const REFUSED = { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED' } as const;

const championOf = (seen: ActionRun) => seen.after.models[PROD]?.aliases['Champion'];
const holdOf = (seen: ActionRun) => JSON.parse(seen.after.models[PROD]?.tags[KEY] ?? 'null') as unknown;
const other = (text: string) => ({ files: { ...GOOD_FILES, 'model.pkl': text } });

/** A bad second version, on which a run of ours moved the alias, and a third one. */
async function promoted(prepare?: (metastore: Metastore) => void): Promise<ActionBench> {
  const started = await world();
  started.emulator.metastore.addVersion(PROD, other('bad'));
  started.emulator.metastore.addVersion(PROD, other('third'));
  const seen = await started.run(setAlias, { ...MOVE, version: '2' });
  expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
  prepare?.(started.emulator.metastore);
  return started;
}

/** Has the alias name another version, and the bad one again. */
async function nameBetween({ run }: ActionBench, version: string): Promise<void> {
  for (const each of [version, '2']) {
    const seen = await run(setAlias, { ...MOVE, version: each, 'require-signature': 'off' });
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
  }
}

function candidatesOf(seen: ActionRun): { version: number }[] {
  return JSON.parse(seen.outputs['candidates'] ?? '') as { version: number }[];
}

describe('back to what the alias named before', () => {
  test('record, alias, hold, in this order; it says what that rests on and how to undo it', async () => {
    const { run } = await promoted();
    const seen = await run(rollback, BACK);
    expect(seen.verdict).toBe(`✅ OK: ${PROD}@Champion 2 → 1; version 2 is on hold: incident 7`);
    expect(seen.outputs).toMatchObject({
      version: '1',
      'previous-version': '2',
      uri: `models:/${PROD}/1`,
      held: 'true',
      outcome: 'ok',
      changed: 'true',
    });
    expect(championOf(seen)).toBe(1);
    expect(holdOf(seen)).toMatchObject({ version: 2, reason: 'incident 7', who: 'ada' });
    expect(recordOf(seen.after.models[PROD])[0]).toMatchObject({ from: 2, to: 1, who: 'ada' });
    const writes = seen.records
      .filter(({ method }) => method !== 'GET')
      .map(({ method, template }) => `${method} ${template.split('/').at(-1)}`);
    expect(writes).toEqual(['POST set-tag', 'PUT {alias}', 'POST set-tag']);
    expect(JSON.stringify(seen.report.facts)).toMatch(
      /"Based on the move","value":"1 → 2","note":"recorded by ada at .* \(run acme\/models\/4242, attempt 1\)/u,
    );
    const undo = JSON.stringify(seen.report.undo);
    expect(undo).toContain('version: 2');
    expect(undo).toContain('lift-hold: true');
  });

  test('a dry run says the same and writes nothing', async () => {
    const { run } = await promoted();
    const dry = await run(rollback, { ...BACK, 'dry-run': 'true' });
    expect([dry.after, dry.outputs['would-change']]).toEqual([dry.before, 'true']);
    const seen = await run(rollback, BACK);
    const changes = (each: ActionRun) => each.report.changes.map(({ change }) => change);
    expect(changes(dry)).toEqual(changes(seen));
  });

  test('pressed again it changes nothing', async () => {
    const { run } = await promoted();
    await run(rollback, BACK);
    for (const inputs of [BACK, { ...BACK, 'to-version': '1' }]) {
      const again = await run(rollback, inputs);
      expect(again.outputs).toMatchObject({ outcome: 'noop', changed: 'false', version: '1', held: 'true' });
      expect(again.after).toEqual(again.before);
    }
  });

  test('what it held is not promoted again, nor rolled back to, until the hold is lifted', async () => {
    const { run, emulator } = await world();
    emulator.metastore.setTags(STAGING, {}, 1);
    const source = emulator.metastore.addVersion(STAGING, {
      ...other('bad'),
      tags: { validation_status: 'approved' },
    });
    const nightly = { source: `models:/${STAGING}/${source}`, destination: PROD };
    expect((await run(promote, nightly)).outputs).toMatchObject({ outcome: 'ok', version: '2' });
    expect((await run(rollback, BACK)).outputs['outcome']).toBe('ok');
    expectRefused(await run(promote, nightly), 'blocked');
    const forth = await run(rollback, { ...MOVE, 'from-version': '1', 'to-version': '2', reason: 'back' });
    expectRefused(forth, 'blocked');
    expect(forth.report.error?.message).toContain('on hold: incident 7');
    await run(tagStatus, { model: PROD, version: '2', 'lift-hold': 'true' });
    expect((await run(promote, nightly)).outputs).toMatchObject({ outcome: 'ok', version: '2' });
  });

  test('a hold of another version under its key: the bad version is held beside it', async () => {
    const text = JSON.stringify({ version: 3, reason: 'y' });
    const { run } = await promoted((metastore) => metastore.setTags(PROD, { [KEY]: text }));
    const seen = await run(rollback, BACK);
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', version: '1', held: 'true' });
    expect(seen.after.models[PROD]?.tags[KEY]).toBe(text);
    for (const version of ['2', '3']) expectRefused(await run(setAlias, { ...MOVE, version }), 'blocked');
  });

  test('without a hold, where none is wanted', async () => {
    const { run } = await promoted();
    const seen = await run(rollback, { ...BACK, hold: 'false' });
    expect(seen.outputs).toMatchObject({ outcome: 'ok', version: '1', held: 'false' });
    expect(holdOf(seen)).toBeNull();
    const completed = await run(rollback, BACK);
    expect(completed.outputs).toMatchObject({ outcome: 'ok', version: '1', held: 'true' });
    expect(recordOf(completed.after.models[PROD])).toEqual(recordOf(seen.after.models[PROD]));
  });

  test('in another case of model and alias', async () => {
    const { run } = await promoted();
    const seen = await run(rollback, { ...BACK, model: PROD.toUpperCase(), alias: 'CHAMPION' });
    expect([seen.outputs['outcome'], championOf(seen)]).toEqual(['ok', 1]);
  });

  test('an alias that named nothing before: deleted only where that is allowed', async () => {
    const { run, emulator } = await world();
    emulator.metastore.addVersion(PROD, other('bad'));
    await run(setAlias, { model: PROD, alias: 'Blue', version: '2' });
    const refused = await run(rollback, { ...BACK, alias: 'Blue' });
    expectRefused(refused, 'blocked');
    expect(refused.report.error?.fix).toContain('allow-delete: true');
    const seen = await run(rollback, { ...BACK, alias: 'Blue', 'allow-delete': 'true' });
    expect(seen.outputs).toMatchObject({ outcome: 'ok', version: '', held: 'true' });
    expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 1 });
    const again = await run(rollback, { ...BACK, alias: 'Blue', 'allow-delete': 'true' });
    expect(again.outputs['outcome'], again.verdict).toBe('noop');
  });

  test('nothing of GitHub is called, and the requests are few', async () => {
    const { run } = await promoted();
    const seen = await run(rollback, BACK);
    expect(seen.records.every(({ path }) => !path.includes('repos'))).toBe(true);
    // With the lists of endpoints and jobs, and the metrics of both versions.
    expect(seen.records.length).toBeLessThan(44);
  });
});

describe('refused, with the candidates', () => {
  const ROWS: [string, (metastore: Metastore) => void, Readonly<Record<string, string>>, string][] = [
    ['nothing is recorded', (metastore) => void delete tagsOf(metastore)[MOVES], {}, 'No record shows'],
    [
      'somebody moved it without a record',
      (metastore) => metastore.setAlias(PROD, 'Champion', 3),
      { 'from-version': '3' },
      'someone moved it without a record',
    ],
    [
      'a move was begun and not made',
      (metastore) => {
        const [newest] = JSON.parse(tagsOf(metastore)[MOVES] ?? '[]') as object[];
        metastore.setTags(PROD, {
          [MOVES]: JSON.stringify([{ from: 2, to: 3, at: '2026-11-29T00:00:00Z' }, newest]),
        });
      },
      {},
      'was never completed',
    ],
    [
      'the target is gone',
      (metastore) => void metastore.model(PROD).versions.delete(1),
      {},
      '/1 no longer exists',
    ],
    [
      'the target is held',
      (metastore) => metastore.setTags(PROD, { uc_promote_hold: 'incident 6' }, 1),
      {},
      'incident 6',
    ],
    [
      'the model holds the target',
      (metastore) =>
        metastore.setTags(PROD, { uc_promote_hold_1: JSON.stringify({ version: 1, reason: 'incident 6' }) }),
      {},
      'incident 6',
    ],
    [
      'the target is not READY',
      (metastore) => {
        const version = metastore.model(PROD).versions.get(1);
        if (version !== undefined) version.status = 'FAILED_REGISTRATION';
      },
      {},
      'FAILED_REGISTRATION',
    ],
    ['a target that is named is gone', () => undefined, { 'to-version': '9' }, '/9 no longer exists'],
  ];
  const MOVES = 'uc_promote_moves_d14a7310bdf5';
  const tagsOf = (metastore: Metastore) => {
    const { tags } = metastore.model(PROD);
    return new Proxy<Record<string, string>>(
      {},
      {
        get: (_, key) => tags.get(String(key)),
        deleteProperty: (_, key) => tags.delete(String(key)),
      },
    );
  };

  for (const [title, prepare, inputs, said] of ROWS)
    for (const dry of [{ 'dry-run': 'true' }, {}])
      test(`${title}${'dry-run' in dry ? ', as a dry run' : ''}`, async () => {
        const { run } = await promoted(prepare);
        const seen = await run(rollback, { ...BACK, ...inputs, ...dry });
        expectRefused(seen, 'blocked');
        expect(seen.report.error?.message).toContain(said);
        const bad = Number('from-version' in inputs ? inputs['from-version'] : 2);
        const versions = Object.keys(seen.after.models[PROD]?.versions ?? {}).map(Number);
        expect(candidatesOf(seen).map(({ version }) => version)).toEqual(
          // The third one was never named, and is newer than the bad one.
          versions.filter((each) => each < bad).sort((a, b) => b - a),
        );
        const [first] = candidatesOf(seen);
        expect(JSON.stringify(seen.blocks)).toContain(
          first === undefined
            ? 'The alias named no other version.'
            : `"columns":["to-version","Status","Live (from the record)","Digest","Hold"],"rows":[["${first.version}",`,
        );
      });

  test('the facts of each candidate: status, when it was live, digest, hold', async () => {
    const bench = await promoted();
    await nameBetween(bench, '3');
    const { metastore } = bench.emulator;
    metastore.setTags(PROD, { uc_promote_digest: 'sha256:0123456789abcdef' }, 1);
    metastore.setTags(PROD, { uc_promote_hold: 'incident 6' }, 3);
    const seen = await bench.run(rollback, BACK);
    const time = expect.stringMatching(/Z$/u) as string;
    expect(candidatesOf(seen)).toEqual([
      {
        version: 3,
        status: 'READY',
        live: [{ since: time, until: time }],
        digest: null,
        hold: 'incident 6',
      },
      {
        version: 1,
        status: 'READY',
        live: [{ until: time }],
        digest: 'sha256:0123456789abcdef',
        hold: null,
      },
    ]);
    expect(JSON.stringify(seen.blocks)).toContain('on hold: incident 6');
  });

  test('one paste away: with to-version it goes there', async () => {
    const bench = await promoted();
    await nameBetween(bench, '3');
    bench.emulator.metastore.setTags(PROD, { uc_promote_hold: 'x' }, 3);
    const refused = await bench.run(rollback, BACK);
    const last = candidatesOf(refused).at(-1);
    const seen = await bench.run(rollback, { ...BACK, 'to-version': String(last?.version) });
    expect([seen.outputs['outcome'], championOf(seen)]).toEqual(['ok', 1]);
  });

  test('a newer version that the alias never named is no rollback, and no candidate', async () => {
    const bench = await promoted();
    for (const dry of [{ 'dry-run': 'true' }, {}]) {
      const seen = await bench.run(rollback, { ...BACK, 'to-version': '3', ...dry });
      expectRefused(seen, 'blocked');
      expect(seen.report.error?.message).toContain('never named version 3');
      expect(seen.report.error?.message).toContain('newer than version 2');
      expect(candidatesOf(seen).map(({ version }) => version)).toEqual([1]);
      expect(JSON.stringify(seen.blocks)).toContain('1 version that the alias never named is left out');
      expect(seen.after).toEqual(seen.before);
    }
    await nameBetween(bench, '3');
    const named = await bench.run(rollback, { ...BACK, 'to-version': '3' });
    expect([named.outputs['outcome'], championOf(named)]).toEqual(['ok', 3]);
  });

  test('an older version that no record shows: where the record is whole it is refused, else warned of', async () => {
    const bench = await promoted();
    const { run, emulator } = bench;
    emulator.metastore.deleteAlias(PROD, 'Champion');
    emulator.metastore.model(PROD).tags.delete('uc_promote_moves_d14a7310bdf5');
    await run(setAlias, { ...MOVE, version: '2' });
    const whole = await run(rollback, { ...BACK, 'to-version': '1' });
    expectRefused(whole, 'blocked');
    expect(whole.report.error?.message).toContain('never named version 1, by its record');
    emulator.metastore.model(PROD).tags.delete('uc_promote_moves_d14a7310bdf5');
    const unknown = await run(rollback, { ...BACK, 'to-version': '1' });
    expect([unknown.outputs['outcome'], championOf(unknown)]).toEqual(['ok', 1]);
    expect(JSON.stringify(unknown.report.checks)).toContain('No record shows that');
  });

  test('the same model under another number', async () => {
    const bench = await promoted();
    await nameBetween(bench, '3');
    const { run, emulator } = bench;
    for (const version of [2, 3])
      emulator.metastore.setTags(PROD, { uc_promote_origin: 'models:/a.b.c/1' }, version);
    const inputs = { ...BACK, 'to-version': '3' };
    const seen = await run(rollback, inputs);
    expectRefused(seen, 'blocked');
    expect(seen.report.error?.message).toContain('came from the same source');
    expect((await run(rollback, { ...inputs, hold: 'false' })).outputs['outcome']).toBe('ok');
  });
});

describe('the bytes of the bad version under another number', () => {
  /** The third version has the files of the second one. */
  async function twins(tags: Readonly<Record<string, string>> = {}): Promise<ActionBench> {
    const bench = await promoted((metastore) => {
      metastore.addVersion(PROD, { ...other('bad'), tags });
    });
    return bench;
  }

  test.each([
    ['without any record', {}],
    ['whose tags deny it', { uc_promote_digest: `sha256:${'1'.repeat(64)}` }],
  ])('%s: refused before the alias moves', async (_, tags) => {
    const bench = await twins(tags);
    await nameBetween(bench, '4');
    const { run } = bench;
    const inputs = { ...BACK, 'to-version': '4' };
    for (const dry of [{ 'dry-run': 'true' }, {}]) {
      const seen = await run(rollback, { ...inputs, ...dry });
      expectRefused(seen, 'blocked');
      expect(seen.report.error?.message).toContain(`models:/${PROD}/4 has the same bytes as`);
      expect(seen.after).toEqual(seen.before);
    }
    expect((await run(rollback, { ...inputs, hold: 'false' })).outputs['outcome']).toBe('ok');
  });

  test.each([
    ['that is named', { 'to-version': '4' }],
    ['by the record', {}],
  ])('live already, %s: its bytes are not put on hold', async (_, more) => {
    const { run, emulator } = await twins();
    await run(setAlias, { ...MOVE, version: '4' });
    await run(setAlias, { ...MOVE, version: '2' });
    emulator.metastore.setAlias(PROD, 'Champion', 4);
    const seen = await run(rollback, { ...BACK, ...more });
    expectRefused(seen, 'blocked');
    expect(seen.report.error?.message).toContain('has the same bytes as');
    expect([championOf(seen), holdOf(seen)]).toEqual([4, null]);
    expect((await run(setAlias, { ...MOVE, version: '4' })).outputs['outcome']).toBe('noop');
  });

  test('the same list of files and other bytes are another model', async () => {
    const bench = await promoted((metastore) => {
      metastore.addVersion(PROD, other('dab'));
    });
    await nameBetween(bench, '4');
    const { run } = bench;
    const seen = await run(rollback, { ...BACK, 'to-version': '4' });
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', version: '4', held: 'true' });
    expect(JSON.stringify(seen.report.checks)).toContain('Its files differ from those of the bad version.');
  });
});

describe('a conflict', () => {
  test('the alias names neither: who moved it', async () => {
    const { run } = await promoted();
    await run(setAlias, { ...MOVE, version: '3' });
    for (const inputs of [BACK, { ...BACK, 'to-version': '1' }]) {
      const seen = await run(rollback, inputs);
      expectRefused(seen, 'conflict');
      expect(seen.report.error?.message).toMatch(/names version 3, moved there by ada at /u);
    }
  });

  test('it is moved meanwhile: nothing is moved, and nothing is held', async () => {
    const { run, emulator } = await promoted();
    const meanwhile = (metastore: Metastore) => metastore.setAlias(PROD, 'Champion', 3);
    emulator.faults.add({
      method: 'POST',
      template: SET_TAG,
      kind: { kind: 'run', when: 'before', run: meanwhile },
    });
    emulator.faults.add({ method: 'PUT', template: /aliases/u, kind: { kind: 'status', status: 503 } });
    const seen = await run(rollback, BACK);
    expect(seen.outputs['outcome'], seen.verdict).toBe('conflict');
    expect([championOf(seen), holdOf(seen)]).toEqual([3, null]);
  });
});

describe('what stops no rollback is a warning', () => {
  test('a target without a signature, which callers may not fit', async () => {
    const bench = await promoted();
    const { run, emulator } = bench;
    emulator.metastore.addVersion(PROD, { files: { ...UNSIGNED_FILES, 'model.pkl': 'old' } });
    await nameBetween(bench, '4');
    const seen = await run(rollback, { ...BACK, 'to-version': '4' });
    expect([seen.outputs['outcome'], championOf(seen)]).toEqual(['ok', 4]);
    const warned = seen.report.checks
      .flatMap(({ decision }) => decision?.findings ?? [])
      .filter(({ severity }) => severity === 'warning');
    expect(JSON.stringify(warned)).toContain('signature');
  });

  test('files that cannot be read, without a hold: with one they refuse', async () => {
    const { run, emulator } = await promoted();
    emulator.faults.add({ template: /\/fs\//u, times: Number.POSITIVE_INFINITY, kind: REFUSED });
    const refused = await run(rollback, BACK);
    expectRefused(refused, 'blocked');
    expect(refused.report.error?.message).toContain('could not be compared');
    expect(refused.report.error?.fix).toContain('hold: false');
    const seen = await run(rollback, { ...BACK, hold: 'false' });
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', version: '1', held: 'false' });
  });

  test('rights that cannot be read', async () => {
    const { run, emulator } = await promoted();
    emulator.faults.add({
      template: /effective-permissions/u,
      times: Number.POSITIVE_INFINITY,
      kind: REFUSED,
    });
    const seen = await run(rollback, BACK);
    expect([seen.outputs['outcome'], championOf(seen)]).toEqual(['ok', 1]);
  });

  test('a bad version that is gone cannot be held', async () => {
    const { run } = await promoted((metastore) => {
      metastore.model(PROD).versions.delete(2);
    });
    // Its deletion takes the alias with it.
    expect((await run(rollback, { ...BACK, 'to-version': '1' })).outputs['outcome']).toBe('conflict');
  });

  test('pressed again once a bad version on hold is deleted: it is on hold still', async () => {
    const { run, emulator } = await promoted();
    await run(rollback, BACK);
    emulator.metastore.model(PROD).versions.delete(2);
    const seen = await run(rollback, BACK);
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'noop', version: '1', held: 'true' });
  });

  test.each([
    ['never existed', '99', {}, 'Check from-version'],
    ['is gone', '2', {}, 'no longer exists'],
    ['never existed, as a dry run', '99', { 'dry-run': 'true' }, 'Check from-version'],
  ])('a hold is asked for, the alias is there, and the bad version %s', async (_, from, more, said) => {
    const { run, emulator } = await promoted();
    emulator.metastore.setAlias(PROD, 'Champion', 1);
    if (from === '2') emulator.metastore.model(PROD).versions.delete(2);
    const inputs = { ...BACK, 'from-version': from, 'to-version': '1', ...more };
    const seen = await run(rollback, inputs);
    expectRefused(seen, 'blocked');
    expect(`${seen.report.error?.message} ${seen.report.error?.fix}`).toContain(said);
    const without = await run(rollback, { ...inputs, hold: 'false' });
    expect(without.outputs['outcome'], without.verdict).toBe('noop');
  });

  test.each([
    ['the record of moves', false],
    ['its own tag alone', true],
  ])('killed before the hold, where the move onto the bad version is in %s', async (_, isLegacy) => {
    const { run, emulator } = await promoted();
    const MOVES = 'uc_promote_moves_d14a7310bdf5';
    await run(rollback, { ...BACK, hold: 'false' });
    if (isLegacy) {
      const [newest] = JSON.parse(emulator.metastore.model(PROD).tags.get(MOVES) ?? '[]') as object[];
      emulator.metastore.setTags(PROD, { [MOVES]: JSON.stringify([newest]) });
      const legacy = { alias: 'Champion', from: 1, run: 'acme/models/1/1', at: '2020-01-01T00:00:00Z' };
      emulator.metastore.setTags(PROD, { [TAG_KEYS.moves]: JSON.stringify([legacy]) }, 2);
    }
    const seen = await run(rollback, BACK);
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', version: '1', held: 'true' });
  });
});

describe('a registry that refuses', () => {
  test('every tag: the alias is moved, and what is missing is said, with the statement that gives it', async () => {
    const { run, emulator } = await promoted();
    emulator.faults.add({
      method: 'POST',
      template: SET_TAG,
      times: Number.POSITIVE_INFINITY,
      kind: REFUSED,
    });
    const seen = await run(rollback, BACK);
    expect(seen.outputs).toMatchObject({ outcome: 'denied', version: '1', held: 'false', changed: 'true' });
    expect([championOf(seen), holdOf(seen), seen.exitCode]).toEqual([1, null, 1]);
    expect(seen.verdict).toContain('version 2 is NOT on hold');
    expect(seen.verdict).toContain('APPLY TAG');
    expect(JSON.stringify(seen.blocks)).toContain(
      `GRANT APPLY TAG ON FUNCTION \`prod\`.\`ml_team\`.\`fraud_detection\` TO \`${PROMOTER}\``,
    );
    emulator.faults.clear();
    const again = await run(rollback, BACK);
    expect(again.outputs).toMatchObject({ outcome: 'ok', version: '1', held: 'true' });
    expect(again.report.changes.map(({ change }) => change.kind)).toEqual(['hold']);
  });

  test('the hold alone', async () => {
    const { run, emulator } = await promoted();
    emulator.faults.add({ method: 'POST', template: SET_TAG, skip: 1, kind: REFUSED });
    const seen = await run(rollback, BACK);
    expect(seen.outputs).toMatchObject({ outcome: 'denied', version: '1', held: 'false' });
    expect(recordOf(seen.after.models[PROD])[0]).toMatchObject({ from: 2, to: 1 });
  });

  test('the alias: nothing stays but what was', async () => {
    const { run } = await promoted();
    const seen = await run(rollback, BACK, { token: TOKENS.trainer });
    expect(seen.outputs['outcome'], seen.verdict).toBe('denied');
    expect(seen.after).toEqual(seen.before);
    expect(JSON.stringify(seen.blocks)).toContain(
      'ada@example.com lacks 3 rights on model prod.ml_team.fraud_detection',
    );
  });
});

describe('a step that ends between the alias and the hold', () => {
  const FOREVER = { times: Number.POSITIVE_INFINITY };
  const failing = { kind: 'status', status: 500, errorCode: 'INTERNAL_ERROR' } as const;

  function requireHalfDone(seen: ActionRun): void {
    expect(seen.outputs, seen.verdict).toMatchObject({
      version: '1',
      'previous-version': '2',
      uri: `models:/${PROD}/1`,
      held: 'false',
      changed: 'true',
    });
    expect([championOf(seen), holdOf(seen), seen.exitCode]).toEqual([1, null, 1]);
    expect(seen.verdict).toMatch(/@Champion 2 → 1(?: was requested)?; /u);
    const page = JSON.stringify(seen.blocks);
    expect(page).toContain(String.raw`hold: \"incident 7\"`);
    expect(page).toContain('a promotion can bring it back');
  }

  test('since the registry fails: outputs and verdict say that the alias is moved, and nothing that the version is held', async () => {
    const { run, emulator } = await promoted();
    emulator.faults.add({ method: 'POST', template: SET_TAG, skip: 1, ...FOREVER, kind: failing });
    const seen = await run(rollback, BACK);
    requireHalfDone(seen);
    // The last try may have been made, and nothing was read after it.
    expect(seen.verdict).toContain('; it is not known whether version 2 is on hold: ');
    emulator.faults.clear();
    expect((await run(rollback, BACK)).outputs).toMatchObject({ outcome: 'ok', held: 'true', version: '1' });
  });

  test('since something else came under the key of the hold', async () => {
    const { run, emulator } = await promoted();
    const text = JSON.stringify({ version: 3, reason: 'y' });
    emulator.faults.add({
      method: 'PUT',
      template: /aliases/u,
      kind: { kind: 'run', when: 'after', run: (metastore) => metastore.setTags(PROD, { [KEY]: text }) },
    });
    const seen = await run(rollback, BACK);
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'conflict', version: '1', held: 'false' });
    expect(seen.verdict).toContain(`${PROD}@Champion 2 → 1; version 2 is NOT on hold: `);
    expect((await run(rollback, BACK)).outputs).toMatchObject({ outcome: 'ok', held: 'true' });
    expectRefused(await run(setAlias, { ...MOVE, version: '2' }), 'blocked');
  });

  test('since the run is cancelled', async () => {
    const { run, emulator } = await promoted();
    emulator.faults.add({
      method: 'PUT',
      template: /aliases/u,
      kind: { kind: 'run', when: 'after', run: () => void process.emit('SIGINT') },
    });
    const seen = await run(rollback, BACK);
    requireHalfDone(seen);
    expect(seen.verdict).toContain('version 2 is NOT on hold: ');
    expect((await run(rollback, BACK)).outputs).toMatchObject({ outcome: 'ok', held: 'true', version: '1' });
  });
});

test.each([
  ['the bad version as the target', { 'to-version': '2' }, 'Input `to-version`: version 2 is the bad one.'],
  ['a blank reason', { reason: ' ' }, 'Input `reason` is missing or empty.'],
  ['no reason', { reason: '' }, 'Input `reason` is missing or empty.'],
])('invalid: %s', async (_, inputs, said) => {
  const { run } = await promoted();
  const seen = await run(rollback, { ...BACK, ...inputs });
  expectRefused(seen, 'invalid');
  expect(seen.report.error?.message).toContain(said);
});

describe('what is not known after a write, and what is only planned', () => {
  /** The response to the move is lost, and no read of the alias after it gets one. */
  const lose = ({ faults }: ActionBench['emulator']): void => {
    const template = '/api/2.1/unity-catalog/models/{full_name}/aliases/{alias}';
    const down = { method: 'GET', template, times: Infinity, kind: { kind: 'status', status: 503 } } as const;
    faults.add({
      method: 'PUT',
      template,
      kind: { kind: 'run', when: 'after', run: () => faults.add(down) },
    });
    faults.add({ method: 'PUT', template, kind: { kind: 'drop', when: 'after' } });
  };

  test('an alias of which nobody knows whether it moved: no output says which version it names', async () => {
    for (const [action, inputs] of [
      [rollback, BACK],
      [setAlias, { ...MOVE, version: '3' }],
    ] as const) {
      const { run, emulator } = await promoted();
      lose(emulator);
      const seen = await run(action, inputs);
      expect(seen.outputs, seen.verdict).toMatchObject({ version: '', uri: '', 'previous-version': '2' });
      expect(seen.exitCode).toBe(1);
      expect(seen.report.changes.find(({ change }) => change.kind === 'alias')?.state).toBe('unknown');
      expect(JSON.stringify(seen.report.facts)).toContain('"Names now","value":"unknown"');
    }
  });

  test('a dry run says that the version will be put on hold; one that is on hold, that it is', async () => {
    const { run } = await promoted();
    const dry = await run(rollback, { ...BACK, 'dry-run': 'true' });
    expect(dry.verdict).toContain('version 2 would be put on hold: incident 7');
    expect(dry.summary).toContain('and puts version 2 on hold');
    const seen = await run(rollback, BACK);
    expect(seen.verdict).toContain('version 2 is on hold: incident 7');
    expect(seen.summary).toContain('Version 2 is on hold');
    const again = await run(rollback, { ...BACK, 'dry-run': 'true' });
    expect(again.verdict).toContain('version 2 is on hold: incident 7');
  });

  test('candidates that are left out are counted', async () => {
    const { run, emulator } = await promoted((metastore) => {
      metastore.setTags(PROD, { uc_promote_moves_d14a7310bdf5: '[]' });
      for (let count = 4; count <= 30; count += 1) metastore.addVersion(PROD, {});
    });
    const seen = await run(rollback, BACK);
    expectRefused(seen, 'blocked');
    // Of 30 versions the newest 25, all of them newer than the bad one, which is among the older ones.
    expect(candidatesOf(seen)).toEqual([]);
    const shown = JSON.stringify(seen.blocks);
    expect(shown).toContain('Versions to go back to: 0 of 4');
    expect(shown).toContain('4 older versions of the model are left out');
    expect(shown).toContain('25 versions that the alias never named are left out');
    emulator.metastore.setAlias(PROD, 'Champion', 30);
    const newest = await run(rollback, { ...BACK, 'from-version': '30' });
    expectRefused(newest, 'blocked');
    expect(candidatesOf(newest)).toHaveLength(24);
    expect(JSON.stringify(newest.blocks)).toContain('Versions to go back to: 24 of 29');
  });
});
