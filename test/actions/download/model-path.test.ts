import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { GOOD_FILES, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import type { RunCommand } from '../../../src/actions/contract/context.ts';
import { promote } from '../../../src/actions/promote.ts';
import { validateVersion } from '../../../src/actions/validate-version.ts';
import { makeOwnFolder, removeLeftFolder } from '../../../src/runtime/own-folder.ts';
import { world } from '../harness.ts';
import { freshFolder, hashesIn, hashesOf, recordOf } from './folder.ts';

/** A command that looks at the folder that it is handed, and may write into it. */
function lookingCommand(exitCode = 0) {
  const seen: { path?: string | undefined; files?: Record<string, string> } = {};
  const runCommand: RunCommand = async (_command, { environment }) => {
    seen.path = environment['MODEL_PATH'];
    if (seen.path !== undefined) {
      seen.files = await hashesIn(seen.path);
      await writeFile(join(seen.path, 'cache.bin'), 'left by the command');
    }
    return { exitCode, timedOut: false, durationMs: 1 };
  };
  return { seen, runCommand };
}

const CHECK = { model: STAGING, version: '1', 'validate-command': 'check', 'validate-env': 'MODEL_PATH' };

test.each([
  ['passes', 0, 'ok'],
  ['refuses', 1, 'blocked'],
] as const)(
  'a command that asks for MODEL_PATH and %s gets the files, which are deleted afterwards',
  async (_what, exitCode, outcome) => {
    const { run } = await world();
    const { seen, runCommand } = lookingCommand(exitCode);
    const ended = await run(validateVersion, CHECK, { runCommand });
    expect(ended.outputs['outcome'], ended.verdict).toBe(outcome);
    expect(seen.files).toEqual(hashesOf(GOOD_FILES));
    expect(existsSync(seen.path ?? '')).toBe(false);
    expect(ended.state['folder']).toBe('');
    expect(ended.summary).toContain('Downloaded for the command');
  },
);

test('a command that asks for MODEL_PATH of a version with the folder of Git is not run', async () => {
  const { run, emulator } = await world();
  const files = { ...GOOD_FILES, '.git/config': '[core]' };
  const version = emulator.metastore.addVersion(STAGING, { files, tags: recordOf(files) });
  const { seen, runCommand } = lookingCommand();
  const ended = await run(validateVersion, { ...CHECK, version: String(version) }, { runCommand });
  expect(ended.outputs['outcome'], ended.verdict).toBe('blocked');
  expect(ended.report.error?.message).toContain('.git/config would be the folder of Git');
  expect(seen.path).toBeUndefined();
});

test('a command that does not ask gets none, and nothing is downloaded', async () => {
  const { run } = await world();
  const { seen, runCommand } = lookingCommand();
  const ended = await run(
    validateVersion,
    { ...CHECK, 'validate-env': 'OTHER' },
    { runCommand, environment: { MODEL_PATH: '/of/the/job' } },
  );
  expect([ended.outputs['outcome'], seen.path]).toEqual(['ok', undefined]);
  expect(ended.log.join('\n')).not.toContain('Downloading');
});

test('a promotion hands over the copy, verified by the digest that it recorded', async () => {
  const { run } = await world();
  const { seen, runCommand } = lookingCommand();
  const ended = await run(
    promote,
    {
      source: `models:/${STAGING}/1`,
      destination: PROD,
      'validate-command': 'check',
      'validate-env': 'MODEL_PATH',
    },
    { runCommand },
  );
  expect(ended.outputs['outcome'], ended.verdict).toBe('ok');
  expect(seen.files).toEqual(hashesOf(GOOD_FILES));
  expect(ended.summary).toContain('verified against the digest that was recorded');
});

test('bytes that are not those that were recorded, and an outage, run no command and are no verdict', async () => {
  const { run, emulator } = await world();
  emulator.metastore.setTags(STAGING, recordOf({ ...GOOD_FILES, 'model.pkl': 'other' }), 1);
  const wrong = await run(validateVersion, CHECK);
  expect([wrong.outputs['outcome'], wrong.report.error?.code]).toEqual(['error', 'verification']);
  emulator.faults.add({
    path: /requirements\.txt$/u,
    times: Number.POSITIVE_INFINITY,
    kind: { kind: 'status', status: 503 },
  });
  const down = await run(validateVersion, { ...CHECK, model: PROD, 'reject-status': 'rejected' });
  expect(down.outputs['outcome'], down.verdict).toBe('unavailable');
  expect(down.after).toEqual(down.before);
});

test('the post step removes the folder of a step that was killed, and nothing that is not of ours', async () => {
  const folder = dirname(await freshFolder());
  const state: Record<string, string> = {};
  const environment = { RUNNER_TEMP: folder };
  const made = await makeOwnFolder(environment, (name, value) => void (state[`STATE_${name}`] = value));
  await writeFile(join(made.path, 'MLmodel'), 'x');
  for (const path of ['', folder, join(folder, 'work'), join(made.path, '..', '..', 'uc-promote-model-x')])
    expect(await removeLeftFolder({ ...environment, STATE_folder: path })).toBe(false);
  expect(await readdir(folder)).toHaveLength(1);
  expect(await removeLeftFolder({ ...environment, ...state })).toBe(true);
  expect(await readdir(folder)).toEqual([]);
});
