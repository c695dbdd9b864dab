import { describe, expect, test } from 'vitest';
import { checkConnection } from '../../src/actions/check-connection.ts';
import { copyVersion } from '../../src/actions/copy-version.ts';
import { promote } from '../../src/actions/promote.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { validateSignature } from '../../src/actions/validate-signature.ts';
import { MAX_MLMODEL_BYTES } from '../../src/mlmodel/mlmodel.ts';
import { world, type ActionRun } from './harness.ts';
import { filesWith, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';

const RESOURCES =
  "resources:\n  api_version: '1'\n  databricks:\n    serving_endpoint: [{name: embeddings}]\n";
const FEATURE_STORE =
  'flavors:\n  python_function:\n    loader_module: databricks.feature_store.mlflow_model\n';
const LARGE = `flavors: {}\n${RESOURCES}# ${'x'.repeat(MAX_MLMODEL_BYTES)}\n`;

/** The demo's world with one more version of the staging model, and its number. */
async function withMlmodel(mlmodel: string) {
  const started = await world();
  const version = started.emulator.metastore.addVersion(STAGING, { files: filesWith(mlmodel) });
  return { ...started, source: `models:/${STAGING}/${version}`, version: String(version) };
}

/** The dependencies that the creation of a version sent. */
function sentDependencies(seen: ActionRun): unknown {
  const created = seen.records.filter(({ template }) => template.endsWith('/model-versions/create'));
  expect(created.length).toBe(1);
  return (created[0]?.json as Record<string, unknown>)['model_version_dependencies'];
}

const warnings = (seen: ActionRun): readonly string[] =>
  seen.report.checks.flatMap(({ decision }) => decision?.findings.map(({ code }) => code) ?? []);

/** The summary with its characters as a reader sees them. */
const textOf = (seen: ActionRun): string =>
  seen.summary.replace(/&#(\d+);/gu, (_, code: string) => String.fromCodePoint(Number(code)));

describe.each(['warn', 'off'])('MLmodel cannot be read, require-signature: %s', (mode) => {
  test.each([
    ['no YAML', `a:\tb\n${RESOURCES}`],
    ['resources of a shape on which MLflow fails', 'flavors: {}\nresources: [a]\n'],
  ])('dependencies are unknown, and the copy says so: %s', async (_name, mlmodel) => {
    const { run, source } = await withMlmodel(mlmodel);
    const inputs = { source, destination: PROD, 'require-signature': mode };
    for (const dry of ['true', 'false']) {
      const seen = await run(copyVersion, { ...inputs, 'dry-run': dry });
      expect(seen.outputs['outcome']).toBe('ok');
      expect(warnings(seen)).toContain('dependencies-unknown');
      expect(textOf(seen)).toContain('Not copied: dependencies. Whether there are any is unknown');
      if (dry === 'false') expect(sentDependencies(seen)).toBeUndefined();
    }
  });

  test('what can be read travels, though MLflow cannot load the file', async () => {
    const { run, source } = await withMlmodel(`${FEATURE_STORE}${RESOURCES}created: 2024-02-30\n`);
    const seen = await run(promote, {
      source,
      destination: PROD,
      'require-signature': mode,
      compatibility: 'none',
    });
    expect(seen.outputs['outcome']).toBe('ok');
    expect(sentDependencies(seen)).toEqual([{ type: 'DATABRICKS_MODEL_ENDPOINT', name: 'embeddings' }]);
    expect(warnings(seen)).toContain('signature-feature-store');
    expect(warnings(seen)).not.toContain('dependencies-unknown');
    expect(textOf(seen)).toContain('one dependency that MLmodel lists');
  });

  test('whether the Feature Store packaged it is unknown, and said', async () => {
    const { run, source } = await withMlmodel(`${FEATURE_STORE}\tx\n`);
    const seen = await run(copyVersion, { source, destination: PROD, 'require-signature': mode });
    expect(warnings(seen)).toContain('signature-feature-store-unknown');
  });

  test('a file above the limit stands in no way', async () => {
    const { run, source } = await withMlmodel(LARGE);
    const copied = await run(copyVersion, { source, destination: PROD, 'require-signature': mode });
    expect(copied.outputs['outcome']).toBe('ok');
    expect(warnings(copied)).toEqual(
      expect.arrayContaining(['dependencies-unknown', 'signature-feature-store-unknown']),
    );
    const moved = await run(setAlias, {
      model: PROD,
      alias: 'Candidate',
      version: copied.outputs['version'] ?? '',
      'require-signature': mode,
    });
    expect(moved.outputs['outcome']).toBe('ok');
  });
});

test('a model without resources has none, which is not said as unknown', async () => {
  const { run } = await world();
  const seen = await run(copyVersion, { source: `models:/${STAGING}/1`, destination: PROD });
  expect(warnings(seen)).toEqual([]);
  expect(textOf(seen)).not.toContain('dependenc');
});

test('the limit is named, with what to do, where the signature is checked', async () => {
  const { run, version } = await withMlmodel(LARGE);
  const seen = await run(validateSignature, { model: STAGING, version });
  expect(seen.outputs['outcome']).toBe('blocked');
  expect(textOf(seen)).toContain('more than 32000000 bytes');
  expect(textOf(seen)).toContain('require-signature: off');
  expect(textOf(seen)).not.toContain('Log the model again');
  expect(textOf(seen)).toContain('unknown, because MLmodel cannot be read');
});

test('the limit is no fault of the connection', async () => {
  const { run, version } = await withMlmodel(LARGE);
  const seen = await run(checkConnection, { model: STAGING });
  expect(seen.outputs['outcome']).toBe('ok');
  expect(textOf(seen)).toContain(`MLmodel of version ${version}, more than 32000000 bytes`);
});
