import { describe, expect, test } from 'vitest';
import type { RunCommand } from '../../src/actions/contract/context.ts';
import { copyVersion } from '../../src/actions/copy-version.ts';
import { promote } from '../../src/actions/promote.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { expectRefused } from './expectations.ts';
import { world, type ActionBench, type ActionRun } from './harness.ts';
import { recordKeyOf, recordOf } from './move-record.ts';
import { GOOD_FILES, moreVersions, PROD, PROMOTER, STAGING } from '../../emulator/seeds/demo-models.ts';

const PROMOTE = { source: `models:/${STAGING}/1`, destination: PROD };
const NEW = { ...PROMOTE, destination: 'prod.ml_team.new_model', 'create-destination': 'true' };
const BOTH = [{ 'dry-run': 'true' }, {}];

const some = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, 'v']));

/** The demo's world with so many tags on the source, beside its status, which does not travel. */
async function withTags(count: number): Promise<ActionBench> {
  const started = await world();
  const version = started.emulator.metastore.model(STAGING).versions.get(1);
  version?.tags.clear();
  started.emulator.metastore.setTags(STAGING, some(count), 1);
  return started;
}

describe('a copy is judged by all tags that it will have', () => {
  for (const dry of BOTH) {
    for (const [title, inputs] of [
      ['the status', { ...PROMOTE, 'set-status': 'approved' }],
      ['the status, on a model that is not there yet', { ...NEW, 'set-status': 'approved' }],
      ['a status that is too long', { ...PROMOTE, 'set-status': 'x'.repeat(1001), 'copy-tags': 't0' }],
    ] as const) {
      test(`${title}: refused before anything is written${'dry-run' in dry ? ', in a dry run' : ''}`, async () => {
        const { run } = await withTags(46);
        const seen = await run(promote, { ...inputs, ...dry });
        expectRefused(seen, 'blocked');
        expect(seen.report.error?.message).toMatch(
          /46 tags would be copied and 5 are added|at most 1000 characters/u,
        );
      });
    }
  }

  for (const [title, inputs, count] of [
    ['no status', PROMOTE, 45],
    ['a status', { ...PROMOTE, 'set-status': 'approved' }, 45],
    ['a status, and no alias', { ...PROMOTE, 'set-status': 'approved', until: 'validate' }, 45],
  ] as const) {
    test(`${title}: as many as fit`, async () => {
      const { run } = await withTags(count);
      for (const dry of BOTH) {
        const seen = await run(promote, { ...inputs, ...dry });
        expect(seen.outputs['outcome'], seen.report.verdict).toBe('ok');
      }
    });
  }

  for (const switches of [{}, { pendingReadable: false, pendingReadableByWriters: false }]) {
    test(`a copy alone, with room for the hold until it is verified (${JSON.stringify(switches)})`, async () => {
      const { run, emulator } = await world({ switches });
      emulator.metastore.model(STAGING).versions.get(1)?.tags.clear();
      emulator.metastore.setTags(STAGING, some(45), 1);
      const seen = await run(copyVersion, PROMOTE);
      expect(seen.outputs['outcome'], seen.report.verdict).toBe('ok');
      emulator.metastore.setTags(STAGING, some(46), 1);
      expectRefused(await run(copyVersion, { ...PROMOTE, destination: 'prod.ml_team.other' }), 'invalid');
      expectRefused(await run(copyVersion, { ...NEW, source: PROMOTE.source }), 'blocked');
    });
  }
});

describe('a finished copy is judged by the tags that it has', () => {
  /** A copy by an earlier run, whose tags people filled up since, and a version that another run left unfinished. */
  async function withFullCopy(tags: number) {
    const started = await world();
    const { run, emulator } = started;
    await run(copyVersion, PROMOTE);
    const has = emulator.metastore.model(PROD).versions.get(2)?.tags.size ?? 0;
    emulator.metastore.setTags(PROD, some(tags - has), 2);
    emulator.metastore.addVersion(PROD, {
      files: GOOD_FILES,
      status: 'PENDING_REGISTRATION',
      source: PROMOTE.source,
      createdBy: PROMOTER,
      tags: { uc_promote_origin: PROMOTE.source, uc_promote_run: 'acme/models/4242/0/aaaaaaaa' },
    });
    return started;
  }

  for (const dry of BOTH) {
    for (const [title, tags, inputs] of [
      ['no room for a status', 50, { ...PROMOTE, 'set-status': 'approved' }],
      ['no room for a status, and no alias', 50, { ...PROMOTE, 'set-status': 'approved', until: 'validate' }],
    ] as const) {
      test(`${title}: nothing is written, and nothing deleted${'dry-run' in dry ? ', in a dry run' : ''}`, async () => {
        const { run } = await withFullCopy(tags);
        const seen = await run(promote, { ...inputs, ...dry });
        expectRefused(seen, 'blocked');
        expect(seen.report.error?.message).toContain('The object would have 51 tags');
      });
    }
  }

  test.each([
    ['needs no room for the record of the move, which is on the model', 50, PROMOTE],
    ['needs room for the status alone', 49, { ...PROMOTE, 'set-status': 'approved' }],
  ])('%s', async (_title, tags, inputs) => {
    const { run } = await withFullCopy(tags);
    const seen = await run(promote, inputs);
    expect(seen.outputs['outcome'], seen.report.verdict).toBe('ok');
    expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 2 });
    expect(recordOf(seen.after.models[PROD])).toMatchObject([{ from: 1, to: 2 }]);
  });

  test('that the alias names already needs no room', async () => {
    const { run, emulator } = await withFullCopy(50);
    emulator.metastore.setAlias(PROD, 'Champion', 2);
    const seen = await run(promote, PROMOTE);
    expect(['ok', 'noop'], seen.report.verdict).toContain(seen.outputs['outcome']);
    expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 2 });
  });

  test('that fills up while it is validated gets neither status nor alias', async () => {
    const { run, emulator } = await world();
    const fill = () => {
      const has = emulator.metastore.model(PROD).versions.get(2)?.tags.size ?? 0;
      emulator.metastore.setTags(PROD, some(50 - has), 2);
    };
    const runCommand: RunCommand = async () => {
      fill();
      return { exitCode: 0, timedOut: false, durationMs: 1 };
    };
    const inputs = { ...PROMOTE, 'validate-command': 'check', 'set-status': 'approved' };
    const seen = await run(promote, inputs, { runCommand });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'blocked', changed: 'true' });
    expect(seen.after.models[PROD]?.versions['2']?.tags).not.toHaveProperty('validation_status');
    expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 1 });
  });
});

describe('set-alias', () => {
  async function withVersion(tags: Record<string, string>) {
    const started = await world();
    started.emulator.metastore.addVersion(PROD, { files: GOOD_FILES });
    started.emulator.metastore.setTags(PROD, tags, 2);
    return started;
  }
  const MOVE = { model: PROD, alias: 'Champion', version: '2' };

  test('onto a version that is full: moved, since the record is on the model', async () => {
    const { run } = await withVersion(some(50));
    for (const dry of BOTH) {
      const seen = await run(setAlias, { ...MOVE, ...dry });
      expect(seen.outputs['outcome'], seen.report.verdict).toBe('ok');
      expect(Object.keys(seen.after.models[PROD]?.versions['2']?.tags ?? {})).toHaveLength(50);
    }
  });

  test('a deletion needs no room', async () => {
    const { run, emulator } = await withVersion(some(50));
    emulator.metastore.setAlias(PROD, 'Champion', 2);
    const seen = await run(setAlias, { model: PROD, alias: 'Champion', delete: 'true' });
    expect(seen.outputs['outcome'], seen.report.verdict).toBe('ok');
  });
});

describe('a model without room for the record of the move', () => {
  async function withFullModel(tags: Record<string, string>) {
    const started = await world();
    moreVersions(started.emulator.metastore);
    const { tags: present } = started.emulator.metastore.model(PROD);
    present.clear();
    started.emulator.metastore.setTags(PROD, tags);
    return started;
  }
  const MOVE = { model: PROD, alias: 'Champion', version: '2' };
  const findingsOf = (seen: ActionRun) =>
    seen.report.checks
      .filter(({ name }) => name === 'Record of the move')
      .flatMap(({ decision }) => decision?.findings ?? []);

  test.each([
    ['set-alias', setAlias, MOVE],
    ['set-alias, a deletion', setAlias, { model: PROD, alias: 'Champion', delete: 'true' }],
    ['promote', promote, PROMOTE],
  ] as const)('%s: moved all the same, with a warning that counts', async (_title, action, inputs) => {
    const { run } = await withFullModel(some(50));
    const seen = await run(action, inputs);
    expect(seen.outputs['outcome'], seen.report.verdict).toBe('ok');
    expect(seen.after.models[PROD]?.aliases['Champion']).not.toBe(1);
    expect(Object.keys(seen.after.models[PROD]?.tags ?? {})).toHaveLength(50);
    expect(findingsOf(seen)).toMatchObject([
      { code: 'tag-count', severity: 'warning', message: expect.stringContaining('51 tags') as string },
    ]);
    expect(seen.report.changes.map(({ change }) => change.kind)).not.toContain('record');
  });

  test.each([
    ['room', some(49)],
    ['a record already', { ...some(49), [recordKeyOf('Champion')]: '[]' }],
  ])('%s: recorded', async (_title, tags) => {
    const { run } = await withFullModel(tags);
    const seen = await run(setAlias, MOVE);
    expect(seen.outputs['outcome'], seen.report.verdict).toBe('ok');
    expect(Object.keys(seen.after.models[PROD]?.tags ?? {})).toHaveLength(50);
    expect(recordOf(seen.after.models[PROD])).toMatchObject([{ from: 1, to: 2 }]);
    expect(findingsOf(seen)).toEqual([]);
  });
});
