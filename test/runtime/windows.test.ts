import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix, win32 } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DATABRICKS_RESOURCE } from '../../src/auth/azure-cloud.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { configFile, temporaryFile, thisMachine, type Machine } from '../../src/runtime/machine.ts';
import { runGroup } from '../../src/runtime/process-group.ts';
import { findProgram, type Program } from '../../src/runtime/program.ts';
import { runAction } from '../../src/runtime/run-action.ts';
import { writeTemporaryReport, type Runner } from '../../src/runtime/runner.ts';
import { recordingRunner, requireNoLeakOf } from '../actions/recording-runner.ts';
import { emulator, open } from '../auth/sign-in-bench.ts';
import { refusal } from '../http/client-bench.ts';
import { until } from './step.ts';

/** What a runner of GitHub with Windows has: drive `D:` for the job, `C:\Users\runneradmin` for its user. */
const WINDOWS: Machine = {
  platform: 'win32',
  path: win32,
  home: () => 'C:\\Users\\of-the-system',
  temporary: () => 'C:\\Windows\\Temp',
};

const LINUX: Machine = {
  platform: 'linux',
  path: posix,
  home: () => '/home/of-the-system',
  temporary: () => '/tmp',
};

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'uc-promote-windows-'));
  onTestFinished(() => rm(made, { recursive: true }));
  return made;
}

describe('the file of profiles', () => {
  const windows = { USERPROFILE: 'C:\\Users\\ada', HOME: '/c/Users/git-bash' };
  const linux = { HOME: '/home/ada', USERPROFILE: 'C:\\Users\\nobody' };
  test.each([
    [WINDOWS, windows, undefined, 'C:\\Users\\ada\\.databrickscfg'],
    [WINDOWS, {}, undefined, 'C:\\Users\\of-the-system\\.databrickscfg'],
    [WINDOWS, { USERPROFILE: '' }, undefined, 'C:\\Users\\of-the-system\\.databrickscfg'],
    [WINDOWS, windows, '~\\team\\cfg', 'C:\\Users\\ada\\team\\cfg'],
    [WINDOWS, windows, '~/team/cfg', 'C:\\Users\\ada\\team\\cfg'],
    [WINDOWS, windows, 'D:\\a\\_temp\\cfg', 'D:\\a\\_temp\\cfg'],
    [WINDOWS, windows, '\\\\server\\share\\cfg', '\\\\server\\share\\cfg'],
    [WINDOWS, windows, 'C:\\PROGRA~1\\cfg', 'C:\\PROGRA~1\\cfg'],
    [WINDOWS, windows, '~bob\\cfg', '~bob\\cfg'],
    [LINUX, linux, undefined, '/home/ada/.databrickscfg'],
    [LINUX, {}, undefined, '/home/of-the-system/.databrickscfg'],
    [LINUX, linux, '~/team/cfg', '/home/ada/team/cfg'],
    // A backslash is a character of a name there.
    [LINUX, linux, '~\\cfg', '~\\cfg'],
    [LINUX, linux, '/etc/cfg', '/etc/cfg'],
  ])('%#: %s', (machine, environment, given, expected) => {
    expect(configFile(given, environment, machine)).toBe(expected);
  });
});

test.each([
  [WINDOWS, { RUNNER_TEMP: 'D:\\a\\_temp' }, 'D:\\a\\_temp\\report.json'],
  [WINDOWS, { RUNNER_TEMP: 'D:\\a\\_temp\\' }, 'D:\\a\\_temp\\report.json'],
  [WINDOWS, {}, 'C:\\Windows\\Temp\\report.json'],
  [LINUX, { RUNNER_TEMP: '/home/runner/work/_temp' }, '/home/runner/work/_temp/report.json'],
  [LINUX, { RUNNER_TEMP: '' }, '/tmp/report.json'],
])('a temporary file, %#', (machine, environment, expected) => {
  expect(temporaryFile('report.json', environment, machine)).toBe(expected);
});

test('an action writes its report where the machine says', async () => {
  const temporary = await folder();
  const { runner, seen } = recordingRunner({ environment: {} });
  const machine = { ...thisMachine, temporary: () => temporary };
  const writeReport: Runner['writeReport'] = (action, text) =>
    writeTemporaryReport(action, text, {}, machine);
  await runAction(findVersion, { ...runner, machine, writeReport });
  requireNoLeakOf(seen, {});
  expect(seen.outputs['report']).toContain(join(temporary, 'uc-promote-find-version-'));
});

test('signing in reads the profile and the token file of Windows, and says which system it is', async () => {
  const host = { DATABRICKS_HOST: (await emulator()).url };
  const USERPROFILE = 'C:\\Users\\ada';
  const profile = { ...host, USERPROFILE, INPUT_PROFILE: 'prod' };
  expect((await refusal(open(profile, { machine: WINDOWS }))).message).toContain(
    "open 'C:\\Users\\ada\\.databrickscfg'",
  );
  const file = { ...host, DATABRICKS_OIDC_TOKEN_FILEPATH: 'D:\\a\\_temp\\id token.jwt' };
  const { signIn, world } = await open(file, { machine: WINDOWS });
  expect((await refusal(signIn.headers())).message).toContain("open 'D:\\a\\_temp\\id token.jwt'");
  expect(world.userAgent('file-oidc')).toContain(' os/windows ');
});

/** What is started on Windows for a tool: the folder of PATH has `az.CMD` and `databricks.EXE`. */
async function startedOnWindows(tool: string, args: readonly string[]): Promise<Program | undefined> {
  const bin = await folder();
  for (const name of ['az.CMD', 'databricks.EXE']) await writeFile(join(bin, name), '');
  // The separator of lists is this system's.
  const environment = { PATH: bin, PATHEXT: '.COM:.EXE:.CMD', COMSPEC: 'C:\\Windows\\system32\\cmd.exe' };
  const program = await findProgram([tool, ...args], { environment, platform: 'win32' });
  return program === undefined
    ? undefined
    : (JSON.parse(JSON.stringify(program).replaceAll(bin, 'BIN')) as Program);
}

describe('tools, without a shell of Node', () => {
  test('az is az.cmd, which cmd.exe runs by its whole path, with every argument quoted by its rules', async () => {
    const args = ['account', 'get-access-token', '--resource', DATABRICKS_RESOURCE, '--tenant', 'a&calc|b c'];
    expect(await startedOnWindows('az', args)).toEqual({
      file: 'C:\\Windows\\system32\\cmd.exe',
      args: [
        `/D /S /C "BIN/az.CMD account get-access-token --resource ${DATABRICKS_RESOURCE} --tenant "a&calc|b c""`,
      ],
      verbatim: true,
    });
  });

  test('databricks is databricks.exe, which is started itself', async () => {
    expect(await startedOnWindows('databricks', ['auth', 'token', '--profile', 'a b"c'])).toEqual({
      file: 'BIN/databricks.EXE',
      args: ['auth', 'token', '--profile', 'a b"c'],
      verbatim: false,
    });
  });
});

describe.skipIf(process.platform === 'win32')('a process of Windows', () => {
  test('is ended by taskkill, with all that it started', async () => {
    const bin = await folder();
    const said = join(bin, 'said');
    const taskkill = join(bin, 'System32', 'taskkill.exe');
    await mkdir(join(bin, 'System32'));
    await writeFile(taskkill, `#!/bin/sh\necho "$@" > '${said}'\nkill -9 "$2"\n`);
    await chmod(taskkill, 0o755);
    process.env['SYSTEMROOT'] = bin;
    onTestFinished(() => {
      delete process.env['SYSTEMROOT'];
    });
    const started = join(bin, 'started');
    const code = `require('node:fs').writeFileSync(${JSON.stringify(started)}, String(process.pid)); setInterval(() => {}, 1000);`;
    const run = new AbortController();
    const running = runGroup({
      file: process.execPath,
      args: ['-e', code],
      timeoutMs: 15_000,
      signal: run.signal,
      onOutput: async () => {},
      platform: 'win32',
    });
    await until(() => existsSync(started));
    run.abort();
    expect(await running).toEqual({ signal: 'SIGKILL', timedOut: false });
    const pid = await readFile(started, 'utf8');
    expect(await readFile(said, 'utf8')).toBe(`/pid ${pid} /T /F\n`);
  });
});
