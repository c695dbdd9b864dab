import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Report } from '../../conformance/report.ts';
import { readOptions } from '../../conformance/options.ts';
import { PromoteError } from '../../src/domain/errors.ts';
import { ROOT } from '../imports.ts';
import { scratchEmulator } from './scratch-emulator.ts';
import { ENVIRONMENT, OTHERS, SCHEMA } from './run-suite.ts';

/** Starts the command as a person does; answers its output, its exit code and the report that it wrote. */
async function start(
  args: readonly string[],
  whileRunning: (child: ChildProcess) => void = () => {},
): Promise<{ readonly code: number | null; readonly output: string; readonly report?: Report }> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-conformance-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'report.json');
  const child = spawn(process.execPath, [join(ROOT, 'conformance/main.ts'), ...args, '--report', file], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, ...ENVIRONMENT },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const take = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  whileRunning(child);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return { code, output, ...(text === undefined ? {} : { report: JSON.parse(text) as Report }) };
}

test('the command prints its table, writes its report and leaves nothing', async () => {
  const emulator = await scratchEmulator({ existsStatus: 409 });
  const only = ['--only', 'existsStatus', '--only', 'alias'];
  const { code, output, report } = await start([
    '--host',
    emulator.url,
    '--schema',
    SCHEMA,
    '--yes',
    ...only,
  ]);
  expect(output).toMatch(/existsStatus +differs +409 \(assumed: 400\)/u);
  expect(output).toContain('1 as assumed, 1 differs');
  expect(code).toBe(2);
  expect(report?.counts.differs).toBe(1);
  expect(Object.keys(emulator.state().models)).toEqual(OTHERS);
});

test('Ctrl-C in the middle deletes what was made, and still reports', async () => {
  const emulator = await scratchEmulator();
  const { code, output, report } = await start(
    ['--host', emulator.url, '--schema', SCHEMA, '--yes'],
    (child) => {
      emulator.faults.add({
        template: /registered-models\/create$/,
        skip: 5,
        kind: { kind: 'run', when: 'after', run: () => child.kill('SIGINT') },
      });
    },
  );
  expect(output).toContain('Interrupted: deleting the scratch models.');
  expect([code, report?.complete, report?.cleanedUp]).toEqual([1, false, true]);
  expect(Object.keys(emulator.state().models)).toEqual(OTHERS);
});

test('a faulty command line is told whole, and nothing is sent', async () => {
  const emulator = await scratchEmulator();
  const { code, output } = await start([
    '--host',
    emulator.url,
    '--registry',
    'hive',
    '--only',
    'nothing',
    '--yes',
  ]);
  expect(code).toBe(1);
  expect(output).toContain('Error: 3 problems with the inputs: --schema, --registry, --only');
  expect(emulator.requests).toEqual([]);
});

test.each([
  [['--schema', 'main'], /not catalog\.schema/u],
  [['--schema', 'a.b', '--second-schema', 'A.B'], /is the same as --schema/u],
  [['--schema', 'a.b', '--yes', '--dry-run'], /Remove one of the two/u],
  [['--schema', 'a.b', '--force'], /See --help/u],
])('%j is refused', (args, said) => {
  let refused: unknown;
  try {
    readOptions(args);
  } catch (error) {
    refused = error;
  }
  if (!(refused instanceof PromoteError)) throw new Error('It was not refused.');
  const [fault] = refused.details.faults ?? [];
  expect(`${fault?.problem ?? ''} ${fault?.fix ?? ''}`).toMatch(said);
});
