import { expect, test } from 'vitest';
import { isNamed, samePrincipal } from '../../src/domain/principal.ts';

const SERVICE = '00000000-0000-4000-8000-000000000001';

test.each([
  ['ada@example.com', 'Ada@Example.com', true],
  [SERVICE, SERVICE, true],
  ['ml-deployers', 'ml-deployers', true],
  ['ml-deployers', 'ML-Deployers', false],
  ['ada@example.com', 'bob@example.com', false],
  ['ada@example.com', '', false],
  ['', 'ada@example.com', false],
])('%j and %j are one principal: %s', (a, b, same) => {
  expect([samePrincipal(a, b), samePrincipal(b, a)]).toEqual([same, same]);
});

test('two names that are not given name nobody', () => {
  expect(samePrincipal('', '')).toBe(false);
  expect(isNamed(['', 'ada@example.com'], '')).toBe(false);
  expect(isNamed([], '')).toBe(false);
});
