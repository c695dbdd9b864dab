import { describe, expect, test } from 'vitest';
import { setAlias } from '../../../src/actions/set-alias.ts';
import { findVersion } from '../../../src/actions/find-version.ts';
import { ACTIONS } from '../../../src/index.ts';
import { readArguments } from '../../../src/runtime/cli/arguments.ts';
import { flagsBeside } from '../../../src/runtime/cli/flags.ts';
import { secretInputs } from '../../../src/runtime/cli/secret-inputs.ts';

const actions = await Promise.all(Object.values(ACTIONS).map((load) => load()));

const faultsOf = (...words: string[]) =>
  readArguments(setAlias, words).faults.map(({ input, problem, fix }) => `${input}: ${problem} ${fix}`);

describe('what is read', () => {
  test('a value behind its flag or joined to it; a switch alone, or with its word', () => {
    const { inputs, flags, faults } = readArguments(setAlias, [
      ...['--model', 'a.b.c', '--alias=Champion', '--delete', '--dry-run', 'false'],
      ...['--summary', '--json', '--summary-file', 'page.md', '--expected-version=--odd'],
    ]);
    expect(faults).toEqual([]);
    expect(Object.fromEntries(inputs)).toEqual({
      model: 'a.b.c',
      alias: 'Champion',
      delete: 'true',
      'dry-run': 'false',
      summary: 'true',
      'expected-version': '--odd',
    });
    expect(Object.fromEntries(flags)).toEqual({ json: '', 'summary-file': 'page.md' });
  });

  test('lines of an input, one flag each, and only of one that is a list of lines', () => {
    const { inputs } = readArguments(findVersion, ['--where', 'a=1', '--where=b=2', '--where', 'c=3']);
    expect(inputs.get('where')).toBe('a=1\nb=2\nc=3');
    expect(faultsOf('--alias', 'A', '--alias', 'B')).toEqual(['--alias: it is given twice. Give it once.']);
  });

  test('an empty value is given, and is not taken for one that is left out', () => {
    expect(readArguments(setAlias, ['--alias', '']).inputs.get('alias')).toBe('');
    expect(readArguments(setAlias, ['--alias=']).inputs.get('alias')).toBe('');
  });
});

test('every fault at once, each with what to write in its place', () => {
  expect(
    faultsOf('--modell', 'x', '--version', '--alias', 'A', 'stray', '-v', '--json=yes', '--summary-file='),
  ).toEqual([
    '--modell: there is no such flag. Did you mean --model? --help lists all of them.',
    '--version: its value is missing. Write --version VALUE; one that begins with -- as --version=VALUE.',
    'Word 6 after set-alias: it is not a flag. Write --name VALUE or --name=VALUE.',
    'Word 7 after set-alias: it is not a flag. Write --name VALUE or --name=VALUE.',
    '--json: it takes no value. Write --json without one.',
    '--summary-file: its value is missing. Write --summary-file VALUE; one that begins with -- as --summary-file=VALUE.',
  ]);
});

test.each([
  [['-token', 'hush-hush9'], 2],
  [['token=hush-hush9'], 1],
  [['--model', 'a.b.c', 'hush-hush9'], 1],
  [['--token:hush-hush9'], 1],
  [['--hush-hush9', 'x'], 2],
  [['--hush-hush9=x'], 1],
])('a word that is not a flag is named by its position alone: %j', (words, faults) => {
  const said = faultsOf(...words);
  expect(said).toHaveLength(faults);
  expect(said.join('\n')).toMatch(/^Word \d after set-alias: it is not a flag\./u);
  expect(said.join('\n')).not.toContain('hush');
});

test('no stream is used twice', () => {
  expect(faultsOf('--json', '--report-file', '-', '--dotenv-file=-')).toEqual([
    '--json and --report-file and --dotenv-file: both are for standard output. Give a path to all but one of them.',
  ]);
  expect(faultsOf('--token-file', '-', '--client-secret-file', '-')).toEqual([
    '--token-file and --client-secret-file: both are for standard input. Give a path to all but one of them.',
  ]);
});

describe.each(actions)('$name', (action) => {
  test('no flag of the command line has the name of an input', () => {
    const inputs = Object.keys(action.inputs.shape);
    const own = [...flagsBeside(action), ...secretInputs(action).map(({ fileFlag }) => fileFlag)];
    expect(own.filter((name) => inputs.includes(name))).toEqual([]);
    expect(new Set(own).size).toBe(own.length);
  });

  test('every secret is refused as a flag, named as what it is, and printed nowhere', () => {
    const secrets = secretInputs(action);
    expect(secrets.map(({ name }) => name)).toContain('token');
    for (const { name, variable, fileFlag } of secrets) {
      for (const words of [[`--${name}`, 'hush-hush'], [`--${name}=hush-hush`]]) {
        const { inputs, faults } = readArguments(action, words);
        expect(inputs.size).toBe(0);
        expect(faults).toEqual([
          {
            input: `--${name}`,
            problem:
              'other users on this machine can read a secret in a command, and it stays in the history of the shell.',
            fix: `Set ${variable}, or give --${fileFlag} PATH (- reads standard input).`,
          },
        ]);
      }
      expect(readArguments(action, [`--${fileFlag}`, 'p']).secretFiles.get(name)).toBe('p');
    }
  });
});
