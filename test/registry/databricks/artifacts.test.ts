import { describe, expect, test } from 'vitest';
import { artifactPlace } from '../../../src/registry/databricks/files/artifact-place.ts';
import type { LoggedRun } from '../../../src/domain/tracking.ts';
import { generatedSlice } from '../../../emulator/index.ts';
import { Part } from '../../../src/transfer/part.ts';
import { registryBench } from '../registry-bench.ts';

describe('where artifacts lie', () => {
  test.each([
    [
      'dbfs:/databricks/mlflow-tracking/17/0a1b/artifacts/model',
      { files: '/WorkspaceInternal/Mlflow/Artifacts/17/Runs/0a1b/artifacts/model', signs: true },
    ],
    [
      'dbfs:/databricks/mlflow-tracking/17/0a1b/artifacts/models/a b/',
      { files: '/WorkspaceInternal/Mlflow/Artifacts/17/Runs/0a1b/artifacts/models/a b', signs: true },
    ],
    [
      'dbfs:/databricks/mlflow-tracking/17/logged_models/m-1/artifacts',
      { files: '/WorkspaceInternal/Mlflow/Artifacts/17/LoggedModels/m-1/artifacts', signs: true },
    ],
    ['dbfs:/Volumes/main/ml/v/0a1b/artifacts', { files: '/Volumes/main/ml/v/0a1b/artifacts', signs: false }],
  ])('%s', (uri, place) => {
    expect(artifactPlace(uri)).toEqual(place);
  });

  test.each([
    's3://bucket/mlflow/17/0a1b/artifacts',
    'abfss://c@account.dfs.core.windows.net/mlflow',
    'dbfs:/mnt/lake/model',
    'dbfs:/databricks/mlflow-tracking/17/tr-0a1b/artifacts',
    'mlflow-artifacts:/0/0a1b/artifacts',
    '',
  ])('%j is no place that the workspace reads for its callers', (uri) => {
    expect(() => artifactPlace(uri)).toThrow(/which the workspace does not read for its callers/u);
  });
});

const run: LoggedRun = {
  id: 'r1',
  experiment: '17',
  isDeleted: false,
  artifactUri: 'dbfs:/databricks/mlflow-tracking/17/r1/artifacts',
  outputs: [],
};

describe('a listing of artifacts that leads elsewhere', () => {
  const listing = async (path?: string) => {
    const { registry, emulator } = await registryBench({ switches: { artifactRoute: 'artifact-calls' } });
    emulator.metastore.addRun({
      runId: 'r1',
      experimentId: '17',
      files: { 'model/MLmodel': 'x', 'model/data/a.bin': 'abc', 'other/b': 'y' },
    });
    if (path !== undefined)
      emulator.faults.add({
        template: /artifacts\/list$/u,
        times: Infinity,
        kind: { kind: 'set-field', field: 'path', value: path },
      });
    return registry.tracking?.openRun(run, 'model').list();
  };

  test('its paths are below the folder that was asked for', async () => {
    expect(await listing()).toEqual([
      { path: 'MLmodel', size: 1 },
      { path: 'data/a.bin', size: 3 },
    ]);
  });

  test.each(['other/b', '/etc/passwd', 'model/../other/b', 'model/a/../../b'])(
    '%s is refused',
    async (path) => {
      await expect(listing(path)).rejects.toThrow(/no file was read or written/u);
    },
  );
});

describe('a part of a large file', () => {
  const size = 53 * 1024 * 1024;
  const start = 50 * 1024 * 1024;

  test.each([
    ['files-api', 'signed URL', /create-download-url$/u],
    ['artifact-calls', 'artifact calls', /credentials-for-read$/u],
  ] as const)('%s: by %s', async (artifactRoute, route, call) => {
    const { registry, emulator } = await registryBench({ switches: { artifactRoute } });
    const files = { 'model/MLmodel': 'x', 'model/weights.bin': { generated: true, size, seed: 5 } } as const;
    emulator.metastore.addRun({ runId: 'r1', experimentId: '17', files });
    const source = registry.tracking?.openRun(run, 'model');
    await source?.list();
    const reader = source?.openRanges?.({ path: 'weights.bin', size });
    const part = new Part({ index: 1, start, isLast: false }, new Uint8Array(4096));
    await reader?.fill(part);
    expect(Buffer.from(part.bytes).equals(generatedSlice(5, start, 4096))).toBe(true);
    expect(reader?.choice.route).toBe(route);
    expect(emulator.requests.some(({ template }) => call.test(template))).toBe(true);
  });
});
