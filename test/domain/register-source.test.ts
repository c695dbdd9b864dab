import { describe, expect, test } from 'vitest';
import { formatRegisterSource, parseRegisterSource } from '../../src/domain/register-source.ts';

const RUN = '0a1b2c3d4e5f60718293a4b5c6d7e8f9';

describe('each form of a source', () => {
  test.each([
    [`runs:/${RUN}/model`, { kind: 'run', run: RUN, path: 'model' }],
    [`runs:/${RUN}/models/a b/`, { kind: 'run', run: RUN, path: 'models/a b' }],
    ['models:/m-0123', { kind: 'logged-model', id: 'm-0123' }],
    ['models:/fraud/3', { kind: 'workspace-version', name: 'fraud', version: 3 }],
    ['model', { kind: 'folder', path: 'model' }],
    ['./out/model', { kind: 'folder', path: './out/model' }],
    ['/tmp/model', { kind: 'folder', path: '/tmp/model' }],
    [String.raw`C:\model`, { kind: 'folder', path: String.raw`C:\model` }],
    [' model ', { kind: 'folder', path: 'model' }],
  ] as const)('%s', (text, value) => {
    const parsed = parseRegisterSource(text);
    expect(parsed).toEqual({ ok: true, value });
  });

  test.each([`runs:/${RUN}/a/model`, 'models:/m-0123', 'models:/fraud/3', 'out/model'])(
    '%s is written as it was read',
    (text) => {
      const parsed = parseRegisterSource(text);
      expect(parsed.ok && formatRegisterSource(parsed.value)).toBe(text);
    },
  );
});

describe('what is none has one fault, which says what to write', () => {
  test.each([
    ['', /is no path/u, /Write runs:/u],
    ['a\0b', /is no path/u, /Write runs:/u],
    ['runs:/', /names no run/u, /Write runs:\/<run id>\/model/u],
    [`runs:${RUN}/model`, /names no run/u, /Write runs:/u],
    [`runs://${RUN}/model`, /names no run/u, /Write runs:/u],
    [`runs:/${RUN}`, /names a run and no model of it/u, /Write runs:/u],
    [`runs:/${RUN}/../other`, /no plain relative path/u, /Write runs:/u],
    [`runs:/${RUN}/a//b`, /no plain relative path/u, /Write runs:/u],
    [`runs:/${RUN}/${'a'.repeat(501)}`, /has a path of more than 500 characters/u, /Write runs:/u],
    ['models:/', /is not a model URI/u, /Write runs:/u],
    ['models:/fraud', /names no version/u, /Write runs:/u],
    ['models:/fraud/latest', /"latest" is not a version/u, /Write runs:/u],
    ['models:/fraud/Production', /is a stage/u, /Write runs:/u],
    ['models:/fraud@Champion', /names an alias/u, /Write the number of the version: models:\/fraud\/3/u],
    ['models:/staging.ml_team.fraud/3', /is a version of Unity Catalog already/u, /Use copy-version/u],
    ['models:/staging.ml_team.fraud@Champion', /is a version of Unity Catalog already/u, /copy-version/u],
    ['dbfs:/databricks/mlflow-tracking/1/2/artifacts', /begins with dbfs:/u, /Write runs:/u],
    ['s3://bucket/model', /begins with s3:/u, /Write runs:/u],
    ['https://host/model', /begins with https:/u, /Write runs:/u],
    ['file:///out/model', /begins with file:/u, /Write the path of the folder, without file:/u],
  ])('%j', (text, problem, fix) => {
    const parsed = parseRegisterSource(text);
    expect(parsed.ok).toBe(false);
    if (parsed.ok) return;
    expect(parsed.problem).toMatch(problem);
    expect(parsed.fix).toMatch(fix);
  });
});
