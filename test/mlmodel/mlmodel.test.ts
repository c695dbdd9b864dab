import fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { SignatureFacts } from '../../src/domain/model-signature.ts';
import { MAX_MLMODEL_BYTES, parseMlmodel, readMlmodel } from '../../src/mlmodel/mlmodel.ts';
import { decideSignature } from '../../src/policy/signature/decide.ts';

const FIXTURES = new URL('../fixtures/', import.meta.url);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const fixture = (path: string): Uint8Array => readFileSync(new URL(path, FIXTURES));
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

test('reads the MLmodel that MLflow wrote for the demo model', async () => {
  const { signature, flavors, dependencies, featureStorePackaged } = parseMlmodel(
    fixture('fraud_detection/MLmodel'),
  );
  expect(flavors).toEqual(['python_function', 'sklearn']);
  expect(dependencies).toEqual([]);
  expect(featureStorePackaged).toBe(false);
  const column = (name: string, type: string): object => ({
    kind: 'column',
    name,
    required: true,
    type: { kind: 'scalar', type },
  });
  expect(signature).toEqual({
    state: 'declared',
    flavors,
    signature: {
      inputs: [
        column('amount', 'double'),
        column('country_code', 'long'),
        column('merchant_risk', 'double'),
        column('night', 'boolean'),
      ],
      outputs: [column('is_fraud', 'long')],
      params: null,
    },
  });
});

describe('folders of the table, as validate-signature judges them', () => {
  const cases = JSON.parse(readFileSync(new URL('mlmodel/cases.json', FIXTURES), 'utf8')) as Record<
    string,
    { ours: string }
  >;

  test.each(Object.entries(cases))('%s', async (name, { ours }) => {
    const path = new URL(`mlmodel/${name}/MLmodel`, FIXTURES);
    const facts = readMlmodel(existsSync(path) ? readFileSync(path) : undefined);
    expect(verdictOf(facts)).toBe(ours);
    expect(decideSignature(facts).allowed).toBe(ours === 'valid');
  });

  const verdictOf = (facts: SignatureFacts): string => {
    if (facts.state === 'missing-file') return 'missing-mlmodel';
    if (facts.state === 'unreadable') return 'unreadable';
    const { missing } = decideSignature(facts);
    return missing === 'none' ? 'valid' : `missing-${missing}`;
  };
});

describe('what else a file tells', () => {
  test('ids, the loader of the feature store', async () => {
    const model = parseMlmodel(
      bytesOf(
        'flavors:\n  python_function:\n    loader_module: databricks.feature_store.mlflow_model\nrun_id: 12e34567\nmodel_id: m-1\n',
      ),
    );
    expect(model).toMatchObject({ featureStorePackaged: true, runId: '12e34567', modelId: 'm-1' });
  });

  const RESOURCES =
    'resources:\n  api_version: "1"\n  databricks:\n    function: [{name: a.b.f}]\n    serving_endpoint:\n    - name: e\n' +
    '    - {name: mine, on_behalf_of_user: true}\n    - {name: theirs, on_behalf_of_user: false}\n    genie_space: [{name: g}]\n';
  const FROM_RESOURCES = [
    { type: 'DATABRICKS_MODEL_ENDPOINT', name: 'e' },
    { type: 'DATABRICKS_MODEL_ENDPOINT', name: 'theirs' },
    { type: 'DATABRICKS_UC_FUNCTION', name: 'a.b.f' },
  ];
  const POLICY =
    'auth_policy:\n  system_auth_policy:\n    resources:\n      databricks:\n        table: [{name: a.b.t}]\n        uc_connection: [{name: c}]\n';
  const FUNCTION = 'resources:\n  databricks:\n    function: [{name: a.b.f}]\n';
  const CHAIN =
    'flavors:\n  langchain:\n    databricks_dependency:\n      databricks_vector_search_index_name: [a.b.i]\n      databricks_llm_endpoint_name: [llm]\n';

  test.each([
    ['resources', RESOURCES, FROM_RESOURCES],
    ['an empty auth policy counts as none', `${RESOURCES}auth_policy: {}\n`, FROM_RESOURCES],
    [
      'a model service',
      'resources:\n  databricks:\n    uc_model_service: [{name: a.b.s}]\n',
      [{ type: 'DATABRICKS_UC_MODEL_SERVICE', name: 'a.b.s' }],
    ],
    [
      'an auth policy comes before resources',
      RESOURCES + POLICY,
      [
        { type: 'DATABRICKS_UC_CONNECTION', name: 'c' },
        { type: 'DATABRICKS_TABLE', name: 'a.b.t' },
      ],
    ],
    [
      'chains from before resources',
      CHAIN,
      [
        { type: 'DATABRICKS_VECTOR_INDEX', name: 'a.b.i' },
        { type: 'DATABRICKS_MODEL_ENDPOINT', name: 'llm' },
      ],
    ],
    ['none, and no flavors', 'flavors:\n', []],
    ['an empty list of resources hides a chain', `${CHAIN}resources: []\n`, []],
    [
      'quoted, false is a text and so true',
      "resources:\n  databricks:\n    table:\n    - {name: t, on_behalf_of_user: 'false'}\n",
      [],
    ],
    [
      'through an alias',
      `x: &r\n  function: [{name: f}]\nresources:\n  databricks: *r\n`,
      [{ type: 'DATABRICKS_UC_FUNCTION', name: 'f' }],
    ],
  ])('dependencies: %s', async (_name, text, expected) => {
    expect(parseMlmodel(bytesOf(text)).dependencies).toEqual(expected);
  });

  test.each([
    ['resources are a list', 'resources: [a]\n'],
    ['resources are a text', 'resources: resources.yaml\n'],
    ['a kind of resources is no list', 'resources:\n  databricks:\n    table: {name: t}\n'],
    ['a kind of resources is null', 'resources:\n  databricks:\n    table:\n'],
    ['a resource without a name', 'resources:\n  databricks:\n    table: [{id: t}]\n'],
    ['a policy that is a text', 'auth_policy: mine\n'],
    ['flavors are a text', 'flavors: x\n'],
    ['a chain that is a list', 'flavors:\n  langchain: []\n'],
  ])('dependencies on which MLflow fails are unknown, not none: %s', (_name, text) => {
    expect(parseMlmodel(bytesOf(text)).dependencies).toBeUndefined();
  });

  test.each([
    ['a day that does not exist', 'created: 2024-02-30\n', 'line 8: 2024-02-30: the day does not exist'],
    ['a number for a key', '2024: x\n', 'a top-level key is not a text'],
    ['a key that MLflow uses itself', 'self: x\n', 'the top-level key "self"'],
    ['env_vars of another shape', 'env_vars: [1]\n', 'env_vars is not a list of texts'],
    ['a tag of Python', 'a: !!python/name:os.system x\n', 'python/name:os.system of "x" is not read'],
  ])('MLflow cannot load it, and what else stands there is known: %s', (_name, line, problem) => {
    const rest = `flavors:\n  python_function:\n    loader_module: databricks.feature_store.mlflow_model\nrun_id: r\n${FUNCTION}`;
    const { signature, ...known } = parseMlmodel(bytesOf(rest + line));
    expect(signature.state === 'unreadable' && signature.problem).toContain(problem);
    expect(known).toEqual({
      flavors: ['python_function'],
      dependencies: [{ type: 'DATABRICKS_UC_FUNCTION', name: 'a.b.f' }],
      featureStorePackaged: true,
      runId: 'r',
    });
  });

  test.each([
    ['a tab', 'a:\tb\n'],
    ['a page', '<html>'],
    ['nothing', ''],
    ['no UTF-8', '\xff'],
    ['a file above the limit', 'a: b\n'.repeat(MAX_MLMODEL_BYTES / 5 + 1)],
  ])('nothing is known of what is no YAML: %s', (_name, text) => {
    expect(parseMlmodel(Buffer.from(text, 'latin1'))).toMatchObject({
      signature: { state: 'unreadable' },
      flavors: undefined,
      dependencies: undefined,
      featureStorePackaged: undefined,
    });
  });

  test('the flavors are known even where the signature is not', async () => {
    const facts = readMlmodel(bytesOf('flavors:\n  spark: {}\nsignature:\n  inputs: nonsense\n'));
    expect(facts).toEqual({
      state: 'unreadable',
      problem: 'The inputs of the signature cannot be read as JSON: unexpected text at character 1.',
      flavors: ['spark'],
    });
  });
});

describe('YAML as PyYAML reads it', () => {
  const INPUTS = '[{"type": "long", "name": "a"}]';
  test.each([
    ['a folded text', `signature:\n  inputs: '[{"type": "long",\n    "name": "a"}]'\n`],
    ['two equal keys: the later', `signature: null\nsignature:\n  inputs: ${quoted(INPUTS)}\n`],
    ['JSON', JSON.stringify({ signature: { inputs: INPUTS } })],
    ['an anchor', `a: &a ${quoted(INPUTS)}\nsignature:\n  inputs: *a\n`],
    ['nulls in every spelling', `signature: {inputs: ${quoted(INPUTS)}, outputs: ~, params: Null}\n`],
  ])('%s', async (_name, text) => {
    const facts = readMlmodel(bytesOf(text));
    expect(facts).toMatchObject({
      state: 'declared',
      signature: { inputs: [{ name: 'a' }], outputs: null, params: null },
    });
  });

  test.each([
    ['two documents', 'a: 1\n---\nb: 2\n', 'cannot be read as YAML: line 2'],
    ['an alias without anchor', 'a: *b\n', 'refers to the anchor "b", which is not defined'],
    ['a tag of Python', 'a: !!python/name:os.system x\n', 'python/name:os.system'],
    ['a null character', 'a: b\u0000\n', 'holds the character \\u{0}'],
    ['a tower of brackets', `a: ${'['.repeat(200_000)}`, 'cannot be read as YAML'],
    ['a list', '- a\n', 'YAML without keys'],
    ['spaces', ' \n\n', 'is empty'],
    ['a login page', '\n<html>', 'HTML page'],
  ])('%s', async (_name, text, problem) => {
    const facts = readMlmodel(bytesOf(text));
    expect(facts.state === 'unreadable' && facts.problem).toContain(problem);
  });

  test('a file above the limit is not parsed', async () => {
    const facts = readMlmodel(new Uint8Array(MAX_MLMODEL_BYTES + 1));
    expect(facts.state === 'unreadable' && facts.problem).toBe(
      'The MLmodel file has 32000001 bytes; at most 32000000 are read.',
    );
  });

  test.each([
    ['a list', (count: number) => 'x: [' + 'a,'.repeat(count) + ']\n'],
    ['lines', (count: number) => 'a: b\n'.repeat(count)],
    [
      'anchors',
      (count: number) => `x: [${Array.from({ length: count }, (_, at) => `&a${at} 1,`).join('')}]\n`,
    ],
  ])('more values than any real file has are not read: %s', async (_name, make) => {
    const few = readMlmodel(bytesOf(make(2_000)));
    expect(few.state).toBe('absent');
    const many = readMlmodel(bytesOf(make(600_000)));
    expect(many.state === 'unreadable' && many.problem).toContain('more than 500000 values and keys');
  });

  test('a bomb of aliases costs nothing', async () => {
    const levels = Array.from({ length: 40 }, (_, i) => `l${i + 1}: &l${i + 1} [*l${i}, *l${i}]`);
    const text = `l0: &l0 [x]\n${levels.join('\n')}\nresources:\n  databricks:\n    table: *l40\n`;
    expect(parseMlmodel(bytesOf(text)).dependencies).toBeUndefined();
  });

  test('a bomb of merges is refused', () => {
    const levels = Array.from({ length: 60 }, (_, i) => `l${i + 1}: &l${i + 1} {<<: [*l${i}, *l${i}]}`);
    const facts = readMlmodel(bytesOf(`l0: &l0 {a: 1}\n${levels.join('\n')}\n`));
    expect(facts.state === 'unreadable' && facts.problem).toContain('more than 500000 entries are merged');
  });
});

describe('whatever the bytes are', () => {
  test('random bytes give facts and never an error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(readMlmodel(bytes).state).not.toBe('missing-file');
      }),
      { numRuns: 300 },
    );
  });

  test('a real file with any bytes overwritten gives facts and never an error', async () => {
    const real = fixture('mlmodel/good-with-params/MLmodel');
    const edit = fc.tuple(
      fc.nat(real.length - 1),
      fc.constantFrom(...Buffer.from('\'"[]{}:,&*!|>-?#%@`\n\t 0~<é\u0000')),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 6 }), async (edits) => {
        const bytes = new Uint8Array(real);
        for (const [at, value] of edits) bytes[at] = value;
        const facts = readMlmodel(bytes);
        if (facts.state === 'unreadable') expect(facts.problem).toMatch(/^[^\n\r\t]{1,400}\.$/u);
      }),
      { numRuns: 300 },
    );
  });

  test('10,000 columns of nested types, and 50 levels, are read in well under a second', async () => {
    let type = '{"type": "long"}';
    for (let level = 0; level < 25; level += 1) {
      type = `{"type": "object", "properties": {"p": {"type": "array", "items": ${type}, "required": true}}}`;
    }
    const deep = type.replace(/\}$/u, ', "name": "deep", "required": true}');
    const flat = Array.from(
      { length: 10_000 },
      (_, i) => `{"type": "array", "items": {"type": "double"}, "name": "column_${i}", "required": true}`,
    );
    const text = `signature:\n  inputs: ${quoted(`[${[deep, ...flat].join(', ')}]`)}\n  outputs: ${quoted('[{"type": "long"}]')}\n`;
    const start = performance.now();
    const facts = readMlmodel(bytesOf(text));
    expect(facts.state === 'declared' && facts.signature.inputs?.length).toBe(10_001);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test('a type deeper than the limit is refused by name', async () => {
    const type = `${'{"type": "array", "items": '.repeat(201)}{"type": "long"}${'}'.repeat(201)}`;
    const facts = readMlmodel(bytesOf(`signature:\n  inputs: '[${type}]'\n`));
    expect(facts.state === 'unreadable' && facts.problem).toBe(
      'In the inputs of the signature, a type is nested deeper than 200 levels.',
    );
  });
});
