import { describe, expect, test } from 'vitest';
import { parseInputs, rawInputs } from '../../src/actions/contract/read-inputs.ts';
import { promote } from '../../src/actions/promote.ts';
import { PromoteError } from '../../src/domain/errors.ts';
import type { InputFault } from '../../src/domain/input-fault.ts';

/** The faults that these inputs have beside those that every promotion needs. */
function faultsOf(inputs: Readonly<Record<string, string>>): readonly InputFault[] {
  const given: Readonly<Record<string, string>> = {
    source: 'models:/a.b.c/1',
    destination: 'd.e.f',
    ...inputs,
  };
  const raw = rawInputs(
    promote,
    (name) => given[name],
    () => undefined,
  );
  try {
    parseInputs(promote, { ...raw, raw: { ...raw.raw, host: 'https://h.example' } });
    return [];
  } catch (error) {
    if (error instanceof PromoteError) return error.details.faults ?? [];
    throw error;
  }
}

describe('without a shell', () => {
  test.each([
    ['a.sh && b.sh', '&&'],
    ['a.sh || true', '||'],
    ['a.sh | tee log', '|'],
    ['a.sh ; b.sh', ';'],
    ['a.sh; b.sh', 'a.sh;'],
    ['a.sh --strict; b.sh', '--strict;'],
    ['a.sh --strict&&b.sh', '--strict&&b.sh'],
    ['a.sh &', '&'],
    ['a.sh > log', '>'],
    ['a.sh >>log', '>>log'],
    ['a.sh 2>&1', '2>&1'],
    ['a.sh < in', '<'],
    ['a.sh <<< x', '<<<'],
    ['python check.py $MODEL_URI', '$MODEL_URI'],
    ['python check.py --model=${MODEL_URI}', '--model=${MODEL_URI}'],
    ['python check.py $(cat version)', '$(cat'],
    ['python check.py $1', '$1'],
    ['python check.py `cat version`', '`cat'],
    ['a.sh\nb.sh', String.raw`a.sh\nb.sh`],
    ['a.sh --strict\r\nb.sh', String.raw`--strict\r\nb.sh`],
    ['sh -c "a.sh" && b.sh', '&&'],
    ['"a b" | "c"', '|'],
    ['"a"|"b"', 'a|b'],
  ] as const)('%j is refused, and the word named', (command, word) => {
    const [fault, ...others] = faultsOf({ 'validate-command': command });
    expect(others).toEqual([]);
    expect(fault?.input).toBe('validate-command');
    expect(fault?.problem).toContain(`"${word}" `);
    expect(fault?.fix).toMatch(
      /Call a script .*"validate-shell: bash" \(or sh, pwsh, python\).* in quotes\./u,
    );
  });

  test.each([
    'python check.py --strict',
    'check "a|b"',
    "check 'a|b'",
    `check --only='a && b' "c > d"`,
    'sh -c "a.sh && b.sh"',
    "python -c 'import sys; sys.exit(0)'",
    'python -c "first = 1\nsecond = 2"',
    'bash -c "test $MODEL_VERSION -gt 1"',
    'check --price=5$ 100% a,b (c) [d] *.py ~/x #e',
    String.raw`C:\tools\check.exe /strict`,
  ])('%j has no word that only a shell reads', (command) => {
    expect(faultsOf({ 'validate-command': command })).toEqual([]);
  });

  test.each([
    [`O'Brien/check.sh`, "'"],
    ['check "a b', '"'],
  ])('%j: a quote that is never closed is refused', (command, quote) => {
    const [fault] = faultsOf({ 'validate-command': command });
    expect(fault?.input).toBe('validate-command');
    expect(fault?.problem).toContain(`(${quote})`);
  });
});

test.each(['bash', 'sh', 'pwsh', 'python'])('with validate-shell: %s the text is its own matter', (shell) => {
  const command = 'a.sh && b.sh | tee "log\n$X > `y`';
  expect(faultsOf({ 'validate-command': command, 'validate-shell': shell })).toEqual([]);
});

test('another shell is refused, and nothing is said of the command that only it could read', () => {
  const faults = faultsOf({ 'validate-command': 'a.sh && b.sh', 'validate-shell': 'zsh' });
  expect(faults).toEqual([
    {
      input: 'validate-shell',
      problem: '"zsh" is not one of the allowed values.',
      fix: 'Use one of: bash, sh, pwsh, python.',
    },
  ]);
});

test('a shell without a command is refused', () => {
  expect(faultsOf({ 'validate-shell': 'bash' })).toMatchObject([{ input: 'validate-shell' }]);
});

test('it is found together with the faults of other inputs', () => {
  const faults = faultsOf({
    'validate-command': 'a.sh && b.sh',
    alias: '@Champion',
    'validate-timeout': 'soon',
  });
  expect(faults.map(({ input }) => input).sort()).toEqual(['alias', 'validate-command', 'validate-timeout']);
});

describe('MODEL_PATH in validate-env', () => {
  test.each([{}, { 'validate-job': '12' }] as const)('without a command (%o) is refused', (more) => {
    expect(faultsOf({ ...more, 'validate-env': 'HTTP_PROXY\nMODEL_PATH' })).toEqual([
      expect.objectContaining({
        input: 'validate-env',
        problem: 'it names MODEL_PATH, which only a validate-command gets.',
      }),
    ]);
  });

  test('with one, and any other name without one, is no fault', () => {
    expect(faultsOf({ 'validate-command': 'check', 'validate-env': 'MODEL_PATH' })).toEqual([]);
    expect(faultsOf({ 'validate-env': 'HTTP_PROXY' })).toEqual([]);
  });
});
