import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { SignatureFacts } from '../../src/domain/model-signature.ts';
import { parseMlmodel } from '../../src/mlmodel/mlmodel.ts';

interface Verdict {
  readonly name: string;
  readonly text: string;
  readonly state: 'declared' | 'absent' | 'fails';
  readonly flavors: readonly string[] | null;
  readonly dependencies: readonly unknown[] | null;
  readonly featureStore: boolean | null;
}

const TABLE = new URL('../fixtures/mlmodel-verdicts.json', import.meta.url);
const { mlflow, cases } = JSON.parse(readFileSync(TABLE, 'utf8')) as {
  readonly mlflow: string;
  readonly cases: readonly Verdict[];
};

/** A signature that declares nothing is kept, to say what is missing; MLflow refuses it. */
function stateOf(facts: SignatureFacts): string {
  if (facts.state === 'unreadable') return 'fails';
  if (facts.state !== 'declared') return facts.state;
  const { inputs, outputs, params } = facts.signature;
  return inputs === null && outputs === null && params === null ? 'fails' : 'declared';
}

describe(`small files, as MLflow ${mlflow} and PyYAML read them`, () => {
  test('are many, and of every state', () => {
    expect(cases.length).toBeGreaterThan(150);
    expect(new Set(cases.map(({ state }) => state))).toEqual(new Set(['declared', 'absent', 'fails']));
  });

  test.each(cases)('$name: $state', ({ text, state, flavors, dependencies, featureStore }) => {
    const seen = parseMlmodel(Buffer.from(text));
    expect(stateOf(seen.signature)).toBe(state);
    if (state === 'fails') return;
    expect(seen).toMatchObject({ flavors, featureStorePackaged: featureStore });
    expect(seen.dependencies ?? null).toEqual(dependencies);
  });
});
