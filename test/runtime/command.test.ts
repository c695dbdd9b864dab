import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runTool } from '../../src/runtime/command.ts';
import { githubRunner, type Runner } from '../../src/runtime/runner.ts';
import { world } from '../actions/harness.ts';
import { PROD, STAGING } from '../actions/worlds.ts';
import { refusal } from '../http/kit.ts';
import { ROOT } from '../imports.ts';
import { obeyedIn } from '../report/runner-commands.ts';
import { startStep, until } from './step.ts';

const HOSTILE = '::set-output name=version::7\n##[add-mask]prod\n::notice::forged';

/** A command line that runs a script of Node. */
async function scriptOf(code: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-command-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const script = join(folder, 'validate.mjs');
  await writeFile(script, code);
  return `${process.execPath} ${script}`;
}

async function promote(command: string, inputs: Readonly<Record<string, string>> = {}) {
  const { emulator } = await world();
  return startStep(emulator, 'promote', {
    registry: 'databricks',
    source: `models:/${STAGING}/1`,
    destination: PROD,
    'validate-command': command,
    ...inputs,
  });
}

test('what a validation prints stands between stop-commands tokens, which it does not know', async () => {
  const step = await promote(
    await scriptOf(`console.log(${JSON.stringify(HOSTILE)}); console.error('::error::x');`),
  );
  const { code, printed, outputs } = await step.end();
  expect([code, outputs['version']]).toEqual([0, '2']);
  const [, token = '', inside = ''] = /^::stop-commands::([\w-]{20,})\n([^]*?)^::\1::$/mu.exec(printed) ?? [];
  expect(inside).toContain(HOSTILE);
  expect(inside).toContain('::error::x');
  const outside = printed.replace(inside, '');
  expect(outside).not.toMatch(/forged|set-output|add-mask\]|^::error/mu);
  // A new token each time: an earlier one would let a command end the silence.
  expect(printed.split(token)).toHaveLength(3);
}, 30_000);

test('a last line without an end does not swallow the token, so that the verdict is heard', async () => {
  const step = await promote(await scriptOf(`process.stdout.write('${'::notice::'}no end');`));
  const { printed } = await step.end();
  expect(obeyedIn(printed).map(({ name }) => name)).toEqual(['add-mask', 'notice title=promote']);
}, 30_000);

/** What this process prints while a command runs. */
async function printedBy(
  command: string,
  during: (runner: Runner, soFar: () => string) => Promise<void>,
): Promise<string> {
  const runner = githubRunner({});
  const write = process.stdout.write.bind(process.stdout);
  let printed = '';
  process.stdout.write = (chunk: string | Uint8Array) => {
    printed += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    return true;
  };
  try {
    const { signal } = new AbortController();
    const environment = { PATH: process.env['PATH'] ?? '' };
    const running = runner.runCommand(command, { environment, timeoutMs: 20_000, signal });
    await during(runner, () => printed);
    await running;
  } finally {
    process.stdout.write = write;
  }
  return printed;
}

test('a secret that is received while a command runs is masked, and the command gets nothing through', async () => {
  const command = await scriptOf(
    `process.stdout.write('::set-output na'); setTimeout(() => console.log('me=version::7'), 1500);`,
  );
  const printed = await printedBy(command, async (runner, soFar) => {
    await until(() => soFar().includes('set-output na'));
    runner.mask('token-of-a-renewal');
    runner.log.warning('said meanwhile');
  });
  expect(obeyedIn(printed)).toEqual([
    { name: 'add-mask', data: 'token-of-a-renewal' },
    { name: 'warning', data: 'said meanwhile' },
  ]);
  expect(printed).toContain('me=version::7');
}, 30_000);

test('with a reader that lags, nothing that a command prints overtakes the token before it', async () => {
  const command = await scriptOf(`console.log(${JSON.stringify(`${HOSTILE}\n`.repeat(3000))});`);
  const runner = JSON.stringify(join(ROOT, 'src/runtime/runner.ts'));
  const code = `
    const { githubRunner } = await import(${runner});
    const { print, runCommand } = githubRunner({});
    for (let line = 0; line < 3000; line += 1) print('x'.repeat(100));
    const { signal } = new AbortController();
    const environment = { PATH: process.env.PATH };
    await runCommand(${JSON.stringify(command)}, { environment, timeoutMs: 20_000, signal });
    print('::notice::the end');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code]);
  onTestFinished(() => void (child.exitCode === null && child.kill('SIGKILL')));
  await wait(1_500);
  let printed = '';
  for await (const chunk of child.stdout) printed += String(chunk);
  expect(obeyedIn(printed)).toEqual([{ name: 'notice', data: 'the end' }]);
  expect(printed.split('::notice::forged')).toHaveLength(3001);
}, 30_000);

describe.skipIf(process.platform === 'win32')('a tool that does not end', () => {
  /** Prints the id of its process into a file and ignores the request to end. */
  const stubborn = (file: string) =>
    `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);
     (await import('node:fs')).writeFileSync(${JSON.stringify(file)}, String(process.pid));`;

  async function pidFile(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'uc-promote-tool-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    return join(folder, 'pid');
  }

  async function pidIn(file: string): Promise<number> {
    const { readFileSync, existsSync } = await import('node:fs');
    await until(() => existsSync(file) && readFileSync(file, 'utf8') !== '');
    return Number(readFileSync(file, 'utf8'));
  }

  const alive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  const start = (file: string, timeoutMs: number, signal: AbortSignal) =>
    runTool(process.execPath, ['--input-type=module', '-e', stubborn(file)], { timeoutMs, signal });

  test('is killed at its limit', async () => {
    const file = await pidFile();
    const running = start(file, 4_000, new AbortController().signal);
    const told = running.catch((error: unknown) => error);
    const pid = await pidIn(file);
    expect(await told).toMatchObject({ message: 'no end after 4 s', code: 'ETIMEDOUT' });
    await until(() => !alive(pid));
  }, 20_000);

  test('is killed when the run is cancelled', async () => {
    const file = await pidFile();
    const run = new AbortController();
    const running = refusal(start(file, 60_000, run.signal));
    const pid = await pidIn(file);
    run.abort();
    expect(await running).toMatchObject({ code: 'cancelled' });
    await until(() => !alive(pid));
  }, 20_000);
});

test('a tool: what it prints, and its exit code, are for the caller alone; one that is not there is an error', async () => {
  const limits = { timeoutMs: 20_000, signal: new AbortController().signal };
  const code = `console.log('{"a b":1}'); console.error('no'); process.exitCode = 3;`;
  expect(await runTool(process.execPath, ['-e', code], limits)).toEqual({
    exitCode: 3,
    stdout: '{"a b":1}\n',
    stderr: 'no\n',
  });
  await expect(runTool('no-such-tool-here', [], limits)).rejects.toThrow('no-such-tool-here');
}, 20_000);
