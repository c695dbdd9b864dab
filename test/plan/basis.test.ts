import { describe, expect, test } from 'vitest';
import { formatMovedFact, type BasisFact, type MovedFact } from '../../src/plan/basis.ts';
import { factRow } from '../../src/report/sections/plan.ts';
import { holdKey, holdsState } from '../../src/policy/hold/model-hold.ts';
import { COPY, NAME } from './sample-plan.ts';

const held = (...reasons: readonly string[]) =>
  holdsState(reasons.map((reason, index) => ({ key: holdKey(index + 1), value: reason })));
const holds = (was: string | null): BasisFact => ({ kind: 'holds', name: NAME, was });
const tag = (was: string): BasisFact => ({ kind: 'tag', target: COPY, key: 'uc_promote_origin', was });
const [one, two] = [holdKey(1), holdKey(2)];
const LONG = `models:/${'s'.repeat(300)}`;

describe('a fact that is not so any more, in words that show the difference', () => {
  test.each<[string, MovedFact, string]>([
    ['a hold was set', { fact: holds(null), found: held('a') }, `had no hold and now has the hold ${one}`],
    ['a hold was lifted', { fact: holds(held('a')), found: null }, `had the hold ${one} and now has no hold`],
    [
      'a hold says something else',
      { fact: holds(held('a')), found: held('b') },
      `had the hold ${one} and now has the hold ${one} (changed)`,
    ],
    [
      'one of two holds says something else',
      { fact: holds(held('a', 'b')), found: held('a', 'c') },
      `and now has the holds ${one}, ${two} (changed)`,
    ],
    [
      'a long tag differs behind what is shown of it',
      { fact: tag(`${LONG}/1`), found: `${LONG}/2` },
      '… (changed)',
    ],
    [
      'a short tag',
      { fact: tag('models:/a/1'), found: 'models:/a/2' },
      'and now has uc_promote_origin=models:/a/2',
    ],
  ])('%s', (_title, moved, said) => {
    const text = formatMovedFact(moved);
    expect(text).toContain(said);
    expect(text.endsWith('(changed)')).toBe(said.endsWith('(changed)'));
    const { then, now } = factRow({ ...moved, by: 'not recorded' });
    expect(now).not.toBe(then);
  });
});
