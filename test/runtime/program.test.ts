import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { splitCommandLine } from '../../src/domain/command-line.ts';
import { findProgram, missingInterpreter, type Program } from '../../src/runtime/program.ts';

/** A folder with a program for each system. */
async function bin(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'uc-promote-program-')));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of ['tool', 'tool.CMD']) {
    await writeFile(join(folder, name), '');
    await chmod(join(folder, name), 0o755);
  }
  return folder;
}

function environmentOf(folder: string): Record<string, string> {
  return { PATH: folder, PATHEXT: '.COM:.EXE:.CMD', COMSPEC: 'C:\\Windows\\system32\\cmd.exe' };
}

/** What `@actions/exec` would start for each command line, in a process that takes itself for one of the platform. */
function startedByToolkit(lines: readonly string[], folder: string, platform: NodeJS.Platform): Program[] {
  const code = `
    import childProcess from 'node:child_process';
    import { EventEmitter } from 'node:events';
    import { readFileSync } from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    Object.defineProperty(process, 'platform', { value: ${JSON.stringify(platform)} });
    const started = [];
    childProcess.spawn = (file, args, { windowsVerbatimArguments: verbatim = false }) => {
      started.push({ file, args, verbatim });
      const child = new EventEmitter();
      setImmediate(() => child.emit('close', 0));
      return child;
    };
    syncBuiltinESMExports();
    const { exec } = await import('@actions/exec');
    for (const line of JSON.parse(readFileSync(0, 'utf8'))) await exec(line, [], { silent: true });
    process.stdout.write(JSON.stringify(started));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    env: environmentOf(folder),
    input: JSON.stringify(lines),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Program[];
}

const LINES = [
  'tool',
  'tool  a   b ',
  'tool "a b" c',
  String.raw`tool "a \"quoted\" word" "\\" "c:\x\"`,
  'tool a"b c"d "" "',
  'tool \ta\nb\t',
  'tool "100%" a&b %PATH% ^x',
  String.raw`tool "a\\" "b\\\" c"`,
];

describe.each(['linux', 'win32'] as const)('a command line on %s', (platform) => {
  test('means what it means to @actions/exec, but for single quotes', async () => {
    const folder = await bin();
    const characters = fc.constantFrom('a', ' ', '"', '\\', '&', '%', '\t', '(', 'é', '😀', '=', '\n');
    const random = fc.sample(fc.string({ unit: characters, maxLength: 24 }), { numRuns: 500, seed: 18 });
    const lines = [...LINES, ...random.map((rest) => `tool ${rest}`)];
    const environment = environmentOf(folder);
    const found = await Promise.all(
      lines.map((line) => findProgram(splitCommandLine(line), { environment, platform })),
    );
    expect(found).toEqual(startedByToolkit(lines, folder, platform));
  }, 60_000);
});

test.each([
  ["python -c 'exit(1)'", ['python', '-c', 'exit(1)']],
  [`check --only='a "b" $x' "it's"`, ['check', '--only=a "b" $x', "it's"]],
  ["tool 'a'\"b c\"d '' e", ['tool', 'ab cd', 'e']],
] as const)('single quotes of %s keep everything, as in every shell', (line, words) => {
  expect(splitCommandLine(line)).toEqual(words);
});

test.each(['', '   ', '""', '"" ""', "''"])('the command line "%s" names no program', (line) => {
  expect(splitCommandLine(line)).toEqual([]);
});

describe.skipIf(process.platform === 'win32')('a program', () => {
  const place = (folder: string) => ({ environment: { PATH: folder }, platform: 'linux' as const });

  test('is looked for in the folders of the PATH that it gets, and is a file that may be run', async () => {
    const folder = await bin();
    await writeFile(join(folder, 'text'), '');
    await mkdir(join(folder, 'folder'));
    expect(await findProgram(['tool', 'x'], place(`/nowhere:${folder}`))).toEqual({
      file: join(folder, 'tool'),
      args: ['x'],
      verbatim: false,
    });
    for (const name of ['text', 'folder', 'absent', 'tool/x']) {
      expect(await findProgram([name], place(folder)), name).toBeUndefined();
    }
    expect(await findProgram(['tool'], place(''))).toBeUndefined();
    expect(await findProgram([], place(folder))).toBeUndefined();
  });

  test('with a folder before its name is looked for from where the step runs, and not in PATH', async () => {
    const folder = await bin();
    expect(await findProgram(['./tool'], place(folder))).toBeUndefined();
    expect(await findProgram([join(folder, 'tool')], place(''))).toMatchObject({
      file: join(folder, 'tool'),
    });
  });

  test.each([
    ['#!/no/such/interpreter -x\n', '/no/such/interpreter'],
    ['#!/bin/sh\r\n', '/bin/sh\r'],
    ['#!/usr/bin/env pyton\n', 'pyton'],
    ['#! /usr/bin/env -S A=1 pyton -u\n', 'pyton'],
    ['#!/usr/bin/env tool\n', undefined],
    ['#!/bin/sh\n', undefined],
    ['no first line', undefined],
    ['', undefined],
  ] as const)('whose first line is %j lacks %j', async (text, lacking) => {
    const folder = await bin();
    const script = join(folder, 'script');
    await writeFile(script, text, { mode: 0o755 });
    expect(await missingInterpreter(script, place(folder))).toBe(lacking);
    expect(await missingInterpreter(script, { ...place(folder), platform: 'win32' })).toBeUndefined();
  });

  test('of Windows needs one of its extensions, and cmd.exe is started by its whole path', async () => {
    const folder = await bin();
    const environment = { PATH: folder, PATHEXT: '.EXE', SYSTEMROOT: '/windows' };
    const windows = { environment, platform: 'win32' as const };
    expect(await findProgram(['tool'], windows)).toBeUndefined();
    const scripts = { ...windows, environment: { ...environment, PATHEXT: '.EXE:.cmd:.CMD' } };
    expect(await findProgram(['tool.CMD', 'a b'], scripts)).toEqual({
      file: '/windows/System32/cmd.exe',
      args: [`/D /S /C "${join(folder, 'tool.CMD')} "a b""`],
      verbatim: true,
    });
  });
});
