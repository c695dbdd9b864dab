import { expect, test } from 'vitest';
import { contradicts } from '../../src/domain/stated-id.ts';

const [ONE, OTHER] = ['5d1f2c1e-7a44-4f0e-9d0b-0c0ffee0cafe', '0a0b0c0d-1111-4222-8333-444455556666'];

test.each([
  ['999', '4242424242424242', true],
  ['4242424242424242', '4242424242424242', false],
  ['0042', '42', false],
  ['42', '0', true],
  ['ws-1', '4242424242424242', false],
  ['4242424242424242', 'ws-1', false],
  [ONE, OTHER, true],
  [ONE.toUpperCase(), ONE, false],
  [ONE, '42', false],
  [ONE, 'ada@example.com', false],
  ['acme', 'other', false],
])('%s is contradicted by %s: %s', (stated, actual, expected) => {
  expect(contradicts(stated, actual)).toBe(expected);
});
