import { describe, expect, test } from 'vitest';
import { formatFullName, parseModelName, type FullName, type Naming } from '../../src/domain/full-name.ts';
import { parseModelPattern } from '../../src/domain/model-pattern.ts';
import { DATABRICKS_CAPABILITIES } from '../../src/registry/databricks/capabilities.ts';
import { MLFLOW_CAPABILITIES } from '../../src/registry/mlflow/capabilities.ts';
import { findModels } from '../../src/facts/models.ts';

const CAPABILITIES = { any: MLFLOW_CAPABILITIES, 'three-level': DATABRICKS_CAPABILITIES } as const;

/** What patterns find among these models, where names are compared so. */
async function found(naming: Naming, models: readonly string[], ...patterns: string[]): Promise<string[]> {
  const names = models.map((text): FullName => {
    const parsed = parseModelName(text);
    if (!parsed.ok) throw new Error(parsed.problem);
    return parsed.value;
  });
  const parsed = patterns.map((text) => {
    const pattern = parseModelPattern(text);
    if (!pattern.ok) throw new Error(pattern.problem);
    return pattern.value;
  });
  const registry = {
    capabilities: CAPABILITIES[naming],
    async *listRegisteredModels() {
      yield* names;
    },
  };
  return (await findModels(parsed, registry)).names.map(formatFullName);
}

describe('names where the registry compares them with case', () => {
  const MODELS = ['A_B', 'a_b', 'a_c', 'ml.Team.fraud', 'ml.team.fraud'];

  test.each([
    ['a_*', ['a_b', 'a_c']],
    ['A_*', ['A_B']],
    ['*_b', ['a_b']],
    ['ml.team.*', ['ml.team.fraud']],
    ['ml.Team.f*', ['ml.Team.fraud']],
  ] as const)('%s means %j', async (pattern, wanted) => {
    expect(await found('any', MODELS, pattern)).toEqual(wanted);
  });

  test('are each one of their own: none hides another', async () => {
    expect(await found('any', MODELS, '*')).toEqual([...MODELS].sort());
    expect(await found('any', MODELS, 'A_B', 'a_b')).toEqual(['A_B', 'a_b']);
  });
});

describe('names where the registry compares them without case', () => {
  const MODELS = ['ml.team.fraud', 'ml.team.churn'];

  test('are found by a pattern in any spelling, each once', async () => {
    expect(await found('three-level', MODELS, 'ML.Team.F*')).toEqual(['ml.team.fraud']);
    expect(await found('three-level', MODELS, 'ML.TEAM.*', 'ml.team.fraud')).toHaveLength(2);
  });
});
