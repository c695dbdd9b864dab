import { expect, test } from 'vitest';
import { fieldsOf } from '../../src/actions/contract/read-inputs.ts';
import { promote } from '../../src/actions/promote.ts';
import { ATTRIBUTES, readSettings, sideInput, type InputAttribute } from '../../src/auth/settings.ts';

const fields = fieldsOf(promote);
const names = Object.entries(ATTRIBUTES)
  .filter(([, attribute]) => 'input' in attribute)
  .map(([name]) => name as InputAttribute);

test('there are thirteen, the host among them', () => {
  expect(names).toHaveLength(13);
  expect(names).toContain('host');
});

test.each(names)('%s is an input of both sides, with a variable for the destination alone', (name) => {
  const here = fields.get(sideInput('destination', name));
  const there = fields.get(sideInput('source', name));
  expect(here?.environment).toBe(ATTRIBUTES[name].variables[0]);
  expect(there).toBeDefined();
  expect(there?.environment).toBeUndefined();
  expect(there?.secret).toBe(here?.secret);
  expect(here?.secret === true).toBe('secret' in ATTRIBUTES[name]);
});

test.each(['destination', 'source'] as const)(
  'what signs in to the %s is read from its inputs alone',
  (side) => {
    const settings = readSettings(
      side,
      (input) => `value of ${input}`,
      () => undefined,
    );
    expect(names.map((name) => settings.get(name))).toEqual(
      names.map((name) => `value of ${sideInput(side, name)}`),
    );
  },
);
