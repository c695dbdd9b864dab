import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GOOD_FILES } from '../../../emulator/seeds/demo-models.ts';
import { downloadVersion } from '../../../src/actions/download-version.ts';
import { addShare, SHARED } from '../copy/share.ts';
import { printedTodo } from '../expectations.ts';
import { world } from '../harness.ts';
import { freshFolder, hashesIn, hashesOf } from './folder.ts';

async function downloadShared(sharedFiles: 'open' | 'no-signed-urls' | 'closed') {
  const { emulator, run } = await world({ switches: { sharedFiles } });
  addShare(emulator.metastore, { files: GOOD_FILES });
  const folder = await freshFolder();
  const inputs = { model: SHARED, version: '1', folder, 'require-signature': 'off' };
  return { folder, seen: await run(downloadVersion, inputs) };
}

test.each(['open', 'no-signed-urls'] as const)(
  'a version of a share whose files can be read is downloaded as any other: %s',
  async (files) => {
    const { folder, seen } = await downloadShared(files);
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(await hashesIn(folder)).toEqual(hashesOf(GOOD_FILES));
  },
);

test('a version of a share whose files are closed says so, and leaves nothing', async () => {
  const { folder, seen } = await downloadShared('closed');
  expect(seen.outputs['outcome']).toBe('denied');
  expect(seen.report.error?.message).toMatch(/shared by another metastore \(Delta Sharing\)\. Tried: /u);
  expect(printedTodo(seen)).toContain('Download it in the workspace that shares it');
  expect(await readdir(join(folder, '..'))).toEqual([]);
});
