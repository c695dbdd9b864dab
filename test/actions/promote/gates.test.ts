import { describe, expect, test } from 'vitest';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { promote } from '../../../src/actions/promote.ts';
import { world } from '../harness.ts';
import { PROD, PROMOTER, GOOD_FILES, STAGING } from '../../../emulator/seeds/demo-models.ts';

const PROMOTE = { source: `models:/${STAGING}/1`, destination: PROD };
const GATE = { 'status-key': 'review_state', 'require-destination-status': 'approved' };

// What a validation may set is judged after it, and everything else before the copy.
const VALIDATED = { 'validate-command': 'validate' };
const PASSES = { runCommand: async () => ({ exitCode: 0, timedOut: false, durationMs: 5 }) };

describe('a status of the source opens no gate of the copy', () => {
  for (const copyTags of ['*', 'review_state', 'rev*\nteam']) {
    test(`copy-tags: ${JSON.stringify(copyTags)}`, async () => {
      const { run, emulator } = await world();
      emulator.metastore.setTags(STAGING, { review_state: 'approved', team: 'risk' }, 1);
      const inputs = { ...PROMOTE, ...GATE, 'copy-tags': copyTags };
      const before = await run(promote, inputs);
      expect(before.outputs, before.report.verdict).toMatchObject({ outcome: 'blocked', allowed: 'false' });
      expect(before.after).toEqual(before.before);
      const seen = await run(promote, { ...inputs, ...VALIDATED }, PASSES);
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'blocked', allowed: 'false' });
      expect(seen.report.error?.message).toContain(
        'must have the tag review_state=approved but does not have it',
      );
      expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 1 });
      expect(seen.after.models[PROD]?.versions['2']?.tags).not.toHaveProperty('review_state');
    });
  }

  test('nor one that a version carries which an earlier run began with other rules', async () => {
    const { run, emulator } = await world();
    emulator.metastore.setTags(STAGING, { review_state: 'approved' }, 1);
    emulator.metastore.addVersion(PROD, {
      files: GOOD_FILES,
      status: 'PENDING_REGISTRATION',
      source: PROMOTE.source,
      createdBy: PROMOTER,
      tags: {
        uc_promote_origin: PROMOTE.source,
        uc_promote_run: 'acme/models/1/1/aaaaaaaa',
        review_state: 'approved',
      },
    });
    const seen = await run(promote, { ...PROMOTE, ...GATE, ...VALIDATED }, PASSES);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'blocked', version: '2' });
    expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 1 });
  });

  test('the status that the copy earned opens it', async () => {
    const { run, emulator } = await world();
    emulator.metastore.setTags(STAGING, { review_state: 'approved' }, 1);
    await run(promote, { ...PROMOTE, 'status-key': 'review_state', until: 'copy' });
    emulator.metastore.setTags(PROD, { review_state: 'approved' }, 2);
    const seen = await run(promote, { ...PROMOTE, ...GATE });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
  });

  test('copy-version leaves the key behind that a later step reads', async () => {
    const { run, emulator } = await world();
    emulator.metastore.setTags(STAGING, { review_state: 'approved', team: 'risk' }, 1);
    const seen = await run(copyVersion, { ...PROMOTE, 'status-key': 'review_state' });
    expect(seen.outputs['outcome'], seen.report.verdict).toBe('ok');
    expect(seen.after.models[PROD]?.versions['2']?.tags).toMatchObject({ team: 'risk' });
    expect(seen.after.models[PROD]?.versions['2']?.tags).not.toHaveProperty('review_state');
    expect(JSON.stringify(seen.report.sections)).toContain('Not copied: the tag review_state.');
  });
});
