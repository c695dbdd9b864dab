import { describe, expect, test } from 'vitest';
import type { Fault, Metastore } from '../../emulator/index.ts';
import type { RunCommand } from '../../src/actions/contract/context.ts';
import { copyVersion } from '../../src/actions/copy-version.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import { promote } from '../../src/actions/promote.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import { expectRefused } from './expectations.ts';
import { world, type ActionRun, type ActionBench } from './harness.ts';
import { filesWith, GOOD_FILES, PROD, PROMOTER, STAGING } from '../../emulator/seeds/demo-models.ts';

// What stops a version stops its bytes, whatever number they come back under.

const COPY = { source: `models:/${STAGING}/1`, destination: PROD };
const HOLD = { uc_promote_hold: 'incident 7' };
const BOTH = [{ 'dry-run': 'true' }, {}];
const UNVERIFIED = 'the copy is not verified yet';
const MISMATCH = 'the copy does not equal its source';

/** The demo's world after a promotion whose copy somebody put on hold since. */
async function heldCopy(hold: Readonly<Record<string, string>> = HOLD): Promise<ActionBench> {
  const started = await world();
  await started.run(promote, COPY);
  const { metastore } = started.emulator;
  metastore.setAlias(PROD, 'Champion', 1);
  metastore.setTags(PROD, hold, 2);
  return started;
}

const championOf = (seen: ActionRun) => seen.after.models[PROD]?.aliases['Champion'];
const versionsOf = (seen: ActionRun) => seen.after.models[PROD]?.versions ?? {};

/** A version of the staging model with other bytes than its first. */
function addOther(metastore: Metastore): string {
  const number = metastore.addVersion(STAGING, { files: { ...GOOD_FILES, 'model.pkl': 'other' } });
  return `models:/${STAGING}/${number}`;
}

describe('a promotion again, of what is on hold', () => {
  for (const [name, action] of [
    ['promote', promote],
    ['copy-version', copyVersion],
  ] as [string, Action][]) {
    for (const dry of BOTH) {
      test(`${name}${'dry-run' in dry ? ', as a dry run' : ''}: blocked by the hold, which is named`, async () => {
        const { run } = await heldCopy();
        const seen = await run(action, { ...COPY, ...dry });
        expectRefused(seen, 'blocked');
        expect(seen.report.error?.message).toContain(
          `models:/${PROD}/2, which is a copy of the same version, is on hold: incident 7.`,
        );
        expect(seen.report.error?.fix).toContain('uc_promote_hold');
      });
    }
  }

  for (const [title, hold] of [
    ['without a reason', { uc_promote_hold: '' }],
    ['whose key is in another case', { UC_PROMOTE_HOLD: 'stop' }],
  ] as const) {
    test(`by a hold ${title}`, async () => {
      const { run } = await heldCopy(hold);
      expectRefused(await run(promote, COPY), 'blocked');
    });
  }

  test('by its alias, and with other tags', async () => {
    const { run, emulator } = await heldCopy();
    emulator.metastore.setAlias(STAGING, 'Candidate', 1);
    const inputs = { source: `models:/${STAGING}@candidate`, destination: PROD, 'copy-tags': 'nothing' };
    expectRefused(await run(promote, inputs), 'blocked');
  });

  test('of the same bytes under another number of the source', async () => {
    const { run, emulator } = await heldCopy();
    const files = emulator.metastore.addVersion(STAGING, { files: GOOD_FILES });
    const seen = await run(promote, { ...COPY, source: `models:/${STAGING}/${files}` });
    expectRefused(seen, 'blocked');
    expect(seen.report.error?.message).toContain('/2, which has the same content, is on hold: incident 7.');
  });

  test('by way of a third model', async () => {
    const { run, emulator } = await heldCopy();
    const between = 'staging.ml_team.between';
    emulator.metastore.grant('schema', 'staging.ml_team', PROMOTER, ['CREATE_MODEL']);
    const hop = { ...COPY, destination: between, 'create-destination': 'true' };
    const hopped = await run(copyVersion, hop);
    expect(hopped.outputs['outcome'], hopped.report.verdict).toBe('ok');
    expectRefused(await run(promote, { ...COPY, source: `models:/${between}/1` }), 'blocked');
    expect(emulator.metastore.model(PROD).versions.size).toBe(2);
  });

  test('of a copy that another hand began and that never got READY', async () => {
    const { run, emulator } = await world();
    emulator.metastore.addVersion(PROD, {
      files: filesWith(undefined),
      status: 'PENDING_REGISTRATION',
      source: COPY.source,
      createdBy: PROMOTER,
      tags: { uc_promote_origin: COPY.source, uc_promote_run: 'acme/models/1/1/aaaaaaaa', ...HOLD },
    });
    expectRefused(await run(promote, COPY), 'blocked');
  });

  test('of a copy of other hands, which names its source and nothing else', async () => {
    const { run, emulator } = await world();
    emulator.metastore.addVersion(PROD, { files: GOOD_FILES, source: COPY.source, tags: HOLD });
    expectRefused(await run(promote, COPY), 'blocked');
  });

  test('other bytes are not stopped by it', async () => {
    const { run, emulator } = await heldCopy();
    const seen = await run(promote, { ...COPY, source: addOther(emulator.metastore) });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '3' });
    expect(championOf(seen)).toBe(3);
  });

  test('when the hold is lifted, the copy is taken as it is', async () => {
    const { run } = await heldCopy();
    await run(tagStatus, { model: PROD, version: '2', 'remove-tags': 'uc_promote_hold' });
    const seen = await run(promote, COPY);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
    expect(Object.keys(versionsOf(seen))).toEqual(['1', '2']);
  });

  for (const hold of [UNVERIFIED, MISMATCH]) {
    test(`our own holds of copies stop nobody: ${hold}`, async () => {
      const { run } = await heldCopy({ uc_promote_hold: hold });
      const seen = await run(promote, COPY);
      expect(seen.outputs['outcome'], seen.report.verdict).toBe('ok');
      expect(championOf(seen)).toBe(hold === UNVERIFIED ? 2 : 3);
    });
  }
});

describe('set-alias onto an equal of what is on hold', () => {
  const MOVE = { model: PROD, alias: 'Champion', version: '3' };

  for (const dry of BOTH) {
    for (const [title, tags, source] of [
      ['a copy of the same version', { uc_promote_origin: COPY.source }, undefined],
      ['a copy by other hands, which the registry tells', {}, COPY.source],
      ['the same in another case', {}, COPY.source.toUpperCase().replace('MODELS', 'models')],
      ['a copy of another version with the same bytes', { uc_promote_origin: 'models:/a.b.c/9' }, undefined],
    ] as const) {
      test(`${title}${'dry-run' in dry ? ', as a dry run' : ''}: blocked`, async () => {
        const { run, emulator } = await heldCopy();
        emulator.metastore.addVersion(PROD, {
          files: GOOD_FILES,
          tags,
          ...(source === undefined ? {} : { source }),
        });
        const seen = await run(setAlias, { ...MOVE, ...dry });
        expectRefused(seen, 'blocked');
        expect(seen.report.error?.message).toContain(`models:/${PROD}/2, which`);
        expect(seen.report.error?.message).toContain('is on hold: incident 7.');
      });
    }
  }

  test.each([
    ['a digest of other bytes', { uc_promote_digest: `sha256:${'0'.repeat(64)}` }],
    ['a list of other files', { uc_promote_listing: `sha256:${'0'.repeat(64)}` }],
    ['no digest', {}],
  ])('what is recorded of the held one shows no difference: %s', async (_, tags) => {
    const { run, emulator } = await world();
    emulator.metastore.addVersion(PROD, {
      files: GOOD_FILES,
      tags: { uc_promote_hold: 'incident 7', ...tags },
    });
    for (const [text, outcome] of [
      ['', 'blocked'],
      ['other bytes', 'ok'],
    ] as const) {
      const version = emulator.metastore.addVersion(PROD, {
        files: text === '' ? GOOD_FILES : { ...GOOD_FILES, 'model.pkl': text },
        tags: { uc_promote_origin: 'models:/a.b.c/9' },
      });
      const seen = await run(setAlias, { ...MOVE, version: String(version) });
      expect([text, seen.outputs['outcome']]).toEqual([text, outcome]);
    }
  });

  test('by another alias too', async () => {
    const { run, emulator } = await heldCopy();
    emulator.metastore.addVersion(PROD, { files: GOOD_FILES, tags: { uc_promote_origin: COPY.source } });
    emulator.metastore.setAlias(PROD, 'Blue', 3);
    expectRefused(await run(setAlias, { model: PROD, alias: 'Champion', 'from-alias': 'Blue' }), 'blocked');
  });

  test('a copy of other bytes: moved', async () => {
    const { run, emulator } = await heldCopy();
    emulator.metastore.addVersion(PROD, {
      files: { ...GOOD_FILES, 'model.pkl': 'x'.repeat(Buffer.byteLength(GOOD_FILES['model.pkl'] ?? '')) },
      tags: { uc_promote_origin: 'models:/a.b.c/9' },
    });
    const seen = await run(setAlias, MOVE);
    expect(seen.outputs['outcome'], seen.report.verdict).toBe('ok');
  });

  test('taking the alias away is never stopped', async () => {
    const { run, emulator } = await heldCopy();
    emulator.metastore.setAlias(PROD, 'Champion', 2);
    const seen = await run(setAlias, { model: PROD, alias: 'Champion', delete: 'true' });
    expect(seen.outputs['outcome'], seen.report.verdict).toBe('ok');
  });
});

describe('a hold that somebody puts on the copy while it is made', () => {
  const holdBy = (when: 'before' | 'after'): Fault => ({
    kind: 'run',
    when,
    run: (metastore) => metastore.setTags(PROD, HOLD, 2),
  });
  const holdOfCopy = (seen: ActionRun) => versionsOf(seen)['2']?.tags['uc_promote_hold'];

  for (const [title, switches] of [
    ['files that are shown while it is pending', {}],
    [
      'files that are shown only when it is READY',
      { pendingReadable: false, pendingReadableByWriters: false },
    ],
  ] as const) {
    for (const action of [copyVersion, promote]) {
      for (const [point, template] of [
        ['while files are sent', '/api/2.0/fs/files/{path*}'],
        ['when it is finalized', /finalize$/u],
      ] as const) {
        test(`${action.name}, ${title}, ${point}: blocked, and the hold stays`, async () => {
          const { run, emulator } = await world({ switches });
          emulator.faults.add({
            method: point === 'while files are sent' ? 'PUT' : 'POST',
            template,
            kind: holdBy('after'),
          });
          const seen = await run(action, COPY);
          expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'blocked', changed: 'true' });
          expect(seen.report.error?.message).toContain('incident 7');
          expect([holdOfCopy(seen), championOf(seen)]).toEqual(['incident 7', 1]);
        });
      }
    }
  }

  test('it is not taken away with a copy that fails: the version stays', async () => {
    const { run, emulator } = await world();
    emulator.faults.add({ method: 'PUT', template: '/api/2.0/fs/files/{path*}', kind: holdBy('before') });
    emulator.faults.add({
      method: 'PUT',
      path: /2\/MLmodel$/u,
      times: Number.POSITIVE_INFINITY,
      kind: { kind: 'status', status: 503 },
    });
    const seen = await run(copyVersion, COPY);
    expect(seen.outputs['outcome']).toBe('unavailable');
    expect(seen.report.error?.message).toContain('was put on hold in the meantime (incident 7)');
    expect(holdOfCopy(seen)).toBe('incident 7');
    emulator.faults.clear();
    expectRefused(await run(copyVersion, COPY), 'blocked');
  });

  test('nor with a version that an earlier run left, when it is cleaned up', async () => {
    const { run, emulator } = await world();
    const left = {
      files: filesWith(undefined),
      status: 'PENDING_REGISTRATION',
      source: COPY.source,
      createdBy: PROMOTER,
      tags: { uc_promote_origin: COPY.source, uc_promote_run: 'acme/models/4242/0/aaaaaaaa' },
    } as const;
    emulator.metastore.addVersion(PROD, left);
    emulator.metastore.addVersion(PROD, left);
    emulator.faults.add({ template: /finalize$/u, kind: holdBy('after') });
    const seen = await run(copyVersion, COPY);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '3' });
    expect(holdOfCopy(seen)).toBe('incident 7');
    expect(seen.summary).toContain('is on hold and was left unchanged');
  });

  test('a version that is continued and was put on hold in the meantime is not filled', async () => {
    const { run, emulator } = await world();
    emulator.metastore.addVersion(PROD, {
      files: filesWith(undefined),
      status: 'PENDING_REGISTRATION',
      source: COPY.source,
      createdBy: PROMOTER,
      tags: { uc_promote_origin: COPY.source, uc_promote_run: 'acme/models/1/1/aaaaaaaa' },
    });
    emulator.faults.add({ template: /set-tag$/u, kind: holdBy('after') });
    const seen = await run(copyVersion, COPY);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'blocked' });
    expect([holdOfCopy(seen), versionsOf(seen)['2']?.status]).toEqual(['incident 7', 'PENDING_REGISTRATION']);
  });
});

test('a hold that is put on an equal copy while the new one is validated stops the alias', async () => {
  const { run, emulator } = await world();
  const { metastore } = emulator;
  await run(copyVersion, COPY);
  const again = metastore.addVersion(STAGING, { files: GOOD_FILES });
  const runCommand: RunCommand = async () => {
    metastore.setTags(PROD, HOLD, 2);
    return { exitCode: 0, timedOut: false, durationMs: 1 };
  };
  const inputs = { ...COPY, source: `models:/${STAGING}/${again}`, 'validate-command': 'check' };
  const seen = await run(promote, inputs, { runCommand });
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'blocked', version: '3' });
  expect(seen.report.error?.message).toContain(`models:/${PROD}/2, which has the same content, is on hold`);
  expect(championOf(seen)).toBe(1);
});
