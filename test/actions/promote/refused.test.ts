import { describe, expect, test } from 'vitest';
import type { Fault } from '../../../emulator/index.ts';
import { promote } from '../../../src/actions/promote.ts';
import { expectRefused, printedTodo } from '../expectations.ts';
import { TOKENS, world } from '../harness.ts';
import { grantUntilAllowed } from '../remedies.ts';
import { GOOD_FILES, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';

const PROMOTE = { source: `models:/${STAGING}/1`, destination: PROD };
const ALIAS = '/api/2.1/unity-catalog/models/{full_name}/aliases/{alias}';

describe('refused before the copy: nothing is written, the alias is where it was', () => {
  for (const [title, inputs, outcome, message] of [
    ['a source without signature', { source: `models:/${STAGING}/2` }, 'blocked', /signature/u],
    [
      'a source that is not approved',
      { 'require-status': 'blessed' },
      'blocked',
      /must have the tag validation_status=blessed but has validation_status=approved/u,
    ],
    [
      'a status under another key',
      { 'require-status': 'approved', 'status-key': 'other' },
      'blocked',
      /must have the tag other=approved but does not have it/u,
    ],
    [
      'a version that does not exist',
      { source: `models:/${STAGING}/9` },
      'invalid',
      /^Input `source`: version 9 of .* does not exist\.$/u,
    ],
    [
      'an alias that does not exist',
      { source: `models:/${STAGING}@Nobody` },
      'invalid',
      /^Input `source`: .* has no alias "Nobody"\.$/u,
    ],
    ['a destination that does not exist', { destination: 'prod.ml_team.nothing' }, 'invalid', /nothing/u],
    [
      'a destination with two levels',
      { destination: 'ml_team.fraud' },
      'invalid',
      /^Input `destination`: "ml_team.fraud" has 2 levels, not three\.$/u,
    ],
    ['a reserved alias', { alias: 'latest' }, 'invalid', /^Input `alias`: "latest" is reserved/u],
    [
      'an unknown until',
      { until: 'tag' },
      'invalid',
      /^Input `until`: "tag" is not one of the allowed values/u,
    ],
    [
      'a time limit without unit',
      { 'validate-timeout': '1 day' },
      'invalid',
      /^Input `validate-timeout`: "1 day" is not a duration\.$/u,
    ],
    [
      'a time limit that no timer can wait',
      { 'validate-timeout': '600h' },
      'invalid',
      /^Input `validate-timeout`: "600h" is longer than the maximum of 596h\.$/u,
    ],
    [
      'a wait that no timer can wait',
      { 'wait-timeout': '600h' },
      'invalid',
      /^Input `wait-timeout`: "600h" is longer than the maximum of 596h\.$/u,
    ],
  ] as const) {
    test(title, async () => {
      const { run } = await world();
      const seen = await run(promote, { ...PROMOTE, ...inputs });
      expectRefused(seen, outcome);
      expect(seen.report.error?.message).toMatch(message);
      expect(`${seen.report.error?.fix ?? ''}${printedTodo(seen)}`).toBeTruthy();
    });
  }

  for (const [status, tags] of [
    ['PENDING_REGISTRATION', {}],
    ['FAILED_REGISTRATION', {}],
    ['READY', { uc_promote_hold: 'incident 7' }],
  ] as const) {
    test(`a source that is ${status}${'uc_promote_hold' in tags ? ' and on hold' : ''}`, async () => {
      const { run, emulator } = await world();
      emulator.metastore.addVersion(STAGING, { files: GOOD_FILES, status, tags });
      expectRefused(await run(promote, { ...PROMOTE, source: `models:/${STAGING}/3` }), 'blocked');
    });
  }

  test('every fault of the inputs at once', async () => {
    const { run } = await world();
    const seen = await run(promote, {
      source: STAGING,
      destination: 'a.b',
      alias: 'v1',
      until: 'x',
      'dry-run': '?',
    });
    expectRefused(seen, 'invalid');
    const reported = printedTodo(seen);
    for (const input of ['source', 'destination', 'alias', 'until', 'dry-run'])
      expect(reported).toContain(`Input \`${input}\``);
    expect(seen.requests).toEqual([]);
  });
});

describe('denied', () => {
  test('without any right; with what is printed it succeeds', async () => {
    const { run, emulator } = await world();
    const attempt = () => run(promote, PROMOTE, { token: TOKENS.reader });
    expectRefused(await attempt(), 'denied');
    const { denied, last } = await grantUntilAllowed(emulator, attempt);
    expect([denied <= 3, last.outputs['outcome'], last.after.models[PROD]?.aliases]).toEqual([
      true,
      'ok',
      { Champion: 2 },
    ]);
  });

  test('who may copy and not move the alias is told before anything is copied', async () => {
    const { run, emulator } = await world();
    const { metastore } = emulator;
    metastore.model(PROD).owner = 'admin@example.com';
    metastore.grant('function', PROD, 'ml-deployers', ['EXECUTE', 'CREATE_MODEL_VERSION', 'APPLY_TAG']);
    const seen = await run(promote, PROMOTE);
    expectRefused(seen, 'denied');
    expect(printedTodo(seen)).toMatch(
      /^Run this step as the principal that is meant to promote: admin@example\.com owns model/u,
    );
    expect(printedTodo(seen)).not.toContain('--owner');
    const copied = await run(promote, { ...PROMOTE, until: 'copy' });
    expect(copied.outputs['outcome'], copied.report.verdict).toBe('ok');
  });
});

describe('somebody else moves the alias meanwhile', () => {
  const moveBy = (when: 'before' | 'after'): Fault => ({
    kind: 'run',
    when,
    run: (metastore) => {
      const version = metastore.addVersion(PROD, { files: GOOD_FILES });
      metastore.setAlias(PROD, 'Champion', version);
    },
  });

  test('while the files are copied: conflict; the copy stays, theirs is not overwritten', async () => {
    const { run, emulator } = await world();
    emulator.faults.add({ method: 'PUT', template: '/api/2.0/fs/files/{path*}', kind: moveBy('before') });
    const seen = await run(promote, PROMOTE);
    expect(seen.outputs).toMatchObject({ outcome: 'conflict', changed: 'true', allowed: 'false' });
    expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 3 });
    expect(seen.records.filter(({ method, template }) => method === 'PUT' && template === ALIAS)).toEqual([]);
    expect(seen.after.models[PROD]?.versions['2']?.status).toBe('READY');
  });

  for (const when of ['before', 'after'] as const) {
    test(`${when} the status of the copy is written: conflict, and theirs is not overwritten`, async () => {
      const { run, emulator } = await world();
      // The first tag written is the copy's digest; that of the status comes after the copy is READY.
      emulator.faults.add({
        template: /finalize$/u,
        kind: {
          kind: 'run',
          when: 'after',
          run: () => emulator.faults.add({ template: /set-tag$/u, kind: moveBy(when) }),
        },
      });
      const seen = await run(promote, { ...PROMOTE, 'set-status': 'approved' });
      expect(seen.outputs).toMatchObject({ outcome: 'conflict', status: 'approved' });
      expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 3 });
      expect(seen.records.filter(({ method, template }) => method === 'PUT' && template === ALIAS)).toEqual(
        [],
      );
    });
  }

  test('deletes it: conflict too', async () => {
    const { run, emulator } = await world();
    emulator.faults.add({
      template: /finalize$/u,
      kind: { kind: 'run', when: 'after', run: (metastore) => metastore.deleteAlias(PROD, 'Champion') },
    });
    const seen = await run(promote, PROMOTE);
    expect([seen.outputs['outcome'], seen.after.models[PROD]?.aliases]).toEqual(['conflict', {}]);
  });

  test('right after our write: reading back sees it', async () => {
    const { run, emulator } = await world();
    emulator.faults.add({ method: 'PUT', template: ALIAS, kind: moveBy('after') });
    const seen = await run(promote, PROMOTE);
    expect(seen.outputs).toMatchObject({ outcome: 'conflict', changed: 'true' });
  });
});

describe('whatever breaks, the alias names a whole version', () => {
  for (const template of [
    /create$/u,
    /\/fs\/files/u,
    /set-tag$/u,
    /finalize$/u,
    /aliases/u,
    /directories/u,
  ]) {
    for (const [title, kind] of [
      ['503 for good', { kind: 'status', status: 503 }],
      ['403', { kind: 'status', status: 403 }],
      ['drops after processing for good', { kind: 'drop', when: 'after' }],
    ] as const) {
      test(`${String(template)}: ${title}`, async () => {
        const { run, emulator } = await world();
        emulator.faults.add({ template, skip: 1, times: Number.POSITIVE_INFINITY, kind });
        const seen = await run(promote, { ...PROMOTE, 'set-status': 'approved' });
        const champion = seen.after.models[PROD]?.aliases['Champion'];
        const named = seen.after.models[PROD]?.versions[String(champion)];
        expect(named?.status).toBe('READY');
        if (champion === 2) expect(named?.files).toEqual(seen.after.models[STAGING]?.versions['1']?.files);
        if (seen.outputs['outcome'] === 'ok') expect(champion).toBe(2);
        else expect(seen.exitCode).toBe(1);
        expect(['ok', 'unavailable', 'denied', 'conflict']).toContain(seen.outputs['outcome']);
        if (JSON.stringify(seen.after) !== JSON.stringify(seen.before))
          expect(seen.outputs['changed']).toBe('true');
      });
    }
  }
});
