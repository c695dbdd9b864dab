import { describe, expect, test } from 'vitest';
import type { Tag } from '../../src/domain/model.ts';
import { decideRoom, type TagsWish } from '../../src/policy/tag-room.ts';
import { DATABRICKS_CAPABILITIES } from '../../src/registry/databricks/capabilities.ts';
import { MLFLOW_CAPABILITIES } from '../../src/registry/mlflow/capabilities.ts';

const RULES = { databricks: DATABRICKS_CAPABILITIES.tags, mlflow: MLFLOW_CAPABILITIES.tags } as const;
const MOVES = 'uc_promote_moves_0123456789ab';

const some = (count: number, ...more: readonly string[]): Tag[] =>
  [...Array.from({ length: count }, (_, index) => `t${index}`), ...more].map((key) => ({ key, value: 'v' }));
const set = (...keys: readonly string[]) => keys.map((key) => ({ key, value: 'v' }));

describe('how many tags there are in the end', () => {
  test.each<[string, keyof typeof RULES, Tag[], TagsWish, boolean]>([
    ['the last one', 'databricks', some(49), { set: set('a') }, true],
    ['one too many', 'databricks', some(50), { set: set('a') }, false],
    ['one that is there', 'databricks', some(49, 'a'), { set: set('a') }, true],
    ['one in place of another', 'databricks', some(50), { set: set('a'), remove: ['t0'] }, true],
    ['a removal of what is not there', 'databricks', some(50), { set: set('a'), remove: ['no'] }, false],
    ['a later one', 'databricks', some(49), { set: set('a'), later: [MOVES] }, false],
    ['a later one alone', 'databricks', some(50), { set: [], later: [MOVES] }, false],
    ['a later one that is there', 'databricks', some(49, MOVES), { set: [], later: [MOVES] }, true],
    ['nothing', 'databricks', some(60), { set: [] }, true],
    ['a removal where there are too many', 'databricks', some(60), { set: [], remove: ['t0'] }, true],
    ['a registry without a limit', 'mlflow', some(500), { set: set('a'), later: [MOVES] }, true],
  ])('%s (%s)', (_title, registry, tags, request, allowed) => {
    const decision = decideRoom(request, tags, RULES[registry]);
    expect(decision.allowed).toBe(allowed);
    expect(decision.findings.map(({ code }) => code)).toEqual(allowed ? [] : ['tag-count']);
  });

  test('it names the record that has no room', () => {
    const [finding] = decideRoom({ set: [], later: [MOVES] }, some(50), RULES.databricks).findings;
    expect(finding?.message).toBe(
      'The object would have 51 tags, uc_promote_moves_0123456789ab among them; at most 50 are allowed.',
    );
  });
});

describe('what a tag is like', () => {
  test.each([
    ['the longest value', 'a', 'x'.repeat(1000), 'databricks', []],
    ['a longer one', 'a', 'x'.repeat(1001), 'databricks', ['tag-length error']],
    ['the longest one of letters of two units', 'a', '𝒜'.repeat(1000), 'databricks', []],
    ['a longer key', 'k'.repeat(256), 'x', 'databricks', ['tag-length error']],
    ['a form that may be refused', 'a.b', 'x', 'databricks', ['tag-form warning']],
    ['a longer value of MLflow', 'a', 'x'.repeat(100_001), 'mlflow', ['tag-length error']],
    ['a value that only MLflow takes', 'a', 'x'.repeat(1001), 'mlflow', []],
  ] as const)('%s', (_title, key, value, registry, found) => {
    const { findings } = decideRoom({ set: [{ key, value }] }, [], RULES[registry]);
    expect(findings.map(({ code, severity }) => `${code} ${severity}`)).toEqual(found);
  });

  test('a registry without tags has no rule for them', () => {
    expect(decideRoom({ set: set('a'), later: [MOVES] }, some(99), 'none').findings).toEqual([]);
  });
});
