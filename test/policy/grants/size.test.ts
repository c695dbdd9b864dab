import { describe, expect, test } from 'vitest';
import { modelSecurable } from '../../../src/domain/privilege.ts';
import { decideGrants } from '../../../src/policy/grants/decide.ts';
import { mergeRights, requiredRights } from '../../../src/policy/grants/required.ts';
import { factsOf, type GrantRow } from './grant-facts.ts';

const NAMES = Array.from({ length: 3000 }, (_, index) => ({
  catalog: 'prod',
  schema: 'ml_team',
  model: `m${index}`,
}));
const RIGHTS = mergeRights(NAMES.flatMap((name) => requiredRights('read', name, { modelExists: true })));

/** Facts about all of the models, where each has what the first has. */
function factsOfAll(grants: readonly GrantRow[]) {
  const facts = factsOf({ grants, filtered: false, inheritance: 'yes' }, NAMES.slice(0, 1));
  const [first, ...parents] = facts.securables;
  if (first === undefined) throw new Error('no model');
  const models = NAMES.map((name) => ({ ...first, securable: modelSecurable(name) }));
  return { ...facts, securables: [...models, ...parents] };
}

describe('the rights on 3,000 models are judged in the time of reading them', () => {
  const use = (on: string): GrantRow[] => [
    ['ml-deployers', 'USE_CATALOG', on],
    ['ml-deployers', 'USE_SCHEMA', on],
  ];
  test('where all are granted above', () => {
    const startedAt = performance.now();
    const decision = decideGrants(
      RIGHTS,
      factsOfAll([...use('catalog prod'), ['ml-deployers', 'EXECUTE', 'catalog prod']]),
    );
    expect(decision.rights.filter(({ state }) => state === 'granted')).toHaveLength(NAMES.length + 2);
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });

  test('where one is missing on each: as many statements, and no search among them', () => {
    const startedAt = performance.now();
    const decision = decideGrants(RIGHTS, factsOfAll(use('catalog prod')));
    expect(decision.rights.filter(({ state }) => state === 'missing')).toHaveLength(NAMES.length);
    expect(decision.statements).toHaveLength(NAMES.length);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});
