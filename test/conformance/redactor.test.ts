import { expect, test } from 'vitest';
import { Redactor } from '../../conformance/redactor.ts';

test.each([
  ['Model prod.ml.fraud exists', 'Model (name) exists'],
  ['by ann.b+c@acme.example', 'by (person)'],
  ['see https://adb-1.azuredatabricks.net/?o=1 now', 'see (address) now'],
  ['s3://bucket/key refused', '(address) refused'],
  ['token dapi0123456789abcdef', 'token (secret)'],
  ['request 6f9619ff-8b86-d011-b42d-00cf4fc964ff', 'request (id)'],
  ['from 10.0.0.7:443', 'from (address)'],
  ['workspace 4242424242424242', 'workspace (number)'],
  [
    '400 INVALID_PARAMETER_VALUE, 404 RESOURCE_DOES_NOT_EXIST',
    '400 INVALID_PARAMETER_VALUE, 404 RESOURCE_DOES_NOT_EXIST',
  ],
  ['READY at read 2 after finalize', 'READY at read 2 after finalize'],
])('%s', (text, shown) => {
  expect(new Redactor().hide(text)).toBe(shown);
});

test('what was told is hidden in any spelling, the longest first', () => {
  const withheld = new Redactor();
  withheld.add('labs', '(catalog)');
  withheld.add('labs.scratch', '(schema)');
  withheld.add('ml', '(short)');
  expect(withheld.hide("LABS.Scratch and Labs, html, catalog 'ml'")).toBe(
    "(schema) and (catalog), html, catalog '(short)'",
  );
});

test('a report stays on one line and short', () => {
  const shown = new Redactor().hide(`one\ntwo ${'x '.repeat(400)}`);
  expect(shown).not.toContain('\n');
  expect(shown.length).toBeLessThanOrEqual(301);
});
