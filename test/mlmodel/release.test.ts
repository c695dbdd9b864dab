import { describe, expect, test } from 'vitest';
import { parseMlmodel } from '../../src/mlmodel/mlmodel.ts';
import { parseSignature } from '../../src/mlmodel/signature.ts';
import { compareFacts } from '../../src/policy/compatibility/verdict.ts';
import { decideSignature } from '../../src/policy/signature/decide.ts';

const X = '{"type": "double", "name": "x"}';
const OPTIONAL = '[{"type": "double", "name": "x"}, {"type": "double", "name": "y", "optional": true}]';
const OUTPUTS = '[{"type": "string", "name": "note", "optional": true}]';

/** Whether each column must be there, or why the signature cannot be read. */
function required(inputs: string, release?: string): readonly boolean[] | string {
  const reading = parseSignature({ inputs, outputs: null, params: null }, release);
  if (!reading.ok) return reading.problem;
  return (reading.signature.inputs ?? []).map((spec) => spec.kind === 'column' && spec.required);
}

/** The facts of a file that a release wrote. */
function factsOf(inputs: string, outputs: string, release: string | undefined) {
  const version = release === undefined ? '' : `mlflow_version: ${release}\n`;
  const text = `flavors: {sklearn: {}}\n${version}signature:\n  inputs: '${inputs}'\n  outputs: '${outputs}'\n`;
  return parseMlmodel(Buffer.from(text)).signature;
}

describe('`optional`, of which `required` took the place, is read where the release that wrote the file reads it', () => {
  test.each([
    ['2.4.0', true],
    ['2.9.2', true],
    ['2.17.2', true],
    ['2.10.0rc0', true],
    [undefined, true],
    ['2.3.2', false],
    ['2.18.0', false],
    ['2.22.1', false],
    ['3.17.2', false],
    ['1.30.1', false],
  ])('%s: %s', (release, isRead) => {
    const found = required(OPTIONAL, release);
    if (isRead) expect(found).toEqual([true, false]);
    else expect(found).toContain('has the key "optional"');
  });

  test.each([
    ['{"type": "double", "name": "y", "optional": false}', [true]],
    ['{"type": "double", "name": "y", "optional": null}', [true]],
    ['{"type": "double", "name": "y", "optional": null, "required": false}', [false]],
    ['{"type": "double", "name": "y", "optional": true, "required": null}', [false]],
    ['{"type": "array", "items": {"type": "long"}, "name": "y", "optional": true}', [false]],
    ['{"type": "array", "items": {"type": "long"}, "name": "y", "optional": false}', [true]],
    ['{"type": "array", "items": {"type": "long"}, "name": "y"}', [true]],
  ])('as MLflow 2.16 reads %s', (column, expected) => {
    expect(required(`[${column}]`, '2.16.2')).toEqual(expected);
  });

  test.each([
    [
      'both',
      `{"type": "double", "name": "y", "optional": true, "required": true}`,
      'both required and optional',
    ],
    ['without a name', `{"type": "double", "optional": true}`, 'is optional and has no name'],
    ['a further key', `{"type": "double", "name": "y", "optional": true, "unit": "EUR"}`, 'the key "unit"'],
  ])('it refuses %s', (_name, column, problem) => {
    expect(required(`[${column}]`, '2.9.2')).toContain(problem);
  });
});

describe('a version of such a release', () => {
  test('can be compared with, and its optional columns stay optional', () => {
    const before = factsOf(OPTIONAL, OUTPUTS, '2.9.2');
    const newer = factsOf(`[${X}, {"type": "double", "name": "y", "required": false}]`, `[${X}]`, '3.17.2');
    const strict = factsOf(`[${X}, {"type": "double", "name": "y"}]`, `[${X}]`, '3.17.2');
    const changesOf = (after: typeof before) => {
      const found = compareFacts(before, after, 'callers');
      return found.state === 'compared'
        ? found.comparison.changes.filter(({ path }) => path.startsWith('inputs')).map(({ kind }) => kind)
        : found.state;
    };
    expect(changesOf(newer)).toEqual([]);
    expect(changesOf(strict)).toEqual(['became-required']);
    expect(changesOf(before)).toEqual([]);
  });

  test.each([
    ['inputs', OPTIONAL, `[${X}]`],
    ['outputs', `[${X}]`, OUTPUTS],
  ])('declares inputs and outputs, and says which MLflow loads it: %s', (_name, inputs, outputs) => {
    const decision = decideSignature(factsOf(inputs, outputs, '2.9.2'));
    expect(decision).toMatchObject({
      allowed: true,
      missing: 'none',
      findings: [{ code: 'signature-older-release', severity: 'warning' }],
    });
    expect(decision.findings[0]?.message).toContain('only MLflow 2.4 to 2.17 can load this signature');
    expect(decideSignature(factsOf(`[${X}]`, `[${X}]`, '2.9.2')).findings).toEqual([]);
  });
});
