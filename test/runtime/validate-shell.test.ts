import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { promote as promoteAction } from '../../src/actions/promote.ts';
import { SHELLS } from '../../src/domain/shell.ts';
import { checkCommand } from '../../src/runtime/command.ts';
import { thisMachine } from '../../src/runtime/machine.ts';
import { writeShellScript } from '../../src/runtime/shell-script.ts';
import { world } from '../actions/harness.ts';
import { startStep } from './step.ts';

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'uc-promote-shell-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

/** Whether the machine has a program, which the runners of GitHub all have. */
function isThere(program: string): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v "$0"', program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Runs promote with a validation in a process of its own; the folder of temporary files is `temporary`. */
async function promoteWith(inputs: Readonly<Record<string, string>>, temporary: string) {
  const { emulator } = await world();
  const step = await startStep(
    emulator,
    'promote',
    { registry: 'databricks', source: `models:/${STAGING}/1`, destination: PROD, ...inputs },
    { RUNNER_TEMP: temporary },
  );
  const ended = await step.end();
  const left = (await readdir(temporary)).filter((name) => name.startsWith('uc-promote-validate'));
  const champion = emulator.metastore.model(PROD).aliases.get('champion')?.version;
  return { ...ended, left, champion };
}

describe.skipIf(process.platform === 'win32')('validate-shell', () => {
  test.each([
    ['bash', 'true && test "$MODEL_URI" = models:/prod.ml_team.fraud_detection/2 | cat', true],
    ['bash', 'true && false', false],
    ['bash', 'false | cat', false],
    ['bash', 'false\ntrue', false],
    ['sh', 'true && true; test "$MODEL_VERSION" = 2', true],
    ['sh', 'false\ntrue', false],
    ['python', 'import os, sys\nsys.exit(os.environ["MODEL_VERSION"] != "2")', true],
    ['python', 'import sys\nif True:\n    sys.exit(3)', false],
  ] as const)(
    '%s runs %j as a workflow does: %s',
    async (shell, command, passes) => {
      const seen = await promoteWith(
        { 'validate-command': command, 'validate-shell': shell },
        await folder(),
      );
      expect([seen.outputs['outcome'], seen.champion], seen.printed).toEqual(
        passes ? ['ok', 2] : ['blocked', 1],
      );
      expect(seen.left).toEqual([]);
    },
    30_000,
  );

  test('its file is for nobody else, holds the text, and is deleted after a signal too', async () => {
    const temporary = await folder();
    const command = `cp "$0" ${join(temporary, 'seen')}; stat -c %a "$0" > ${join(temporary, 'mode')}\nkill -KILL $$`;
    const seen = await promoteWith({ 'validate-command': command, 'validate-shell': 'bash' }, temporary);
    expect([seen.outputs['outcome'], seen.left]).toEqual(['blocked', []]);
    expect(await readFile(join(temporary, 'seen'), 'utf8')).toBe(command);
    expect(await readFile(join(temporary, 'mode'), 'utf8')).toBe('600\n');
  }, 30_000);

  test('a shell that the runner does not have is refused with the faults of other inputs, in a dry run too', async () => {
    const { run } = await world();
    for (const dryRun of ['false', 'true']) {
      const seen = await run(
        promoteAction,
        {
          source: `models:/${STAGING}/1`,
          destination: PROD,
          alias: '@Champion',
          'validate-command': 'Test-Path x',
          'validate-shell': 'pwsh',
          'dry-run': dryRun,
        },
        { checkCommand, environment: { PATH: await folder() } },
      );
      expect(seen.outputs['outcome']).toBe('invalid');
      expect(seen.report.error?.message).toBe('2 problems with the inputs: alias, validate-shell');
      expect(JSON.stringify(seen.report.todo)).toContain('\\"pwsh\\" was not found in any folder of PATH.');
      expect([seen.records, seen.after]).toEqual([[], seen.before]);
    }
  });
});

test('each shell is started as actions/runner starts it, with its text in a file', async () => {
  const place = join(await folder(), "O'Brien's files");
  execFileSync('mkdir', [place]);
  const scripts = SHELLS.map((shell) => writeShellScript('text', shell, { RUNNER_TEMP: place }));
  const [bash, sh, pwsh, python] = scripts;
  expect(scripts.map(({ words }) => words)).toEqual([
    ['bash', '--noprofile', '--norc', '-e', '-o', 'pipefail', bash?.path],
    ['sh', '-e', sh?.path],
    ['pwsh', '-command', `. '${pwsh?.path.replaceAll("'", "''") ?? ''}'`],
    ['python', python?.path],
  ]);
  expect(scripts.map(({ path }) => path.slice(path.lastIndexOf('.')))).toEqual(['.sh', '.sh', '.ps1', '.py']);
  expect(await readFile(pwsh?.path ?? '', 'utf8')).toBe(
    [
      "$ErrorActionPreference = 'stop'",
      'text',
      String.raw`if ((Test-Path -LiteralPath variable:\LASTEXITCODE)) { exit $LASTEXITCODE }`,
    ].join('\n'),
  );
  const windows = { ...thisMachine, platform: 'win32' } as const;
  const ofWindows = writeShellScript('a\nb\r\nc', 'python', { RUNNER_TEMP: place }, windows);
  expect(await readFile(ofWindows.path, 'utf8')).toBe('a\r\nb\r\nc');
  for (const script of [...scripts, ofWindows]) {
    script.remove();
    await expect(stat(script.path)).rejects.toThrow('ENOENT');
  }
});

describe.skipIf(process.platform === 'win32')('what is not there to run', () => {
  test.each([
    ['bash', 'pyton check.py', 'pyton: command not found'],
    ['sh', 'pyton check.py', 'pyton: not found'],
    [undefined, 'env pyton check.py', 'pyton'],
    [undefined, 'bash -c "./no-such.sh"', './no-such.sh: No such file or directory'],
  ] as const)(
    'of %s in %j is invalid with its name, never blocked',
    async (shell, command, named) => {
      const seen = await promoteWith(
        { 'validate-command': command, ...(shell === undefined ? {} : { 'validate-shell': shell }) },
        await folder(),
      );
      expect([seen.code, seen.outputs['outcome'], seen.champion]).toEqual([1, 'invalid', 1]);
      const error = seen.printed.split('::error').at(-1)?.split('%0A')[0];
      expect(error).toMatch(/Input `validate-command`: exit code 127 of "(?:bash|sh|env)": /u);
      expect(error).toContain(named);
      expect(seen.outputs).toMatchObject({ version: '2', changed: 'true', allowed: 'false' });
    },
    30_000,
  );

  test('of a script with a first line that leads nowhere is found before anything is written', async () => {
    const { run } = await world();
    const script = join(await folder(), 'check.py');
    await writeFile(script, '#!/usr/bin/env pyton\n', { mode: 0o755 });
    const seen = await run(
      promoteAction,
      { source: `models:/${STAGING}/1`, destination: PROD, 'validate-command': script },
      { checkCommand, environment: { PATH: process.env['PATH'] ?? '' } },
    );
    expect(seen.report.error?.message).toBe(
      `Input \`validate-command\`: "${script}" names "pyton" in its first line, but that program was not found.`,
    );
    expect([seen.outputs['outcome'], seen.records]).toEqual(['invalid', []]);
  });

  test('quotes what was said without the value of a variable that was given by name', async () => {
    const { emulator } = await world();
    const step = await startStep(
      emulator,
      'promote',
      {
        registry: 'databricks',
        source: `models:/${STAGING}/1`,
        destination: PROD,
        'validate-command': 'env pyton-$SMOKE_KEY',
        'validate-shell': 'bash',
        'validate-env': 'SMOKE_KEY',
      },
      { SMOKE_KEY: 'a-key-of-theirs' },
    );
    const { outputs, summary } = await step.end();
    expect(outputs['outcome']).toBe('invalid');
    expect(summary).toContain('pyton-&#36;SMOKE&#95;KEY');
    expect(summary).not.toContain('a-key-of-theirs');
  }, 30_000);
});

test.runIf(isThere('pwsh'))(
  'pwsh runs a text',
  async () => {
    const command = 'if ($env:MODEL_VERSION -ne "2") { throw "no" }';
    const seen = await promoteWith({ 'validate-command': command, 'validate-shell': 'pwsh' }, await folder());
    expect([seen.outputs['outcome'], seen.champion]).toEqual(['ok', 2]);
  },
  60_000,
);
