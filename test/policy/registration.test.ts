import { describe, expect, test } from 'vitest';
import type { LoggedModel, ModelOutput } from '../../src/domain/tracking.ts';
import { chooseModel, decideLoggedModel } from '../../src/policy/registration.ts';
import { copiedFrom } from '../../src/policy/equal-versions.ts';
import { isRegistered, registeredMark } from '../../src/policy/origin.ts';
import { earlierCopies } from '../../src/facts/copy/earlier.ts';
import type { ModelVersion } from '../../src/domain/model.ts';

const model = (id: string): LoggedModel => ({
  id,
  name: 'model',
  status: 'LOGGED_MODEL_READY',
  artifactUri: '',
});
const at = (modelId: string, step: number): ModelOutput => ({ modelId, step });

describe('of the models that a run logged under one name', () => {
  test.each<[string, string[], ModelOutput[], string]>([
    ['none', [], [], 'none'],
    ['the only one', ['m-1'], [], 'm-1'],
    ['the only one, whatever its step', ['m-1'], [at('m-2', 9)], 'm-1'],
    ['that of the largest step', ['m-1', 'm-2', 'm-3'], [at('m-1', 1), at('m-2', 30), at('m-3', 4)], 'm-2'],
    ['one with a step before one without', ['m-1', 'm-2'], [at('m-1', 0)], 'm-1'],
    [
      'several at the largest step',
      ['m-1', 'm-2', 'm-3'],
      [at('m-1', 2), at('m-2', 2), at('m-3', 1)],
      'm-1 m-2',
    ],
    ['several without a step', ['m-1', 'm-2'], [], 'm-1 m-2'],
  ])('%s', (_title, ids, outputs, chosen) => {
    const found = chooseModel(ids.map(model), { outputs });
    const text = {
      none: () => 'none',
      one: () => (found.kind === 'one' ? found.model.id : ''),
      several: () => (found.kind === 'several' ? found.models.map(({ id }) => id).join(' ') : ''),
    }[found.kind]();
    expect(text).toBe(chosen);
  });
});

test.each([
  ['LOGGED_MODEL_READY', []],
  ['LOGGED_MODEL_PENDING', ['logged-model-not-ready']],
  ['LOGGED_MODEL_UPLOAD_FAILED', ['logged-model-not-ready']],
  ['', ['logged-model-not-ready']],
  ['SOMETHING_NEW', ['logged-model-not-ready']],
])('a logged model in status %j', (status, codes) => {
  const decision = decideLoggedModel({ ...model('m-1'), status });
  expect(decision.findings.map(({ code }) => code)).toEqual(codes);
  expect(decision.allowed).toBe(codes.length === 0);
});

describe('a registered version is no copy; only its own source shows that', () => {
  const SHA = `folder sha256:${'a'.repeat(64)}`;
  test.each([
    ['runs:/1/model', 'dbfs:/databricks/mlflow-tracking/1/1/artifacts/model', true],
    ['runs:/1/model', undefined, true],
    ['models:/m-1', 'models:/m-1', true],
    [SHA, '/tmp/model', true],
    ['workspace 42 models:/fraud/3', 'models:/fraud/3', true],
    ['workspace models:/fraud/3', 'models:/fraud/3', true],
    ['workspace 42 models:/fraud/3', 'models:/fraud/4', false],
    ['runs:/1/model', 'models:/staging.ml.fraud/3', false],
    [SHA, 'models:/staging.ml.fraud/3', false],
    ['workspace 42 models:/staging.ml.fraud/3', 'models:/staging.ml.fraud/3', false],
    ['models:/staging.ml.fraud/3', 'models:/staging.ml.fraud/3', false],
    ['garbage', '/tmp/model', false],
  ])('mark %s, source %s: %s', (mark, source, registered) => {
    expect(isRegistered(mark, source)).toBe(registered);
    const version = versionOf({ mark, ...(source === undefined ? {} : { source }) });
    expect(copiedFrom(version)).toBe(registered ? undefined : mark);
  });
});

describe('versions that an earlier run registered of the same', () => {
  test.each([
    ['the same run and place', 'runs:/1/model', 'dbfs:/a/model', [1]],
    ['the same run, of another source', 'runs:/1/model', 'dbfs:/b/model', []],
    ['another run', 'runs:/2/model', 'dbfs:/a/model', []],
  ])('%s', (_title, mark, source, found) => {
    const wanted = registeredMark('runs:/1/model', 'three-level', 'dbfs:/a/model');
    const numbers = earlierCopies(wanted, [versionOf({ mark, source })]).map(({ version }) => version);
    expect(numbers).toEqual(found);
  });

  test('a folder is the same wherever it lies', () => {
    const mark = `folder sha256:${'a'.repeat(64)}`;
    const wanted = registeredMark(mark, 'three-level');
    expect(earlierCopies(wanted, [versionOf({ mark, source: '/other/place' })])).toHaveLength(1);
  });
});

function versionOf({ mark, source }: { mark: string; source?: string }): ModelVersion {
  return {
    name: { catalog: 'staging', schema: 'ml', model: 'fraud' },
    version: 1,
    status: 'READY',
    ...(source === undefined ? {} : { source }),
    aliases: [],
    tags: [
      { key: 'uc_promote_origin', value: mark },
      { key: 'uc_promote_run', value: 'acme/models/1/1/m0000000-00000000' },
    ],
    dependencies: [],
  };
}
