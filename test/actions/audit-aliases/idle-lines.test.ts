import { describe, expect, test } from 'vitest';
import type { Fault, FaultRule } from '../../../emulator/index.ts';
import { auditAliases } from '../../../src/actions/audit-aliases.ts';
import { GOOD_FILES, PROD } from '../../../emulator/seeds/demo-models.ts';
import { world } from '../harness.ts';

const OTHER = 'prod.ml_team.churn';

async function twoModels() {
  const started = await world();
  const { metastore } = started.emulator;
  metastore.createModel(OTHER, { owner: 'ml-deployers' });
  metastore.addVersion(OTHER, { files: GOOD_FILES });
  metastore.setAlias(OTHER, 'Challenger', 1);
  return started;
}

describe('a line that sees nothing is no clean bill', () => {
  for (const [title, inputs, line] of [
    [
      'one pattern of two, of a schema that is not there',
      { models: 'prod.ml_team.*\nprod.ml_taem.*' },
      'prod.ml_taem.*: no model that the caller can see matches it',
    ],
    [
      'one pattern of two, by its prefix',
      { models: 'prod.ml_team.fruad_*\nprod.*' },
      'prod.ml_team.fruad_*: no model that the caller can see matches it',
    ],
    [
      'the only alias',
      { models: 'prod.ml_team.*', aliases: 'Champoin' },
      'alias Champoin: no model that was read has it',
    ],
    [
      'one alias of two',
      { models: 'prod.ml_team.*', aliases: 'champion\nCanary' },
      'alias Canary: no model that was read has it',
    ],
  ] as const) {
    test(title, async () => {
      const { run } = await twoModels();
      const seen = await run(auditAliases, inputs);
      expect(seen.outputs).toMatchObject({ outcome: 'partial', allowed: 'false', 'models-seen': '2' });
      expect(seen.exitCode).toBe(1);
      expect(seen.verdict).toContain('no findings in 2 models, 1 line matched nothing');
      expect(JSON.stringify(seen.blocks)).toContain(line);
    });
  }

  test('lines that each see something are ok, though no one model has both aliases', async () => {
    const { run } = await twoModels();
    const seen = await run(auditAliases, {
      models: 'prod.ml_team.fraud_*\nPROD.ML_TEAM.churn',
      aliases: 'CHAMPION\nchallenger',
    });
    expect([seen.outputs['outcome'], seen.exitCode]).toEqual(['ok', 0]);
  });

  test('a finding stays what fails the step', async () => {
    const { run, emulator } = await twoModels();
    emulator.metastore.setAlias(PROD, 'Gone', 99);
    const seen = await run(auditAliases, { models: 'prod.*\nprod.nowhere.*' });
    expect([seen.outputs['outcome'], seen.outputs['count']]).toEqual(['blocked', '1']);
    expect(seen.verdict).toContain('1 line matched nothing');
  });
});

describe('a response that is not about the model is no response about it', () => {
  /** What is asked of the second of the two models. */
  const MODEL: Partial<FaultRule> = { path: /registered-models\/get$/u, skip: 1, times: 1 };
  const VERSIONS: Partial<FaultRule> = {
    path: /unity-catalog\/models\/prod\.ml_team\.fraud_detection\/versions$/u,
    times: Infinity,
  };
  const empty: Fault = {
    kind: 'status',
    status: 200,
    body: '{"registered_model":{}}',
    contentType: 'application/json',
  };
  for (const [title, rule, kind] of [
    ['the model is {}', MODEL, empty],
    ['the model has no name', MODEL, { kind: 'missing-field', field: 'name' }],
    ['the model is another', MODEL, { kind: 'set-field', field: 'name', value: OTHER }],
    ['a version has no model', VERSIONS, { kind: 'missing-field', field: 'model_name' }],
    ['a version is of another model', VERSIONS, { kind: 'set-field', field: 'model_name', value: 'churn' }],
    [
      'a version is of the same name in another schema',
      VERSIONS,
      { kind: 'set-field', field: 'schema_name', value: 'ml_other' },
    ],
  ] as const satisfies readonly (readonly [string, Partial<FaultRule>, Fault])[]) {
    test(title, async () => {
      const { run, emulator } = await twoModels();
      emulator.faults.add({ method: 'GET', ...rule, kind });
      const seen = await run(auditAliases, { models: 'prod.ml_team.*' });
      expect(seen.outputs).toMatchObject({ outcome: 'partial', allowed: 'false', 'models-seen': '1' });
      expect(JSON.stringify(seen.blocks)).toContain(`the model ${PROD} was requested`);
    });
  }
});
