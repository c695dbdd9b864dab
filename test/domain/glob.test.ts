import { expect, test } from 'vitest';
import fc from 'fast-check';
import { matchesGlob } from '../../src/domain/glob.ts';
import { matchesPattern, parseModelPattern } from '../../src/domain/model-pattern.ts';
import { decideCopy } from '../../src/policy/copy.ts';
import { DATABRICKS_CAPABILITIES } from '../../src/registry/databricks/capabilities.ts';

/** The same question by the definition: every way to take the first star is tried. */
function byDefinition(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('*'))
    return byDefinition(pattern.slice(1), text) || (text !== '' && byDefinition(pattern, text.slice(1)));
  return text.startsWith(pattern.charAt(0)) && text !== '' && byDefinition(pattern.slice(1), text.slice(1));
}

test('a pattern matches what it matches by definition', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\n'), maxLength: 8 });
  const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 });
  fc.assert(
    fc.property(patterns, letters, (pattern, text) => {
      expect(matchesGlob(pattern, text)).toBe(byDefinition(pattern, text));
    }),
    { numRuns: 5000 },
  );
});

/** Milliseconds that some work takes. */
function timeOf(work: () => void): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

const STARS = `${'*a'.repeat(100)}b`;
const ALMOST = 'a'.repeat(255);

test('a pattern with a hundred stars is judged at once, of models and of tags', () => {
  const NAME = { catalog: 'staging', schema: 'ml', model: ALMOST };
  const pattern = parseModelPattern(`staging.ml.${STARS}`);
  expect(timeOf(() => expect(pattern.ok && matchesPattern(pattern.value, NAME)).toBe(false))).toBeLessThan(
    1000,
  );
  const tags = Array.from({ length: 50 }, (_, index) => ({ key: `${ALMOST}${index}`, value: '' }));
  const took = timeOf(() => {
    const { tags: carried } = decideCopy(
      { copyTags: [STARS, `${'*a'.repeat(20)}*`], statusKeys: [] },
      {
        source: { uri: 'models:/staging.ml_team.fraud_detection/1', name: NAME, tags },
        relation: 'one-workspace',
        files: [{ path: 'MLmodel', size: 1 }],
        destination: { ...NAME, catalog: 'prod' },
        maxFileSize: 10,
        maxInParts: 0,
        rules: DATABRICKS_CAPABILITIES,
      },
    );
    expect(carried).toHaveLength(50);
  });
  expect(took).toBeLessThan(1000);
});

test('names are matched in the spelling in which the registry compares them', () => {
  const pattern = parseModelPattern('Fraud*');
  const name = { catalog: '', schema: '', model: 'fraud_1' };
  expect(pattern.ok && matchesPattern(pattern.value, name, 'any')).toBe(false);
  expect(pattern.ok && matchesPattern(pattern.value, name, 'three-level')).toBe(true);
});
