import { describe, expect, test } from 'vitest';
import { decideValidated, validatedBy, type Validators } from '../../src/policy/validated.ts';

const NOTHING: Validators = {
  command: undefined,
  job: undefined,
  sourceStatus: undefined,
  copyStatus: undefined,
  setStatus: undefined,
};

describe.each([
  ['nothing', {}, undefined],
  ['a command', { command: 'check', sourceStatus: 'approved' }, 'command'],
  ['a job', { job: 'Validate', sourceStatus: 'approved' }, 'job'],
  ['a status of the source', { sourceStatus: 'approved' }, 'status of the source'],
  ['a status of the copy that somebody else sets', { copyStatus: 'approved' }, 'status of the copy'],
] as const)('%s', (_name, given, by) => {
  test(`validates by ${by ?? 'nothing'}, and a status that is set warns where nothing does`, () => {
    const validators = { ...NOTHING, ...given };
    expect(validatedBy(validators)).toBe(by);
    expect(decideValidated(validators)).toBeNull();
  });
});

test('a status that the run sets and then demands validates nothing', () => {
  const circle = { ...NOTHING, copyStatus: 'approved', setStatus: 'approved' };
  expect(validatedBy(circle)).toBeUndefined();
  expect(decideValidated(circle)).toMatchObject({
    allowed: true,
    findings: [{ code: 'status-without-validation', severity: 'warning' }],
  });
  expect(decideValidated({ ...circle, sourceStatus: 'approved' })).toBeNull();
});
