import { describe, expect, test } from 'vitest';
import type { RunCommand } from '../../../src/actions/contract/context.ts';
import { promote } from '../../../src/actions/promote.ts';
import { PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { world } from '../harness.ts';

const PROMOTE = { source: `models:/${STAGING}/1`, destination: PROD };
const passes: RunCommand = async () => ({ exitCode: 0, timedOut: false, durationMs: 1 });
const HEADLINE = 'is set without validation';

describe.each(['false', 'true'])('set-status, dry-run: %s', (dryRun) => {
  test.each([
    ['nothing', {}, true],
    ['the status that it sets itself', { 'require-destination-status': 'approved' }, true],
    ['a command', { 'validate-command': 'check' }, false],
    ['the status of the source', { 'require-status': 'approved' }, false],
  ] as const)('that only %s stands behind', async (_name, inputs, warns) => {
    const { run } = await world();
    const seen = await run(
      promote,
      { ...PROMOTE, 'set-status': 'approved', 'dry-run': dryRun, ...inputs },
      { runCommand: passes },
    );
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(seen.verdict.includes(`The status approved ${HEADLINE}`), seen.verdict).toBe(warns);
    expect(seen.summary.split('</h3>')[0]?.includes(HEADLINE)).toBe(warns);
    const warnings = seen.annotations.filter(({ level }) => level === 'warning');
    expect(warnings.map(({ title }) => title)).toEqual(warns ? ['promote: Validation'] : []);
  });
});

describe('until: validate', () => {
  test.each([
    ['nothing', {}, 'copied, not validated'],
    ['a status that it sets', { 'set-status': 'approved' }, 'copied, not validated'],
    ['a command', { 'validate-command': 'check' }, 'validated'],
    ['a required status', { 'require-status': 'approved' }, 'validated by the status approved of its source'],
  ] as const)('with %s says "%3$s"', async (_name, inputs, said) => {
    const { run } = await world();
    const asked = { ...PROMOTE, until: 'validate', ...inputs };
    const verdict = `models:/${STAGING}/1 → models:/${PROD}/2, ${said}; no alias was moved`;
    for (const outcome of ['ok', 'noop']) {
      const seen = await run(promote, asked, { runCommand: passes });
      expect([seen.outputs['outcome'], seen.report.verdict]).toEqual([outcome, verdict]);
    }
  });

  test('a dry run that finds the copy there does not say that a command validated it', async () => {
    const { run } = await world();
    const asked = { ...PROMOTE, until: 'validate', 'validate-command': 'check' };
    await run(promote, asked, { runCommand: passes });
    const seen = await run(promote, { ...asked, 'dry-run': 'true' });
    expect(seen.report.verdict).toContain('copied, to be validated;');
  });
});

test('a promotion without status or validation says nothing of either', async () => {
  const { run } = await world();
  const seen = await run(promote, PROMOTE);
  expect(seen.summary.replaceAll(/validation&#95;status/gu, '')).not.toMatch(/validat/iu);
});
