import { describe, expect, test } from 'vitest';
import type { Switches } from '../../../emulator/index.ts';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { expectRefused, printedTodo } from '../expectations.ts';
import { TOKENS, world } from '../harness.ts';
import { GOOD_FILES, PROD } from '../../../emulator/seeds/demo-models.ts';
import { addShare, SHARED } from './share.ts';

const LARGE = 52 * 1024 * 1024;

async function copyShared(sharedFiles: Switches['sharedFiles'], inputs: Record<string, string> = {}) {
  const { emulator, run } = await world({ switches: { sharedFiles } });
  addShare(emulator.metastore, {
    files: { ...GOOD_FILES, 'big.bin': { generated: true, size: LARGE, seed: 3 } },
  });
  return run(copyVersion, { source: `models:/${SHARED}/1`, destination: PROD, ...inputs });
}

const sectionsOf = (seen: Awaited<ReturnType<typeof copyShared>>) => JSON.stringify(seen.report.sections);

describe('a source in a catalog of Delta Sharing', () => {
  test('whose files are open is copied as any other, and said to be shared', async () => {
    const seen = await copyShared('open');
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
    expect(seen.report.facts).toContainEqual({
      label: 'Source',
      value: `models:/${SHARED}/1`,
      note: 'shared by another metastore (Delta Sharing)',
    });
    expect(sectionsOf(seen)).toContain('signed URL');
  });

  test('for whose files no URL is signed is read through the workspace, and the summary says why', async () => {
    const seen = await copyShared('no-signed-urls');
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
    expect(sectionsOf(seen)).toMatch(
      /workspace \(signed URL refused: [^)]*Presigned URLs are not available/u,
    );
  });

  for (const mode of ['fail', 'off']) {
    test(`whose files are closed: said with what was tried, nothing written; privileges ${mode}`, async () => {
      const seen = await copyShared('closed', { 'check-privileges': mode });
      expectRefused(seen, 'denied');
      expect(seen.report.error?.message).toMatch(
        /shared by another metastore.*Tried: .*Files API of the workspace \(.*PERMISSION_DENIED/u,
      );
      expect(printedTodo(seen)).toContain('source-host');
    });
  }

  test('without the right to read it: what is missing is told, and not the share', async () => {
    const { emulator, run } = await world({ switches: { sharedFiles: 'closed' } });
    addShare(emulator.metastore, { files: GOOD_FILES });
    const inputs = { source: `models:/${SHARED}/1`, destination: PROD };
    const seen = await run(copyVersion, inputs, { token: TOKENS.trainer });
    expectRefused(seen, 'denied');
    expect(printedTodo(seen)).toMatch(/GRANT USE CATALOG ON CATALOG `vendor`/u);
  });
});
