import { describe, expect, test } from 'vitest';
import { validateSignature } from '../../src/actions/validate-signature.ts';
import { expectRefused, outputsOf } from './expectations.ts';
import { TOKENS, world } from './harness.ts';
import { grantUntilAllowed } from './remedies.ts';
import { filesWith, moreVersions, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';

const HEAD = 'flavors:\n  sklearn:\n    pickled_model: model.pkl\n';
const COLUMN = '[{"type": "double", "name": "x", "required": true}]';

test('a complete signature: outputs, summary, and one file read', async () => {
  const { run } = await world();
  const seen = await run(validateSignature, { model: STAGING, version: '1' });
  const { signature, ...outputs } = outputsOf(seen);
  expect(outputs).toEqual({
    version: '1',
    uri: `models:/${STAGING}/1`,
    allowed: 'true',
    valid: 'true',
    outcome: 'ok',
    changed: 'false',
    'would-change': 'false',
  });
  expect(JSON.parse(signature ?? '')).toEqual({
    inputs: [
      { type: 'double', name: 'amount', required: true },
      { type: 'long', name: 'country_code', required: true },
      { type: 'double', name: 'merchant_risk', required: true },
      { type: 'boolean', name: 'night', required: true },
    ],
    outputs: [{ type: 'long', name: 'is_fraud', required: true }],
    params: null,
  });
  expect(seen.verdict).toBe(`✅ OK: models:/${STAGING}/1 declares inputs and outputs`);
  expect(seen.requests).toEqual([
    'GET fs/files/{path*}',
    'GET mlflow/model-versions/get',
    'GET mlflow/registered-models/get',
    'GET scim/Me',
    'GET uc/catalogs/{name}',
    'GET uc/effective-permissions/{securable_type}/{full_name}',
    'GET uc/effective-permissions/{securable_type}/{full_name}',
    'GET uc/effective-permissions/{securable_type}/{full_name}',
    'GET uc/models/{full_name}',
    'GET uc/schemas/{full_name}',
  ]);
  expect(seen.records.find(({ template }) => template.includes('/fs/'))?.path).toMatch(/\/1\/MLmodel$/u);
  expect([seen.exitCode, seen.annotations, seen.after]).toEqual([0, [], seen.before]);
  const folded = seen.blocks.find((block) => block.kind === 'details' && block.title === 'Signature');
  expect(JSON.stringify(folded)).toContain('merchant_risk');
});

test('by alias, whatever its case; the uri has the number', async () => {
  const { run } = await world();
  const seen = await run(validateSignature, { model: PROD, alias: 'CHAMPION' });
  expect(seen.outputs).toMatchObject({
    version: '1',
    uri: `models:/${PROD}/1`,
    valid: 'true',
    outcome: 'ok',
  });
});

test('column names with anything in them stay text', async () => {
  const { run, emulator } = await world();
  const hostile = '::error::x\\n<script>|`@all';
  const mlmodel = `${HEAD}signature:\n  inputs: '[{"type": "double", "name": "${hostile}", "required": true}]'\n  outputs: '${COLUMN}'\n`;
  emulator.metastore.addVersion(STAGING, { files: filesWith(mlmodel) });
  const seen = await run(validateSignature, { model: STAGING, version: '3' });
  expect(seen.outputs['outcome']).toBe('ok');
  expect(seen.summary).not.toContain('<script>');
  expect(seen.log.filter((line) => line.startsWith('::'))).toEqual([]);
});

describe('what is not complete: blocked, says which half, and the fix; the outputs are there all the same', () => {
  for (const [title, mlmodel, message] of [
    ['no signature', HEAD, /neither inputs nor outputs/u],
    ['null', `${HEAD}signature: null\n`, /neither inputs nor outputs|null/u],
    ['an empty map', `${HEAD}signature: {}\n`, /inputs and outputs are missing/u],
    ['inputs only', `${HEAD}signature:\n  inputs: '${COLUMN}'\n  outputs: null\n`, /outputs/u],
    ['outputs only', `${HEAD}signature:\n  inputs: null\n  outputs: '${COLUMN}'\n`, /inputs/u],
    [
      'params only',
      `${HEAD}signature:\n  inputs: null\n  outputs: null\n  params: '[{"name": "k", "type": "long", "default": 3, "shape": null}]'\n`,
      /inputs|outputs/u,
    ],
    ['not JSON', `${HEAD}signature:\n  inputs: nope\n  outputs: '${COLUMN}'\n`, /inputs.*JSON|JSON.*inputs/u],
    ['empty lists', `${HEAD}signature:\n  inputs: '[]'\n  outputs: '[]'\n`, /inputs|outputs/u],
    ['not YAML', '{{{', /YAML/u],
    ['an HTML page', '<!doctype html><html><body>Sign in</body></html>', /MLmodel|YAML/u],
    ['an empty file', '', /MLmodel|empty|signature/u],
    ['no MLmodel', undefined, /MLmodel/u],
  ] as const) {
    test(title, async () => {
      const { run, emulator } = await world();
      emulator.metastore.addVersion(STAGING, { files: filesWith(mlmodel) });
      const seen = await run(validateSignature, { model: STAGING, version: '3' });
      expectRefused(seen, 'blocked');
      expect(seen.outputs).toMatchObject({
        version: '3',
        uri: `models:/${STAGING}/3`,
        valid: 'false',
        allowed: 'false',
      });
      expect(seen.report.error?.message).toMatch(message);
      expect(seen.report.error?.fix).toBeTruthy();
    });
  }
});

test('a version that is pending or on hold is not allowed, even with a good signature', async () => {
  const { run, emulator } = await world();
  moreVersions(emulator.metastore);
  for (const version of ['4', '5', '6']) {
    const seen = await run(validateSignature, { model: PROD, version });
    expectRefused(seen, 'blocked');
    expect(seen.outputs).toMatchObject({ allowed: 'false' });
  }
});

test('warn: it goes on, says what is missing, and allowed stays what the checks say', async () => {
  const { run } = await world();
  const seen = await run(validateSignature, { model: STAGING, version: '2', 'require-signature': 'warn' });
  expect(seen.outputs).toMatchObject({ outcome: 'ok', valid: 'false', allowed: 'true' });
  expect(seen.annotations.map(({ level, title }) => [level, title])).toEqual([
    ['warning', 'validate-signature: Signature'],
  ]);
  expect(seen.verdict).toBe(`✅ OK: models:/${STAGING}/2 has no usable signature`);
});

test('off: the verdict line says that it was not checked', async () => {
  const { run } = await world();
  const seen = await run(validateSignature, { model: STAGING, version: '2', 'require-signature': 'off' });
  expect(seen.outputs).toMatchObject({ valid: 'false' });
  expect(seen.verdict).toContain('Not checked: Signature');
});

describe('inputs', () => {
  for (const [title, inputs, message] of [
    [
      'both',
      { model: STAGING, version: '1', alias: 'Champion' },
      'Inputs `version` and `alias`: both are given.',
    ],
    ['neither', { model: STAGING }, 'Inputs `version` or `alias`: none is given.'],
    [
      'a URI',
      { model: `models:/${STAGING}/1`, version: '1' },
      `Input \`model\`: "models:/${STAGING}/1" is a model URI, but a name is expected.`,
    ],
    ['version 0', { model: STAGING, version: '0' }, 'Input `version`: "0" is not a version number.'],
    [
      'latest',
      { model: STAGING, version: 'latest' },
      'Input `version`: "latest" is not a version in Unity Catalog.',
    ],
    [
      'a reserved alias',
      { model: STAGING, alias: 'v1' },
      'Input `alias`: "v1" is reserved: "v" followed by digits means a version number.',
    ],
  ] as const) {
    test(title, async () => {
      const { run } = await world();
      const seen = await run(validateSignature, inputs);
      expectRefused(seen, 'invalid');
      expect([seen.report.error?.message, seen.requests]).toEqual([message, []]);
    });
  }
  for (const [title, inputs, message] of [
    [
      'model',
      { model: 'a.b.c', version: '1' },
      /^Input `model`: the catalog a does not exist or is hidden from promoter\.$/u,
    ],
    ['version', { model: STAGING, version: '9' }, /^Input `version`: version 9 of .* does not exist\.$/u],
    ['alias', { model: STAGING, alias: 'Champion' }, /^Input `alias`: .* has no alias "Champion"\.$/u],
  ] as const) {
    test(`a ${title} that does not exist: invalid`, async () => {
      const { run } = await world();
      const seen = await run(validateSignature, inputs);
      expectRefused(seen, 'invalid');
      expect(seen.report.error?.message).toMatch(message);
    });
  }
});

test('denied: with what is printed it succeeds', async () => {
  const { run, emulator } = await world();
  const attempt = () => run(validateSignature, { model: STAGING, version: '1' }, { token: TOKENS.reader });
  expectRefused(await attempt(), 'denied');
  const { denied, last } = await grantUntilAllowed(emulator, attempt);
  expect([denied <= 3, last.outputs['outcome']]).toEqual([true, 'ok']);
});
