import { expect, test } from 'vitest';
import type { PullRequest } from '../../src/domain/pull-request.ts';
import { commentedPull } from '../../src/policy/commented-pull.ts';

const SHA = 'a'.repeat(40);
const OTHER = 'b'.repeat(40);

function pull(number: number, parts: Partial<PullRequest>): PullRequest {
  const base = { branch: 'main', isDefault: true };
  const author = { login: 'ada', kind: 'person' } as const;
  const merged = { mergedAs: undefined, mergedAt: undefined };
  return { number, author, head: OTHER, ...merged, base, isFromFork: false, ...parts };
}

test.each<[string, readonly PullRequest[], number | string]>([
  ['its merge', [pull(7, { mergedAs: SHA })], 7],
  ['the head of an open one', [pull(7, { head: SHA })], 7],
  ['its merge, and the head of another one', [pull(7, { head: SHA }), pull(8, { mergedAs: SHA })], 8],
  ['none', [], 'commit aaaaaaa is neither the merge nor the head of a pull request'],
  ['in the past of one', [pull(7, {})], 'commit aaaaaaa is neither the merge nor the head of a pull request'],
  [
    'the head of a merged one',
    [pull(7, { head: SHA, mergedAs: OTHER })],
    'commit aaaaaaa is neither the merge nor the head of a pull request',
  ],
  [
    'the head of two',
    [pull(7, { head: SHA }), pull(9, { head: SHA })],
    'commit aaaaaaa belongs to several pull requests (#7, #9)',
  ],
])('the pull request of a commit that is %s', (_, pulls, expected) => {
  expect(commentedPull(pulls, SHA)).toEqual(
    typeof expected === 'number' ? { number: expected } : { none: expected },
  );
});
