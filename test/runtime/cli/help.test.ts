import { describe, expect, test } from 'vitest';
import { setAlias } from '../../../src/actions/set-alias.ts';
import { fieldsOf } from '../../../src/actions/contract/read-inputs.ts';
import { parseInputs } from '../../../src/actions/contract/read-inputs.ts';
import { ACTIONS } from '../../../src/index.ts';
import { splitCommandLine } from '../../../src/domain/command-line.ts';
import { actionHelp, examplesOf, mainHelp } from '../../../src/runtime/cli/help.ts';
import { readArguments } from '../../../src/runtime/cli/arguments.ts';
import { secretInputs } from '../../../src/runtime/cli/secret-inputs.ts';
import { command } from './bench.ts';
import { faultsOfCommand } from './commands.ts';

const actions = await Promise.all(Object.values(ACTIONS).map((load) => load()));

test('the help of the command line, of an action, and its short form', async () => {
  await expect(mainHelp(actions)).toMatchFileSnapshot('help/main.txt');
  await expect(actionHelp(setAlias, 'full')).toMatchFileSnapshot('help/set-alias.txt');
  await expect(actionHelp(setAlias, 'short')).toMatchFileSnapshot('help/set-alias-short.txt');
});

test('every command in the help is one', async () => {
  const commands = mainHelp(actions)
    .split('\n')
    .flatMap((line) => /^ {2}uc-promote ([a-z].*)$/u.exec(line)?.[1] ?? []);
  expect(commands.length).toBeGreaterThan(3);
  for (const each of commands) expect([each, await faultsOfCommand(each)]).toEqual([each, []]);
});

describe.each(actions)('$name', (action) => {
  test('examples stand first, and each is a command that the action takes', () => {
    const lines = actionHelp(action, 'full').split('\n');
    expect(lines.slice(1, 4)).toEqual(['', 'Examples:', `  ${examplesOf(action)[0] ?? ''}`]);
    for (const example of examplesOf(action)) {
      const [program, name, ...words] = splitCommandLine(example);
      expect([program, name]).toEqual(['uc-promote', action.name]);
      const { inputs, faults } = readArguments(action, words);
      expect(faults).toEqual([]);
      const defaults = [...fieldsOf(action)].flatMap(([key, field]) =>
        field.default === undefined ? [] : [[key, field.default] as const],
      );
      const raw = { ...Object.fromEntries(defaults), ...Object.fromEntries(inputs) };
      expect(() => parseInputs(action, { raw, empty: [] })).not.toThrow();
    }
  });

  test('every input stands in it once; a secret as its variable and its file, and as no flag', () => {
    const lines = actionHelp(action, 'full')
      .split('\n')
      .map((line) => line.trim());
    for (const [name, { secret }] of fieldsOf(action))
      expect(lines.filter((line) => line === `--${name}`)).toHaveLength(secret === true ? 0 : 1);
    for (const { variable, fileFlag } of secretInputs(action))
      expect(lines).toContain(`${variable}, or --${fileFlag} PATH`);
  });

  test('no line is wider than a page', () => {
    for (const line of actionHelp(action, 'full').split('\n'))
      if (!line.startsWith('  uc-promote ') && line.includes(' ')) expect(line.length).toBeLessThan(110);
  });
});

describe('how help is asked for', () => {
  test('--help is a result, on standard output; nothing at all is a mistake', async () => {
    for (const word of ['--help', '-h']) {
      const { stdout, stderr, exitCode } = await command([word]);
      expect([stdout, stderr, exitCode]).toEqual([mainHelp(actions), '', 0]);
    }
    const { stdout, stderr, exitCode } = await command([]);
    expect([stdout, stderr, exitCode]).toEqual(['', mainHelp(actions), 2]);
  });

  test('of an action, whatever else is wrong', async () => {
    const full = await command(['set-alias', '--modell', 'x', '--help']);
    expect([full.stdout, full.exitCode]).toEqual([actionHelp(setAlias, 'full'), 0]);
    expect((await command(['set-alias', '-h'])).stdout).toBe(actionHelp(setAlias, 'short'));
  });

  test('an action that is none, with the nearest one', async () => {
    const near = await command(['promot', '--json']);
    expect(near.stderr).toContain('There is no action "promot". Did you mean promote?');
    expect([near.stdout, near.exitCode]).toEqual(['', 2]);
    const first = await command(['--json', 'promote']);
    expect(first.stderr).toContain('Give the action first, before its flags.');
    for (const secret of ['--token=hush-hush9', '-hush-hush9', 'token=hush-hush9', 'hush-hush9']) {
      const refused = await command([secret, 'find-version']);
      expect([refused.exitCode, refused.stderr]).toEqual([2, expect.not.stringContaining('hush')]);
    }
    for (const odd of ['constructor', '__proto__', '\u001b[31m##vso[x]y']) {
      const refused = await command([odd]);
      expect(refused.exitCode).toBe(2);
      expect(refused.stderr).toContain('There is no action');
      expect(refused.stderr).not.toContain('\u001b');
    }
  });

  test('the version', async () => {
    expect((await command(['--version'])).stdout).toMatch(/^uc-promote \d+\.\d+\.\d+\n$/u);
  });
});
