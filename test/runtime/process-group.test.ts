import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, win32 } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runGroup, taskkill, type GroupOrder } from '../../src/runtime/process-group.ts';
import { ROOT } from '../imports.ts';
import { isAlive, until } from './step.ts';

test('on Windows a process is ended with all that it started', () => {
  const args = ['/pid', '42', '/T', '/F'];
  expect(taskkill(42, 'D:\\WinNT', win32)).toEqual(['D:\\WinNT\\System32\\taskkill.exe', args]);
  expect(taskkill(42, undefined, win32)).toEqual(['C:\\Windows\\System32\\taskkill.exe', args]);
});

/** Runs a script of Node as a group. */
async function run(code: string, more: Partial<GroupOrder> = {}) {
  const { signal } = new AbortController();
  const printed: string[] = [];
  const ending = await runGroup({
    file: process.execPath,
    args: ['-e', code],
    timeoutMs: 30_000,
    signal,
    onOutput: async (chunk) => void printed.push(Buffer.from(chunk).toString('utf8')),
    ...more,
  });
  return { ...ending, printed: printed.join('') };
}

/** A file for the id of a process, and a script that writes it there and goes on for ever, whoever asks it to end. */
async function stubborn(): Promise<{ file: string; code: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-group-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'pid');
  const code = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);
    require('node:fs').writeFileSync(${JSON.stringify(file)}, String(process.pid));`;
  return { file, code };
}

/** A script that starts another one in the background, waits until it runs, and ends with exit code 0. */
function startsAndEnds({ file, code }: { file: string; code: string }, how: string): string {
  return `const { spawn } = require('node:child_process');
    spawn(process.execPath, ['-e', ${JSON.stringify(code)}], ${how}).unref();
    const { existsSync } = require('node:fs');
    const timer = setInterval(() => existsSync(${JSON.stringify(file)}) && clearInterval(timer), 10);`;
}

const pidIn = (file: string) => Number(readFileSync(file, 'utf8'));

describe.skipIf(process.platform === 'win32')('how a process ended', () => {
  test.each(['SIGKILL', 'SIGSEGV', 'SIGABRT', 'SIGTERM', 'SIGBUS', 'SIGXCPU'] as const)(
    'by the signal %s is that signal, and no exit code',
    async (name) => {
      const ending = await run(`process.kill(process.pid, '${name}'); setInterval(() => {}, 1000);`);
      expect(ending).toEqual({ signal: name, timedOut: false, printed: '' });
    },
  );

  test.each([0, 1, 3, 127, 137, 255])('by itself is its exit code %i', async (exitCode) => {
    expect(await run(`process.exitCode = ${exitCode}; console.log('said')`)).toEqual({
      exitCode,
      timedOut: false,
      printed: 'said\n',
    });
  });

  test.each([
    ['a file that is not there', { file: '/nowhere/program' }, /ENOENT/u],
    ['a file that is no program', { file: join(ROOT, 'package.json') }, /EACCES/u],
    ['an argument that no system takes', { args: ['a\0b'] }, /null bytes/u],
    ['an argument that is too long', { args: ['x'.repeat(3_000_000)] }, /E2BIG/u],
    ['a run that was cancelled', { signal: AbortSignal.abort() }, /cancelled/u],
  ] as const)('%s was not started', async (_title, order, reason) => {
    const ending = await run('', order);
    expect(ending).toMatchObject({ timedOut: false, printed: '' });
    expect('notStarted' in ending && ending.notStarted).toMatch(reason);
  });

  test('at its limit says so', async () => {
    const { code } = await stubborn();
    expect(await run(code, { timeoutMs: 1_000 })).toEqual({ signal: 'SIGKILL', timedOut: true, printed: '' });
  }, 10_000);

  test('gets no input, so that what reads ends', async () => {
    const code = `process.stdin.on('data', () => {}).on('end', () => console.log('end of input'));`;
    expect(await run(code)).toMatchObject({ exitCode: 0, printed: 'end of input\n' });
  });
});

describe.skipIf(process.platform === 'win32')('nothing of a group is left', () => {
  test('when its leader has ended by itself', async () => {
    const other = await stubborn();
    const ending = await run(startsAndEnds(other, `{ stdio: 'ignore' }`));
    expect(ending).toEqual({ exitCode: 0, timedOut: false, printed: '' });
    await until(() => !isAlive(pidIn(other.file)));
  }, 20_000);

  test('when what it prints cannot be taken', async () => {
    const { file, code } = await stubborn();
    const onOutput = () => Promise.reject(new Error('the log is closed'));
    await expect(run(`${code} console.log('said')`, { onOutput })).rejects.toThrow('the log is closed');
    await until(() => !isAlive(pidIn(file)));
  }, 20_000);

  test('when its start cannot be noted', async () => {
    let group = 0;
    const onStart = (id: number) => {
      group = id;
      throw new Error('no space left on device');
    };
    await expect(run('setInterval(() => {}, 1000)', { onStart })).rejects.toThrow('no space left');
    expect([group > 1, isAlive(group)]).toEqual([true, false]);
  }, 20_000);

  test('when this process ends without waiting', async () => {
    const { file, code } = await stubborn();
    const module = JSON.stringify(join(ROOT, 'src/runtime/process-group.ts'));
    const order = JSON.stringify({ file: process.execPath, args: ['-e', code], timeoutMs: 60_000 });
    const main = `
      const { existsSync } = await import('node:fs');
      const { runGroup } = await import(${module});
      const { signal } = new AbortController();
      void runGroup({ ...${order}, signal, onOutput: async () => {} });
      setInterval(() => existsSync(${JSON.stringify(file)}) && process.exit(1), 20);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', main], { stdio: 'ignore' });
    onTestFinished(() => void (child.exitCode === null && child.kill('SIGKILL')));
    await until(() => existsSync(file) && child.exitCode !== null);
    await until(() => !isAlive(pidIn(file)));
  }, 20_000);

  test('and who has left it and holds its output open is not waited for without end', async () => {
    const other = await stubborn();
    const ending = await run(startsAndEnds(other, `{ stdio: 'inherit', detached: true }`));
    const pid = pidIn(other.file);
    onTestFinished(() => void process.kill(pid, 'SIGKILL'));
    expect([ending, isAlive(pid)]).toEqual([{ exitCode: 0, timedOut: false, printed: '' }, true]);
  }, 30_000);
});
