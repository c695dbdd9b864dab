import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Emulator } from '../../emulator/index.ts';
import { faultSentence } from '../../src/domain/input-fault.ts';
import { promote as promoteAction } from '../../src/actions/promote.ts';
import { checkCommand, runTool } from '../../src/runtime/command.ts';
import { githubRunner, type Runner } from '../../src/runtime/runner.ts';
import { world } from '../actions/harness.ts';
import { PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { refusal } from '../http/client-bench.ts';
import { ROOT } from '../imports.ts';
import { obeyedIn } from '../report/runner-commands.ts';
import { isAlive, startStep, until } from './step.ts';

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
  const step = await startStep(emulator, 'promote', {
    registry: 'databricks',
    source: `models:/${STAGING}/1`,
    destination: PROD,
    'validate-command': command,
    ...inputs,
  });
  return { ...step, emulator };
}

function championOf(emulator: Emulator): number | undefined {
  return emulator.metastore.model(PROD).aliases.get('champion')?.version;
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

/** Prints the id of its process into a file and ignores the request to end. */
const stubborn = (file: string) =>
  `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);
   (await import('node:fs')).writeFileSync(${JSON.stringify(file)}, String(process.pid));`;

async function pidIn(file: string): Promise<number> {
  const { readFileSync, existsSync } = await import('node:fs');
  await until(() => existsSync(file) && readFileSync(file, 'utf8') !== '');
  return Number(readFileSync(file, 'utf8'));
}

describe.skipIf(process.platform === 'win32')('a tool that does not end', () => {
  async function pidFile(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'uc-promote-tool-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    return join(folder, 'pid');
  }

  const start = (file: string, timeoutMs: number, signal: AbortSignal) =>
    runTool(process.execPath, ['--input-type=module', '-e', stubborn(file)], { timeoutMs, signal });

  test('is killed at its limit', async () => {
    const file = await pidFile();
    const running = start(file, 4_000, new AbortController().signal);
    const reported = running.catch((error: unknown) => error);
    const pid = await pidIn(file);
    expect(await reported).toMatchObject({ message: 'no end after 4 s', code: 'ETIMEDOUT' });
    await until(() => !isAlive(pid));
  }, 20_000);

  test('is killed when the run is cancelled', async () => {
    const file = await pidFile();
    const run = new AbortController();
    const running = refusal(start(file, 60_000, run.signal));
    const pid = await pidIn(file);
    run.abort();
    expect(await running).toMatchObject({ code: 'cancelled' });
    await until(() => !isAlive(pid));
  }, 20_000);
});

describe.skipIf(process.platform === 'win32')('a validation', () => {
  const unmoved = { outcome: 'blocked', changed: 'true', allowed: 'false', version: '2' };

  test.each(['SIGKILL', 'SIGSEGV'] as const)(
    'that the signal %s ends has no verdict: blocked, with the signal',
    async (name) => {
      const step = await promote(await scriptOf(`process.kill(process.pid, '${name}');`), {
        'set-status': 'approved',
      });
      const { code, outputs, summary } = await step.end();
      expect([code, outputs]).toEqual([1, expect.objectContaining(unmoved)]);
      expect(summary).toContain(`was terminated by the signal ${name} without a result`);
      expect(championOf(step.emulator)).toBe(1);
      const copy = step.emulator.state().models[PROD]?.versions['2'];
      expect([copy?.status, copy?.tags['validation_status']]).toEqual(['READY', undefined]);
    },
    30_000,
  );

  test('that outlives a step which was killed is ended by the post step, and nobody else is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'uc-promote-left-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'pid');
    const step = await promote(await scriptOf(stubborn(file)));
    const pid = await pidIn(file);
    const { state } = await step.end('SIGKILL');
    expect(isAlive(pid)).toBe(true);
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true });
    onTestFinished(() => void other.kill('SIGKILL'));
    const post = async (command: unknown) => {
      const variables = {
        ...Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])),
        STATE_command: typeof command === 'string' ? command : JSON.stringify(command),
      };
      return (await (await startStep(step.emulator, 'post', {}, variables)).end()).printed;
    };
    const { mark } = JSON.parse(state['command'] ?? '') as { mark: string };
    // A number alone may be another's by now, and says nothing.
    for (const command of [
      '',
      'none',
      { group: other.pid, mark: 'another' },
      { group: -1, mark },
      { mark },
    ]) {
      expect(await post(command)).not.toContain('validate-command');
    }
    expect([isAlive(pid), isAlive(other.pid ?? 0)]).toEqual([true, true]);
    expect(await post(state['command'])).toContain(
      '::warning::Its validate-command was still running and was terminated.',
    );
    await until(() => !isAlive(pid));
    expect(isAlive(other.pid ?? 0)).toBe(true);
    expect(await post(state['command'])).not.toContain('validate-command');
  }, 60_000);

  test('is not run where there is no such program: invalid, and nothing is written', async () => {
    const { run } = await world();
    for (const [command, problem] of [
      ['pyton check.py', '"pyton" was not found in any folder of PATH.'],
      ['./check.sh', '"./check.sh" was not found or may not be run.'],
      ['""', 'it does not name a program.'],
    ] as const) {
      for (const dryRun of ['false', 'true']) {
        const inputs = { source: `models:/${STAGING}/1`, destination: PROD, 'dry-run': dryRun };
        const seen = await run(
          promoteAction,
          { ...inputs, 'validate-command': command },
          { checkCommand, environment: { PATH: process.env['PATH'] ?? '' } },
        );
        expect(seen.report.error?.message).toBe(faultSentence({ input: 'validate-command', problem }));
        expect([seen.outputs['outcome'], seen.records, seen.after]).toEqual(['invalid', [], seen.before]);
      }
    }
  });
});

describe('a tool', () => {
  const limits = { timeoutMs: 20_000, signal: new AbortController().signal };

  test('what it prints, and its exit code, are for the caller alone; one that is not there is an error', async () => {
    const code = `console.log('{"a b":1}'); console.error('no'); process.exitCode = 3;`;
    expect(await runTool(process.execPath, ['-e', code], limits)).toEqual({
      exitCode: 3,
      stdout: '{"a b":1}\n',
      stderr: 'no\n',
    });
    await expect(runTool('no-such-tool-here', [], limits)).rejects.toThrow('no-such-tool-here');
  }, 20_000);

  test('that ends at once, and reads nothing, has ended with its own exit code each time', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'uc-promote-tool-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    for (const exitCode of [0, 3]) {
      const tool = join(folder, `ends-${exitCode}`);
      await writeFile(tool, `#!/bin/sh\nexec 0<&-\necho token\nexit ${exitCode}\n`, { mode: 0o755 });
      const ended = [];
      for (let rounds = 0; rounds < 4; rounds += 1) {
        ended.push(...(await Promise.all(Array.from({ length: 6 }, () => runTool(tool, [], limits)))));
      }
      expect(new Set(ended.map((each) => JSON.stringify(each)))).toEqual(
        new Set([JSON.stringify({ exitCode, stdout: 'token\n', stderr: '' })]),
      );
    }
  }, 30_000);

  test('that a signal ends has that signal, and no exit code', async () => {
    const code = `process.kill(process.pid, 'SIGKILL')`;
    expect(await runTool(process.execPath, ['-e', code], limits)).toEqual({
      signal: 'SIGKILL',
      stdout: '',
      stderr: '',
    });
  }, 20_000);
});
