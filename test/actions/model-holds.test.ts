import { describe, expect, test } from 'vitest';
import { GOOD_FILES, PROD, PROMOTER, STAGING } from '../../emulator/seeds/demo-models.ts';
import type { Fault, Metastore } from '../../emulator/index.ts';
import { auditAliases } from '../../src/actions/audit-aliases.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import { copyVersion } from '../../src/actions/copy-version.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { promote } from '../../src/actions/promote.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import { validateSignature } from '../../src/actions/validate-signature.ts';
import { expectRefused } from './expectations.ts';
import { world, type ActionBench, type ActionRun } from './harness.ts';

// A hold is a tag of the registered model, and stops the bytes of a version under every number.

const COPY = { source: `models:/${STAGING}/1`, destination: PROD };
const HELD = { model: PROD, version: '2' };
/** `printf 2 | sha256sum`, its first 12 digits. */
const KEY = 'uc_promote_hold_d4735e3a265e';

const tagsOf = (seen: ActionRun) => seen.after.models[PROD]?.tags ?? {};
const championOf = (seen: ActionRun) => seen.after.models[PROD]?.aliases['Champion'];

/** The demo's world after a promotion whose copy was put on hold, and the alias moved back. */
async function held(): Promise<ActionBench> {
  const started = await world();
  await started.run(promote, COPY);
  started.emulator.metastore.setAlias(PROD, 'Champion', 1);
  const seen = await started.run(tagStatus, { ...HELD, hold: 'incident 7' });
  expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
  return started;
}

function requireHeld(seen: ActionRun, by: string): void {
  expectRefused(seen, 'blocked');
  expect(seen.report.error?.message).toContain(by);
  expect(seen.report.error?.message).toContain('on hold: incident 7, set by ');
  expect(seen.report.error?.fix).toContain('lift-hold: true');
  expect(championOf(seen)).toBe(1);
}

describe('tag-status sets a hold', () => {
  test('with what it stops, who set it, when and in which run', async () => {
    const { run } = await world();
    const copied = await run(promote, COPY);
    const dry = await run(tagStatus, { ...HELD, hold: 'incident 7', 'dry-run': 'true' });
    expect([dry.outputs['would-change'], dry.after]).toEqual(['true', dry.before]);
    const seen = await run(tagStatus, { ...HELD, hold: 'incident 7' });
    expect(seen.verdict).toBe(`✅ OK: models:/${PROD}/2: put on hold: incident 7`);
    expect(JSON.parse(tagsOf(seen)[KEY] ?? '')).toEqual({
      version: 2,
      reason: 'incident 7',
      origin: COPY.source,
      content: copied.outputs['digest'],
      listing: copied.outputs['listing-digest'],
      who: 'ada',
      at: expect.stringMatching(/^20\d\d-.*Z$/u) as string,
      run: 'acme/models/4242',
    });
    expect(JSON.stringify(seen.report.undo)).toContain('lift-hold: true');
    expect(seen.blocks.some((block) => block.kind === 'heading' && block.text.includes('1 hold set'))).toBe(
      true,
    );
  });

  test('pressed again it changes nothing, and says who holds it', async () => {
    const { run } = await held();
    const seen = await run(tagStatus, { ...HELD, hold: 'another reason' });
    expect(seen.outputs).toMatchObject({ outcome: 'noop', changed: 'false' });
    expect(JSON.stringify(seen.report.checks)).toContain('is on hold: incident 7, set by ada');
  });

  test('of a version without any record: its files are read, and its equals are stopped', async () => {
    const { run, emulator } = await world();
    const files = { ...GOOD_FILES, 'model.pkl': 'made here' };
    emulator.metastore.addVersion(PROD, { files });
    emulator.metastore.addVersion(PROD, { files });
    const seen = await run(tagStatus, { ...HELD, hold: 'incident 7' });
    expect(JSON.parse(tagsOf(seen)[KEY] ?? '')).toMatchObject({
      version: 2,
      content: expect.stringMatching(/^sha256:/u) as string,
      listing: expect.stringMatching(/^sha256:/u) as string,
    });
    const moved = await run(setAlias, { model: PROD, alias: 'Champion', version: '3' });
    requireHeld(moved, `models:/${PROD}/2, which has the same bytes, is on hold`);
  });

  const FORGED = {
    uc_promote_digest: `sha256:${'1'.repeat(64)}`,
    uc_promote_listing: `sha256:${'2'.repeat(64)}`,
  };

  test('whose tags record other digests than its files have: the files count', async () => {
    const { run, emulator } = await world();
    const files = { ...GOOD_FILES, 'model.pkl': 'made here' };
    emulator.metastore.addVersion(PROD, { files, tags: FORGED });
    emulator.metastore.addVersion(PROD, { files });
    const seen = await run(tagStatus, { ...HELD, hold: 'incident 7' });
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(tagsOf(seen)[KEY]).not.toContain('1111');
    expect(tagsOf(seen)[KEY]).not.toContain('2222');
    requireHeld(await run(setAlias, { model: PROD, alias: 'Champion', version: '3' }), 'the same bytes');
  });

  for (const forged of [FORGED, { uc_promote_digest: FORGED.uc_promote_digest }])
    test(`stops its bytes where another version's tags deny them: ${Object.keys(forged).length}`, async () => {
      const { run, emulator } = await world();
      const files = { ...GOOD_FILES, 'model.pkl': 'made here' };
      emulator.metastore.addVersion(PROD, { files });
      emulator.metastore.addVersion(PROD, { files, tags: forged });
      await run(tagStatus, { ...HELD, hold: 'incident 7' });
      requireHeld(await run(setAlias, { model: PROD, alias: 'Champion', version: '3' }), 'the same bytes');
      requireHeld(await run(findVersion, { model: PROD, version: '3' }), 'the same bytes');
    });

  test('of files that cannot be read: held by number, with a warning', async () => {
    const { run, emulator } = await world();
    emulator.metastore.addVersion(PROD, { files: { ...GOOD_FILES, 'model.pkl': 'made here' } });
    emulator.faults.add({
      template: /\/fs\//u,
      times: Number.POSITIVE_INFINITY,
      kind: { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED' },
    });
    const seen = await run(tagStatus, { ...HELD, hold: 'incident 7' });
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(JSON.parse(tagsOf(seen)[KEY] ?? '')).toMatchObject({ version: 2, reason: 'incident 7' });
    expect(JSON.stringify(seen.report.checks)).toContain('hold-without-bytes');
  });
});

describe('something else under the key of the hold', () => {
  const value = (held: object) => JSON.stringify({ ...held, reason: 'y' });
  const bad = async () => {
    const started = await world();
    started.emulator.metastore.addVersion(PROD, { files: { ...GOOD_FILES, 'model.pkl': 'made here' } });
    return started;
  };

  test.each([
    ['another version', { version: 3 }],
    ['bytes', { content: `sha256:${'0'.repeat(64)}` }],
    ['a source', { origin: 'models:/a.b.c/1' }],
  ])('a hold of %s stays, and the version is held beside it', async (_, held) => {
    const { run, emulator } = await bad();
    emulator.metastore.setTags(PROD, { [KEY]: value(held) });
    const seen = await run(tagStatus, { ...HELD, hold: 'incident 7' });
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', changed: 'true' });
    expect(tagsOf(seen)[KEY]).toBe(value(held));
    requireHeld(await run(setAlias, { model: PROD, alias: 'Champion', version: '2' }), `models:/${PROD}/2`);
    const lifted = await run(tagStatus, { ...HELD, 'lift-hold': 'true' });
    expect(lifted.outputs['outcome'], lifted.verdict).toBe('ok');
    expect(tagsOf(lifted)).toEqual({ [KEY]: value(held) });
  });

  test.each(['', 'stop', '{"reason":"y"}'])(
    'a value that does not say what it stops is written over: %j',
    async (text) => {
      const { run, emulator } = await bad();
      emulator.metastore.setTags(PROD, { [KEY]: text });
      const seen = await run(tagStatus, { ...HELD, hold: 'incident 7' });
      expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', changed: 'true' });
      expect(JSON.parse(tagsOf(seen)[KEY] ?? '')).toMatchObject({ version: 2, reason: 'incident 7' });
    },
  );

  test.each([
    ['another version', value({ version: 3 })],
    ['the version without its bytes', value({ version: 2 })],
    ['no text of ours', 'stop'],
  ])('that is set meanwhile is a conflict: %s', async (_, text) => {
    const { run, emulator } = await bad();
    emulator.faults.add({
      template: /\/fs\//u,
      kind: { kind: 'run', when: 'after', run: (metastore) => metastore.setTags(PROD, { [KEY]: text }) },
    });
    const seen = await run(tagStatus, { ...HELD, hold: 'incident 7' });
    expect(seen.outputs['outcome'], seen.verdict).toBe('conflict');
    expect(tagsOf(seen)[KEY]).toBe(text);
  });

  test('that is there when the hold is read back is no hold', async () => {
    const { run, emulator } = await bad();
    emulator.faults.add({
      method: 'POST',
      template: /registered-models\/set-tag$/u,
      kind: {
        kind: 'run',
        when: 'after',
        run: (metastore) => metastore.setTags(PROD, { [KEY]: value({ version: 3 }) }),
      },
    });
    const seen = await run(tagStatus, { ...HELD, hold: 'incident 7' });
    expect(seen.outputs['outcome'], seen.verdict).toBe('conflict');
  });

  test('a hold that is set again meanwhile for the same reason is not lifted', async () => {
    const { run, emulator } = await held();
    const text = value({ version: 2 }).replace('"y"', '"incident 7"');
    const setAgain = (metastore: Metastore) => metastore.setTags(PROD, { [KEY]: text });
    emulator.faults.add({
      template: /tag-assignments|registered-models/u,
      skip: 1,
      kind: { kind: 'run', when: 'after', run: setAgain },
    });
    const seen = await run(tagStatus, { ...HELD, 'lift-hold': 'true' });
    expect(seen.outputs['outcome'], seen.verdict).toBe('conflict');
    expect(tagsOf(seen)[KEY]).toBe(text);
  });
});

describe('tag-status lifts a hold', () => {
  test('and says what it lifted, with the way back', async () => {
    const { run } = await held();
    const seen = await run(tagStatus, { ...HELD, 'lift-hold': 'true' });
    expect(seen.verdict).toContain('hold lifted: it was on hold: incident 7, set by ada at ');
    expect(tagsOf(seen)[KEY]).toBeUndefined();
    expect(JSON.stringify(seen.report.undo)).toContain(String.raw`hold: \"incident 7\"`);
    expect((await run(promote, COPY)).outputs).toMatchObject({ outcome: 'ok', version: '2' });
    const again = await run(tagStatus, { ...HELD, 'lift-hold': 'true' });
    expect(again.outputs['outcome']).toBe('noop');
  });

  test('by an equal of the version, and with the tag of a version itself', async () => {
    const { run, emulator } = await held();
    const tags = { uc_promote_origin: COPY.source, UC_promote_hold: 'older' };
    emulator.metastore.addVersion(PROD, { files: GOOD_FILES, tags });
    const seen = await run(tagStatus, { model: PROD, version: '3', 'lift-hold': 'true' });
    expect(seen.verdict).toContain('incident 7');
    expect(seen.verdict).toContain('hold of the version itself lifted: older');
    expect(tagsOf(seen)[KEY]).toBeUndefined();
    expect(seen.after.models[PROD]?.versions['3']?.tags).toEqual({ uc_promote_origin: COPY.source });
  });

  test('but not that of another version of its source, whose bytes differ: it says how that one is lifted', async () => {
    const { run, emulator } = await held();
    const files = { ...GOOD_FILES, 'extra.txt': Buffer.from('other bytes') };
    const tags = { uc_promote_origin: COPY.source };
    emulator.metastore.addVersion(PROD, { files, tags });
    emulator.metastore.addVersion(PROD, { files, tags: { ...tags, uc_promote_hold: 'older' } });

    const refused = await run(tagStatus, { model: PROD, version: '3', 'lift-hold': 'true' });
    expect(refused.outputs, refused.verdict).toMatchObject({ outcome: 'blocked', changed: 'false' });
    expect(JSON.stringify(refused.report)).toContain('version: 2, lift-hold: true');

    const lifted = await run(tagStatus, { model: PROD, version: '4', 'lift-hold': 'true' });
    expect(lifted.outputs['outcome'], lifted.verdict).toBe('ok');
    expect(lifted.verdict).toContain('hold of the version itself lifted: older');
    expect(JSON.stringify(lifted.report)).toContain('version: 2, lift-hold: true');
    expect(tagsOf(lifted)[KEY]).toBeDefined();
    requireHeld(await run(setAlias, { model: PROD, alias: 'Champion', version: '4' }), `models:/${PROD}/2`);
  });

  test('and approves nothing that another hold still blocks', async () => {
    const { run, emulator } = await held();
    const files = { ...GOOD_FILES, 'extra.txt': Buffer.from('other bytes') };
    const tags = { uc_promote_origin: COPY.source, uc_promote_hold: 'older' };
    emulator.metastore.addVersion(PROD, { files, tags });
    const approved = { model: PROD, version: '3', 'lift-hold': 'true', status: 'approved' };
    const seen = await run(tagStatus, approved);
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'blocked', changed: 'false' });
    expect(seen.after.models[PROD]?.versions['3']?.tags).toEqual(tags);
  });

  test('and one that cannot be read stays, with the command that removes it', async () => {
    const { run, emulator } = await held();
    emulator.metastore.setTags(PROD, { [KEY]: 'stop' });
    const seen = await run(tagStatus, { ...HELD, 'lift-hold': 'true' });
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'blocked', changed: 'false' });
    expect(JSON.stringify(seen.report)).toContain(`remove-tags: ${KEY}`);
  });

  test('whose version is gone, by its key', async () => {
    const { run, emulator } = await held();
    emulator.metastore.state.models.get(PROD)?.versions.delete(2);
    requireHeld(await run(promote, COPY), `models:/${PROD}/2, which has the same source,`);
    const seen = await run(tagStatus, { model: PROD, 'remove-tags': KEY });
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect((await run(promote, COPY)).outputs['outcome']).toBe('ok');
  });
});

describe('what is on hold is refused, whatever number it comes back under', () => {
  for (const dry of [{ 'dry-run': 'true' }, {}]) {
    const title = 'dry-run' in dry ? ', as a dry run' : '';
    test.each([
      ['promote', promote],
      ['copy-version', copyVersion],
    ] as [string, Action][])(`%s of the same source${title}`, async (_, action) => {
      const { run } = await held();
      const spelled = COPY.source.replace('staging', 'STAGING');
      requireHeld(await run(action, { ...COPY, ...dry, source: spelled }), 'which has the same source');
    });

    test(`promote of another source with the same bytes${title}`, async () => {
      const { run, emulator } = await held();
      const number = emulator.metastore.addVersion(STAGING, { files: GOOD_FILES });
      const seen = await run(promote, { ...COPY, ...dry, source: `models:/${STAGING}/${number}` });
      requireHeld(seen, 'which has the same bytes');
    });

    test.each([
      ['the version itself', undefined],
      ['a copy of the same source', { tags: { uc_promote_origin: COPY.source } }],
      ['a copy by another client', { source: COPY.source }],
      ['a copy of the held version by another client', { source: `models:/${PROD.toUpperCase()}/2` }],
      ['the same bytes without any record', {}],
    ])(`set-alias onto %s${title}`, async (__, seed) => {
      const { run, emulator } = await held();
      const number =
        seed === undefined ? 2 : emulator.metastore.addVersion(PROD, { files: GOOD_FILES, ...seed });
      const seen = await run(setAlias, { model: PROD, alias: 'CHAMPION', version: String(number), ...dry });
      requireHeld(seen, `models:/${PROD}/2`);
    });
  }

  test('by way of a third model', async () => {
    const { run, emulator } = await held();
    const between = 'staging.ml_team.between';
    emulator.metastore.grant('schema', 'staging.ml_team', PROMOTER, ['CREATE_MODEL']);
    const hop = { ...COPY, destination: between, 'create-destination': 'true' };
    expect((await run(copyVersion, hop)).outputs['outcome']).toBe('ok');
    requireHeld(await run(promote, { ...COPY, source: `models:/${between}/1` }), `models:/${PROD}/2`);
  });

  test('out of the model that holds it', async () => {
    const { run, emulator } = await held();
    emulator.metastore.grant('schema', 'staging.ml_team', PROMOTER, ['CREATE_MODEL']);
    const out = {
      source: `models:/${PROD}/2`,
      destination: 'staging.ml_team.out',
      'create-destination': 'true',
    };
    requireHeld(await run(copyVersion, out), `models:/${PROD}/2 is on hold`);
  });

  test('find-version, by number and by alias; the newest passes over all its equals', async () => {
    const { run, emulator } = await held();
    emulator.metastore.addVersion(PROD, { files: GOOD_FILES });
    emulator.metastore.setAlias(PROD, 'Blue', 3);
    requireHeld(await run(findVersion, HELD), 'on hold: incident 7');
    requireHeld(await run(findVersion, { model: PROD, alias: 'blue' }), 'which has the same bytes');
    const newest = await run(findVersion, { model: PROD, 'require-signature': 'off' });
    expect(newest.outputs, newest.verdict).toMatchObject({ outcome: 'ok', version: '1' });
    const all = await run(findVersion, { model: 'prod.ml_team.*', alias: 'Blue' });
    expect(all.outputs['outcome']).toBe('blocked');
  });

  test('validate-signature, and an approval by tag-status', async () => {
    const { run } = await held();
    requireHeld(await run(validateSignature, HELD), 'on hold: incident 7');
    requireHeld(await run(tagStatus, { ...HELD, status: 'approved' }), 'on hold: incident 7');
    const rejected = await run(tagStatus, { ...HELD, status: 'rejected' });
    expect(rejected.outputs['outcome'], rejected.verdict).toBe('ok');
  });

  test('an audit reports the alias that names it, and its equals', async () => {
    const { run, emulator } = await held();
    emulator.metastore.addVersion(PROD, { files: GOOD_FILES });
    emulator.metastore.setAlias(PROD, 'Blue', 3);
    emulator.metastore.setAlias(PROD, 'Green', 2);
    const seen = await run(auditAliases, { models: PROD, aliases: 'Blue\nGreen\nChampion' });
    expect(seen.outputs['outcome']).toBe('blocked');
    const found = JSON.parse(seen.outputs['findings'] ?? '') as {
      alias?: string;
      code: string;
      message: string;
    }[];
    const holds = found.filter(({ code }) => code.endsWith('on-hold'));
    expect(holds.map(({ alias, code }) => `${alias} ${code}`).sort()).toEqual([
      'Blue equal-on-hold',
      'Green version-on-hold',
    ]);
    expect(holds[0]?.message).toContain('incident 7, set by ada');
  });

  test('other bytes of the model are not stopped', async () => {
    const { run, emulator } = await held();
    const number = emulator.metastore.addVersion(STAGING, { files: { ...GOOD_FILES, 'model.pkl': 'other' } });
    const seen = await run(promote, { ...COPY, source: `models:/${STAGING}/${number}` });
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', version: '3' });
    const moved = await run(setAlias, { model: PROD, alias: 'Champion', version: '1' });
    expect(moved.outputs['outcome'], moved.verdict).toBe('ok');
  });

  test('a hold of another model holds there alone', async () => {
    const { run } = await held();
    const seen = await run(findVersion, { model: STAGING, version: '1' });
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
  });

  test('a source that its own model holds is not promoted', async () => {
    const { run, emulator } = await world();
    const text = JSON.stringify({ version: 1, reason: 'incident 7', who: 'eve' });
    emulator.metastore.setTags(STAGING, { uc_promote_hold_6b86b273ff34: text });
    requireHeld(await run(promote, COPY), `models:/${STAGING}/1 is on hold`);
  });
});

describe('a hold that does not say what it stops', () => {
  for (const value of ['', 'stop', '{"reason":"x"}'])
    test(`stops everything of the model: ${JSON.stringify(value)}`, async () => {
      const { run, emulator } = await world();
      emulator.metastore.setTags(PROD, { uc_promote_hold_0: value });
      const seen = await run(promote, COPY);
      expectRefused(seen, 'blocked');
      expect(seen.report.error?.message).toContain('uc_promote_hold_0');
      expectRefused(await run(findVersion, { model: PROD, version: '1' }), 'blocked');
      await run(tagStatus, { model: PROD, 'remove-tags': 'uc_promote_hold_0' });
      expect((await run(promote, COPY)).outputs['outcome']).toBe('ok');
    });
});

describe('a hold that somebody sets meanwhile', () => {
  const text = (version: number, more: object = {}) =>
    JSON.stringify({ version, reason: 'incident 7', who: 'eve', ...more });
  const holdBy = (key: string, value: string, model = PROD): Fault => ({
    kind: 'run',
    when: 'after',
    run: (metastore: Metastore) => metastore.setTags(model, { [key]: value }),
  });

  test.each([
    ['on the destination', PROD, { origin: COPY.source }, 3],
    ['on the model of the source', STAGING, {}, 1],
  ])('%s, while a promotion copies: refused, and the alias stays', async (_, model, more, version) => {
    const { run, emulator } = await world();
    emulator.faults.add({
      method: 'PUT',
      template: '/api/2.0/fs/files/{path*}',
      kind: holdBy('uc_promote_hold_1', text(version, more), model),
    });
    const seen = await run(promote, COPY);
    expect(seen.outputs['outcome'], seen.verdict).toBe('blocked');
    expect(seen.report.error?.message).toContain('incident 7, set by eve');
    expect(championOf(seen)).toBe(1);
  });
});
