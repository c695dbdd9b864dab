import { expect, expectTypeOf, test } from 'vitest';
import { ActionRecord } from '../../src/actions/contract/record.ts';
import { flagOutput, numberOutput, verdictOutput, type OutputEntry } from '../../src/inputs/outputs.ts';

const VERSION = { version: numberOutput('Number of the version.') };
const OUTPUTS = {
  ...VERSION,
  allowed: flagOutput('Whether it may.'),
  fits: verdictOutput('Whether it fits.'),
};

test('an output takes values of its kind', () => {
  const record = new ActionRecord<typeof OUTPUTS>();
  record.output('version', 7);
  record.output('allowed', true);
  record.output('fits', 'unknown');
  expect([...record.outputs.keys()]).toEqual(Object.keys(OUTPUTS));
  expect([...record.outputs.values()]).toEqual([7, true, 'unknown']);
});

test('the compiler refuses a name that is not declared, and a value of another kind', () => {
  type Entry = OutputEntry<typeof OUTPUTS>;
  expectTypeOf<['version', 7]>().toExtend<Entry>();
  expectTypeOf<['version', '']>().toExtend<Entry>();
  expectTypeOf<['versoin', 7]>().not.toExtend<Entry>();
  expectTypeOf<['version', true]>().not.toExtend<Entry>();
  expectTypeOf<['allowed', 'unknown']>().not.toExtend<Entry>();
});

test('who sets outputs gets no record that does not declare them', () => {
  expectTypeOf<ActionRecord<typeof OUTPUTS>>().toExtend<ActionRecord<typeof VERSION>>();
  expectTypeOf<ActionRecord<typeof VERSION>>().not.toExtend<ActionRecord<typeof OUTPUTS>>();
  expectTypeOf<ActionRecord<typeof OUTPUTS>>().toExtend<ActionRecord>();
  expectTypeOf<ActionRecord>().not.toExtend<ActionRecord<typeof VERSION>>();
});
