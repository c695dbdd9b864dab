import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../emulator/index.ts';
import { moreVersions, PROD } from '../../emulator/seeds/demo-models.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { runAction } from '../../src/runtime/run-action.ts';
import { RunnerFiles } from '../../src/runtime/runner-files.ts';
import type { Runner } from '../../src/runtime/runner.ts';
import { TOKENS } from '../actions/harness.ts';
import { inputVariable } from '../actions/runner-inputs.ts';
import { recordingRunner, requireNoLeakOf } from '../actions/recording-runner.ts';
import { heredocs, startStep } from './step.ts';

/** A file of Linux on which every write ends as on a full disk. */
const FULL = '/dev/full';

const MOVE = { model: PROD, alias: 'Champion', version: '3', 'require-signature': 'off' };

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'uc-promote-files-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

async function prodWithVersions() {
  const emulator = await startEmulator({ seed: 'demo' });
  onTestFinished(() => emulator.close());
  moreVersions(emulator.metastore);
  const writes = () => emulator.requests.filter(({ method }) => method !== 'GET').length;
  return { emulator, writes };
}

describe('what is found out about the files before anything is done', () => {
  test('files that can be written stay as they were, and the folder too', async () => {
    const place = await folder();
    const environment = {
      GITHUB_OUTPUT: join(place, 'o'),
      GITHUB_STATE: join(place, 's'),
      GITHUB_STEP_SUMMARY: join(place, 'm'),
      RUNNER_TEMP: place,
    };
    await writeFile(environment.GITHUB_OUTPUT, 'a=1\n');
    await writeFile(environment.GITHUB_STATE, '');
    await writeFile(environment.GITHUB_STEP_SUMMARY, '# earlier');
    const files = new RunnerFiles(environment);
    expect(files.faults()).toEqual([]);
    files.set('GITHUB_OUTPUT', 'version', '7\nb=2');
    expect(await readFile(environment.GITHUB_STATE, 'utf8')).toBe('');
    expect(await readFile(environment.GITHUB_STEP_SUMMARY, 'utf8')).toBe('# earlier');
    const [first, ...rest] = (await readFile(environment.GITHUB_OUTPUT, 'utf8')).split('\n');
    expect([first, heredocs(rest.join('\n'))]).toEqual(['a=1', { version: '7\nb=2' }]);
    expect((await readdir(place)).sort()).toEqual(['m', 'o', 's']);
  });

  test('outside of a runner nothing is asked for', async () => {
    expect(new RunnerFiles({ GITHUB_OUTPUT: '' }).faults()).toEqual([]);
  });

  test('each that cannot be written is named, with why', async () => {
    const place = await folder();
    await mkdir(join(place, 'm'));
    await writeFile(join(place, 'no-folder'), '');
    const faults = new RunnerFiles({
      GITHUB_OUTPUT: join(place, 'missing'),
      GITHUB_STATE: join(place, 'no-folder', 's'),
      GITHUB_STEP_SUMMARY: join(place, 'm'),
      RUNNER_TEMP: join(place, 'no-folder'),
    }).faults();
    expect(faults.map(({ input, problem }) => [input, /E[A-Z]+/u.exec(problem)?.[0]])).toEqual([
      ['GITHUB_OUTPUT', 'ENOENT'],
      ['GITHUB_STATE', 'ENOTDIR'],
      ['GITHUB_STEP_SUMMARY', 'EISDIR'],
      ['RUNNER_TEMP', 'ENOTDIR'],
    ]);
  });
});

describe.skipIf(!existsSync(FULL))('a step on a full disk', () => {
  for (const [variable, value] of [
    ['GITHUB_OUTPUT', FULL],
    ['GITHUB_STATE', FULL],
    ['GITHUB_STEP_SUMMARY', FULL],
    ['RUNNER_TEMP', '/dev/null'],
  ] as const) {
    test(`${variable}: one sentence, before anything is written`, async () => {
      const { emulator, writes } = await prodWithVersions();
      const step = await startStep(emulator, 'set-alias', MOVE, { [variable]: value });
      const ended = await step.end();
      expect([ended.code, writes()]).toEqual([1, 0]);
      const lines = ended.printed.split('\n').filter((line) => line.includes(variable));
      expect(lines.join('\n')).toMatch(/names a file or folder that cannot be written: (ENOSPC|ENOTDIR)/u);
      expect(ended.printed).not.toMatch(/^ {4}at |could not be written/mu);
      if (variable !== 'GITHUB_OUTPUT') expect(ended.outputs).toMatchObject({ outcome: 'invalid' });
    });
  }
});

/** Runs set-alias with a runner of which a part fails. */
async function runWith(broken: (seen: ReturnType<typeof recordingRunner>) => Partial<Runner>) {
  const { emulator, writes } = await prodWithVersions();
  const environment = {
    RUNNER_TEMP: await folder(),
    INPUT_REGISTRY: 'databricks',
    DATABRICKS_HOST: emulator.url,
    DATABRICKS_TOKEN: TOKENS.promoter,
    ...Object.fromEntries(Object.entries(MOVE).map(([name, value]) => [inputVariable(name), value])),
  };
  const recording = recordingRunner({ environment });
  await runAction(setAlias, { ...recording.runner, ...broken(recording) });
  requireNoLeakOf(recording.seen, environment);
  return { seen: recording.seen, writes: writes(), emulator };
}

describe('a disk that fills up while a step runs', () => {
  const full = () => {
    throw new Error('ENOSPC: no space left on device, write');
  };

  test('before the first write: it is not begun, and is not called unknown', async () => {
    let saves = 0;
    const { seen, writes } = await runWith(({ runner }) => ({
      saveState: (name, value) => (++saves === 2 ? full() : runner.saveState(name, value)),
    }));
    expect([writes, seen.exitCode, seen.outputs['outcome'], seen.outputs['changed']]).toEqual([
      0,
      1,
      'invalid',
      'false',
    ]);
    expect(seen.annotations.map(({ message }) => message).join('\n')).toContain(
      'Variable `GITHUB_STATE` names a file that cannot be written: ENOSPC',
    );
  });

  test('after the write: what was done is done, and told', async () => {
    let saves = 0;
    const { seen, emulator } = await runWith(({ runner }) => ({
      saveState: (name, value) => (++saves >= 5 ? full() : runner.saveState(name, value)),
    }));
    expect(emulator.metastore.model(PROD).aliases.get('champion')?.version).toBe(3);
    expect(seen.outputs).toMatchObject({ changed: 'true' });
  });

  test('at the end: the step fails, since its outputs would be read as empty', async () => {
    const { seen, writes } = await runWith(() => ({ setOutput: full }));
    expect(writes).toBeGreaterThan(0);
    expect(seen.exitCode).toBe(1);
    expect(seen.log.join('\n')).toContain('The outputs could not be written: ENOSPC');
    expect(seen.summary).toContain('1 → 3');
  });
});
