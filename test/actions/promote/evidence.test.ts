import { describe, expect, test } from 'vitest';
import { PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import type { RunCommand } from '../../../src/actions/contract/context.ts';
import { promote } from '../../../src/actions/promote.ts';
import { world } from '../harness.ts';

const CASE = {
  source: `models:/${STAGING}/1`,
  destination: PROD,
  alias: 'Champion',
  'compare-with': `models:/${PROD}@Champion`,
  compatibility: 'none',
  'require-status': 'approved',
  'validate-command': 'node --version',
} as const;

async function seen(changed: Readonly<Record<string, string>> = {}, exitCode = 0) {
  const { run, emulator } = await world();
  emulator.metastore.setTags(STAGING, { validation_status: 'approved' }, 1);
  emulator.metastore.model(PROD).deploymentJobId = '7700000000000000001';
  const runCommand: RunCommand = async () => ({ exitCode, timedOut: false, durationMs: 40 });
  return run(promote, { ...CASE, ...changed }, { runCommand });
}

describe('what a promotion hands to those who decide on it', () => {
  test('is its evidence, of the run and of the dry run alike but for what only a run has', async () => {
    const { report } = await seen();
    const dry = await seen({ 'dry-run': 'true' });
    const kinds = report.evidence?.map(({ kind }) => kind) ?? [];
    expect([...new Set(kinds)].sort()).toEqual([
      'comparison',
      'content',
      'files',
      'signature',
      'status',
      'validation',
    ]);
    const only = ({ kind }: { readonly kind: string }) => kind !== 'validation' && kind !== 'content';
    expect(dry.report.evidence?.filter(only)).toEqual(report.evidence?.filter(only));
    expect(report.evidence).toContainEqual({
      kind: 'status',
      of: `models:/${STAGING}/1`,
      key: 'validation_status',
      required: 'approved',
      found: 'approved',
    });
    expect(report.evidence).toContainEqual({
      kind: 'validation',
      command: 'node --version',
      result: 'passed',
      ending: 'exit code 0',
      milliseconds: 40,
    });
    expect(dry.report.evidence).toContainEqual({
      kind: 'validation',
      command: 'node --version',
      result: 'not-run',
      ending: null,
      milliseconds: null,
    });
  });

  test('is there when it was refused: the status that was found, a validation that was not run', async () => {
    const { outputs, report } = await seen({ 'require-status': 'released' });
    expect(outputs['outcome']).toBe('blocked');
    expect(report.evidence).toContainEqual(
      expect.objectContaining({ kind: 'status', required: 'released', found: 'approved' }),
    );
    expect(report.evidence?.map(({ kind }) => kind)).not.toContain('validation');
  });

  test('is what the page sets side by side, in its numbers', async () => {
    const { report } = await seen();
    const declared = { state: 'declared', inputs: 4, outputs: 1, params: null };
    expect(report.evidence).toContainEqual({
      kind: 'comparison',
      with: `models:/${PROD}/1`,
      result: 'passed',
      compared: declared,
      judged: declared,
      changes: { breaking: 0, warning: 0, compatible: 0 },
    });
    expect(report.evidence).toContainEqual({
      kind: 'signature',
      of: `models:/${STAGING}/1`,
      ...declared,
      result: 'passed',
    });
    const files = { files: 7, bytes: 3329 };
    expect(report.evidence).toContainEqual({ kind: 'files', of: `models:/${STAGING}/1`, ...files });
    expect(report.evidence).toContainEqual(
      expect.objectContaining({ kind: 'content', source: `models:/${STAGING}/1`, ...files }),
    );
  });

  test('a validation that refused is evidence too', async () => {
    const { outputs, report } = await seen({}, 3);
    expect(outputs['outcome']).toBe('blocked');
    expect(report.evidence).toContainEqual(
      expect.objectContaining({ kind: 'validation', result: 'refused' }),
    );
  });

  test('is what the changes set off: the deployment job, with whose rights it runs', async () => {
    const job = {
      kind: 'deployment-job',
      model: { catalog: 'prod', schema: 'ml_team', model: 'fraud_detection' },
      job: '7700000000000000001',
      runsAs: 'ml-deployers',
    };
    expect((await seen()).report.effects).toEqual([job]);
    expect((await seen({ 'dry-run': 'true' })).report.effects).toEqual([job]);
  });
});
