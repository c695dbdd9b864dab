import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ROOT } from '../../imports.ts';
import { PROD } from '../../../emulator/seeds/demo-models.ts';
import { requireNoLeak } from '../../actions/leaks.ts';
import { world } from '../../actions/harness.ts';
import { signedIn, wordsOf } from './bench.ts';

const PROGRAM = `import { runCli } from ${JSON.stringify(join(ROOT, 'src/index.ts'))}; await runCli(process.argv.slice(1));`;

/** A command as a process of its own, whose workspace takes requests and never responds. */
async function waiting() {
  const asked: string[] = [];
  const server = createServer((request) => void asked.push(request.url ?? ''));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const words = ['find-version', '--registry=databricks', '--model=a.b.c', '--where=x=y', '--json'];
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, '--', ...words], {
    env: {
      PATH: process.env['PATH'],
      DATABRICKS_HOST: `http://127.0.0.1:${port}`,
      DATABRICKS_TOKEN: 'hush-hush',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
    server.closeAllConnections();
    server.close();
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const closed = new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve) =>
    child.on('close', (code, signal) => resolve([code, signal])),
  );
  while (asked.length === 0 && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 20));
  return {
    child,
    async end() {
      const [code, signal] = await closed;
      requireNoLeak({
        printed: stderr,
        files: [stdout],
        given: ['hush-hush'],
        withheld: [`127.0.0.1:${port}`],
      });
      return { code, signal, stdout, stderr };
    },
  };
}

test('a command whose reader has left still does all of its work', async () => {
  const { emulator } = await world();
  const words = wordsOf('set-alias', { model: PROD, alias: 'Challenger', version: '1' });
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, '--', ...words, '--json'], {
    env: { PATH: process.env['PATH'], ...signedIn(emulator) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  child.stderr.destroy();
  const code = await new Promise((resolve) => child.on('exit', resolve));
  expect([code, emulator.state().models[PROD]?.aliases['Challenger']]).toEqual([0, 1]);
});

/** Linux has a file on which each write finds the disk full. */
describe.skipIf(process.platform !== 'linux')('a command whose output cannot be written', () => {
  /** Runs a command with streams of its own; what it printed where it could, and its exit code. */
  async function onFullDisk(full: 'stdout' | 'stderr', words: readonly string[], environment = {}) {
    const disk = openSync('/dev/full', 'w');
    onTestFinished(() => closeSync(disk));
    const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, '--', ...words], {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', full === 'stdout' ? disk : 'pipe', full === 'stderr' ? disk : 'pipe'],
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => (printed += String(chunk)));
    const code = await new Promise((resolve) => child.on('close', resolve));
    return { code, printed };
  }

  test.each(['stdout', 'stderr'] as const)(
    'on %s makes all of its changes, and does not end with 0',
    async (full) => {
      const { emulator } = await world();
      const words = wordsOf('set-alias', { model: PROD, alias: 'Challenger', version: '1' });
      const { code, printed } = await onFullDisk(full, [...words, '--json'], signedIn(emulator));
      const { aliases, tags } = emulator.state().models[PROD] ?? {};
      expect([code, aliases?.['Challenger'], JSON.stringify(tags)]).toEqual([
        1,
        1,
        expect.stringContaining('Challenger'),
      ]);
      expect(printed).toContain(
        full === 'stdout' ? 'Standard output could not be written: ENOSPC' : '"outcome": "ok"',
      );
    },
  );

  test('keeps the exit code that says more, and a help that nobody saw is no success', async () => {
    const refused = await onFullDisk('stdout', ['set-alias', '--json']);
    expect([refused.code, refused.printed]).toEqual([2, expect.not.stringContaining('node:internal')]);
    expect((await onFullDisk('stdout', ['--help'])).code).toBe(1);
    expect((await onFullDisk('stderr', ['set-alias'])).code).toBe(2);
  });
});

describe.skipIf(process.platform === 'win32')('a command that is interrupted', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'by %s says so, reports all the same, and ends with 130',
    async (signal) => {
      const waits = await waiting();
      waits.child.kill(signal);
      const { code, stdout, stderr } = await waits.end();
      expect([code, stderr]).toEqual([
        130,
        expect.stringContaining('Cancelled: no further change is started.'),
      ]);
      expect(JSON.parse(stdout)).toMatchObject({
        outcome: 'error',
        error: { code: 'cancelled' },
        changed: false,
      });
    },
  );

  test('twice ends at once', async () => {
    const waits = await waiting();
    const began = Date.now();
    waits.child.kill('SIGINT');
    waits.child.kill('SIGTERM');
    const { code, signal } = await waits.end();
    expect([code, signal]).toEqual([130, null]);
    expect(Date.now() - began).toBeLessThan(3_000);
  });
});
