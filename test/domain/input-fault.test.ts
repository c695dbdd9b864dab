import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { absentInput, invalidInputs } from '../../src/domain/errors.ts';
import { faultSentence, faultText } from '../../src/domain/input-fault.ts';
import { ROOT, sourceFiles } from '../imports.ts';

const HOST = {
  input: 'host',
  problem: 'it is missing.',
  fix: 'Add `host: https://adb-123.4.azuredatabricks.net` to the step.',
};

test('says which input, what is wrong, and how to fix it', () => {
  expect(faultText(HOST)).toBe(
    'Input `host` is missing. Add `host: https://adb-123.4.azuredatabricks.net` to the step.',
  );
});

describe('the subject of the sentence', () => {
  test.each([
    ['host', 'Input `host` is bad.'],
    ['require-destination-status', 'Input `require-destination-status` is bad.'],
    ['HTTPS_PROXY', 'Variable `HTTPS_PROXY` is bad.'],
    ['https_proxy', 'Variable `https_proxy` is bad.'],
    ['--schema', 'Option `--schema` is bad.'],
    ['client_secret in profile prod', 'Setting client_secret in profile prod is bad.'],
  ])('%s', (input, sentence) => {
    expect(faultSentence({ input, problem: 'it is bad.' })).toBe(sentence);
  });

  test.each([
    ['version', '"latest" is not a version.', 'Input `version`: "latest" is not a version.'],
    ['tags', 'line 2: "nope" is not key=value.', 'Input `tags`: line 2: "nope" is not key=value.'],
    ['version and alias', 'both are given.', 'Inputs `version` and `alias`: both are given.'],
    ['status or tags or model', 'none is given.', 'Inputs `status`, `tags` or `model`: none is given.'],
    ['model', 'items are missing.', 'Input `model`: items are missing.'],
  ])('%s: %s', (input, problem, sentence) => {
    expect(faultSentence({ input, problem })).toBe(sentence);
  });
});

describe('the errors that are made of faults', () => {
  test('one fault is the message, several are counted and named once each', () => {
    expect(invalidInputs([HOST]).message).toBe('Input `host` is missing.');
    const several = invalidInputs([HOST, { ...HOST, input: 'alias' }, HOST]);
    expect(several.message).toBe('3 problems with the inputs: host, alias');
    expect(several.details).toMatchObject({ code: 'invalid-input', outcome: 'invalid' });
  });

  test('a name that does not exist keeps its fix and its fault', () => {
    const fault = { input: 'model', problem: 'the model a.b.c does not exist.', fix: 'Check it.' };
    const { message, details } = absentInput(fault);
    expect(message).toBe('Input `model`: the model a.b.c does not exist.');
    expect(details).toMatchObject({
      code: 'not-found',
      outcome: 'invalid',
      fix: 'Check it.',
      absent: { fault },
    });
  });
});

test('no other file of the sources joins the name of an input and a problem', () => {
  const joining = sourceFiles('src').filter((file) =>
    /`\$\{[\w.]*(?:input|from|VARIABLE|fault)[\w.]*\}: \$\{[\w.]*(?:problem|fix)/u.test(
      readFileSync(join(ROOT, file), 'utf8'),
    ),
  );
  expect(joining).toEqual([]);
});
