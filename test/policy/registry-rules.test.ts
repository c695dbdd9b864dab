import { describe, expect, test } from 'vitest';
import type { FullName } from '../../src/domain/full-name.ts';
import type { ModelVersion, RegisteredModel } from '../../src/domain/model.ts';
import { tagFaults } from '../../src/domain/tag-keys.ts';
import { decideAlias } from '../../src/policy/alias/decide.ts';
import { auditModel } from '../../src/policy/audit/audit.ts';
import { decideCopy } from '../../src/policy/copy.ts';
import { decideTags } from '../../src/policy/tags.ts';
import { DATABRICKS_CAPABILITIES } from '../../src/registry/databricks/capabilities.ts';
import { MLFLOW_CAPABILITIES } from '../../src/registry/mlflow/capabilities.ts';

// The same decisions under the rules of two registries: policy sees what they declare, and nothing else of them.

const RULES = { databricks: DATABRICKS_CAPABILITIES, mlflow: MLFLOW_CAPABILITIES } as const;
const NAME: FullName = { catalog: 'prod', schema: 'ml', model: 'fraud' };

function modelWith(...aliases: readonly string[]): RegisteredModel {
  return { name: NAME, aliases: aliases.map((alias, index) => ({ alias, version: index + 1 })) };
}

function versionOf(version: number, tags: number): ModelVersion {
  return {
    name: NAME,
    version,
    status: 'READY',
    aliases: [],
    tags: Array.from({ length: tags }, (_, index) => ({ key: `tag_${index}`, value: 'v' })),
    dependencies: [],
  };
}

const TEN = Array.from({ length: 10 }, (_, index) => `alias-${index}`);
const ELEVEN = [...TEN, 'alias-10'];

describe('an alias move', () => {
  test.each([
    ['databricks', ['champion'], ['alias-spelling']],
    ['mlflow', ['champion'], []],
    ['databricks', TEN, ['alias-count']],
    ['mlflow', TEN, []],
  ] as const)('%s, beside %s', (registry, others, codes) => {
    const request = { name: NAME, alias: 'Champion', to: 1 };
    const decision = decideAlias(request, null, modelWith(...others), RULES[registry]);
    expect(decision.allowed).toBe(true);
    expect(decision.findings.map(({ code }) => code)).toEqual(codes);
  });
});

describe('an audit', () => {
  test.each([
    ['databricks', ['Champion', 'champion'], ['alias-case']],
    ['mlflow', ['Champion', 'champion'], []],
    ['databricks', ELEVEN, ['alias-count']],
    ['mlflow', ELEVEN, []],
  ] as const)('%s, of the aliases %s', (registry, aliases, codes) => {
    const findings = auditModel(
      {
        name: NAME,
        tags: [],
        aliases: modelWith(...aliases).aliases,
        audited: [],
        ready: new Set(),
        unready: [],
      },
      {
        aliases: [],
        required: [],
        aliasRules: [],
        pins: new Map(),
        origins: [],
        now: 0,
        rules: RULES[registry],
        names: 'three-level',
      },
    );
    expect(findings.map(({ code }) => code)).toEqual(codes);
  });
});

describe('a copy', () => {
  const decideFor = (registry: keyof typeof RULES, destination: FullName, tags: number) =>
    decideCopy(
      { copyTags: ['*'], statusKeys: [] },
      {
        source: { uri: 'models:/staging.ml_team.fraud/1', ...versionOf(1, tags) },
        relation: 'one-workspace',
        files: [{ path: 'MLmodel', size: 1 }],
        destination,
        maxFileSize: 10,
        maxInParts: 0,
        rules: RULES[registry],
      },
    ).findings.map(({ code }) => code);

  test.each([
    ['databricks', 'FRAUD', ['copy-onto-itself']],
    ['mlflow', 'FRAUD', []],
    ['mlflow', 'fraud', ['copy-onto-itself']],
  ] as const)('%s, of fraud onto %s', (registry, model, codes) => {
    expect(decideFor(registry, { ...NAME, model }, 0)).toEqual(codes);
  });

  test.each([
    ['databricks', 45, []],
    ['databricks', 46, ['tag-count']],
    ['mlflow', 500, []],
  ] as const)('%s, with %i tags', (registry, tags, codes) => {
    expect(decideFor(registry, { ...NAME, model: 'other' }, tags)).toEqual(codes);
  });
});

describe('labels', () => {
  test.each([
    ['databricks', 49, 'fine_key', []],
    ['databricks', 50, 'fine_key', ['tag-count']],
    ['mlflow', 50, 'fine_key', []],
    ['databricks', 0, 'stage.name', ['tag-form']],
    ['mlflow', 0, 'stage.name', []],
    ['mlflow', 0, 'stage,name', ['tag-form']],
  ] as const)('%s, beside %i tags, the key %s', (registry, count, key, codes) => {
    const { tags } = versionOf(1, count);
    const target = { kind: 'version', name: NAME, version: 1 } as const;
    const decision = decideTags(
      { target, set: [{ key, value: 'v' }], remove: [] },
      { tags, description: '', rules: RULES[registry].tags },
    );
    expect(decision.findings.map(({ code }) => code)).toEqual(codes);
    expect(decision.changes).toHaveLength(1);
  });
});

describe('a tag', () => {
  test.each([
    ['databricks', 'fine_key', 1000, 0],
    ['databricks', 'a.b', 1, 1],
    ['databricks', ' a-b ', 1001, 3],
    ['databricks', 'k'.repeat(256), 0, 1],
    ['mlflow', 'a.b-c: d/e', 100_000, 0],
    ['mlflow', 'k'.repeat(251), 100_001, 2],
    ['mlflow', 'größe', 1, 0],
    ['mlflow', 'a=b', 1, 1],
    ['mlflow', '/a', 1, 1],
    ['mlflow', 'a//b', 1, 1],
    ['mlflow', 'a/../b', 1, 1],
    ['mlflow', '.', 1, 1],
  ] as const)('%s, key %s, value of %i characters: %i warnings', (registry, key, length, warnings) => {
    const rules = RULES[registry].tags;
    if (rules === 'none') throw new Error('a registry of this table has tags');
    expect(tagFaults(key, 'x'.repeat(length), rules)).toHaveLength(warnings);
  });
});
