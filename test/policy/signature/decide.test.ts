import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ColumnSpec, ModelSignature, SignatureFacts } from '../../../src/domain/model-signature.ts';
import { signatureFix } from '../../../src/policy/signature/advice.ts';
import { decideSignature } from '../../../src/policy/signature/decide.ts';
import { signatureToJson } from '../../../src/policy/signature/json.ts';
import { anySignature } from '../../mlmodel/signatures.ts';

const column = (name: string): ColumnSpec => ({
  kind: 'column',
  name,
  required: true,
  type: { kind: 'scalar', type: 'double' },
});
const SOME = [column('a')];
const PARAMS = [{ name: 'p', type: { kind: 'scalar', type: 'long' }, default: 1, shape: null }] as const;

const declared = (
  inputs: ModelSignature['inputs'],
  outputs: ModelSignature['outputs'],
  params: ModelSignature['params'] = null,
): SignatureFacts => ({ state: 'declared', signature: { inputs, outputs, params }, flavors: ['sklearn'] });

describe('decideSignature', () => {
  test.each<[string, SignatureFacts, string[], string]>([
    ['both halves', declared(SOME, SOME), [], 'none'],
    ['both halves and params', declared(SOME, SOME, PARAMS), [], 'none'],
    ['inputs only', declared(SOME, null), ['signature-outputs-missing'], 'outputs'],
    ['outputs only', declared(null, SOME), ['signature-inputs-missing'], 'inputs'],
    ['inputs and params', declared(SOME, null, PARAMS), ['signature-outputs-missing'], 'outputs'],
    ['params only', declared(null, null, PARAMS), ['signature-params-only'], 'both'],
    ['nothing', declared(null, null), ['signature-empty'], 'both'],
    ['inputs an empty list', declared([], SOME), ['signature-inputs-empty'], 'inputs'],
    ['outputs an empty list', declared(SOME, []), ['signature-outputs-empty'], 'outputs'],
    ['two empty lists', declared([], []), ['signature-inputs-empty', 'signature-outputs-empty'], 'both'],
    [
      'one empty, one absent',
      declared(null, []),
      ['signature-inputs-missing', 'signature-outputs-empty'],
      'both',
    ],
    ['no signature', { state: 'absent', flavors: [] }, ['signature-absent'], 'both'],
    ['no file', { state: 'missing-file' }, ['signature-mlmodel-missing'], 'both'],
    [
      'unreadable',
      { state: 'unreadable', problem: 'It is HTML.', flavors: [] },
      ['signature-unreadable'],
      'unknown',
    ],
  ])('%s', (_name, facts, codes, missing) => {
    const decision = decideSignature(facts);
    expect(decision.findings.map(({ code }) => code)).toEqual(codes);
    expect(decision.missing).toBe(missing);
    expect(decision.allowed).toBe(codes.length === 0);
    for (const finding of decision.findings) {
      expect(finding.severity).toBe('error');
      expect(finding.message).toMatch(/^[A-Z][^\n]*\.$/u);
      expect(finding.fix).toMatch(/^[A-Z][^\n]*\.$/u);
    }
  });

  test('the sentence says which half is missing and which is there', () => {
    expect(decideSignature(declared(SOME, null)).findings[0]?.message).toBe(
      'The signature declares no outputs; inputs are declared.',
    );
    expect(decideSignature(declared([], SOME)).findings[0]?.message).toBe(
      'The list of inputs in the signature is empty; outputs are declared.',
    );
  });

  test('what was wrong with the file stands in the message', () => {
    const { findings } = decideSignature({ state: 'unreadable', problem: 'It is HTML.', flavors: [] });
    expect(findings[0]?.message).toBe('The signature cannot be read. It is HTML.');
  });

  test('a repeated name warns and allows', () => {
    const decision = decideSignature(declared([column('a'), column('b'), column('a')], SOME));
    expect(decision).toMatchObject({
      allowed: true,
      missing: 'none',
      findings: [{ code: 'signature-inputs-repeated', severity: 'warning' }],
    });
    expect(decision.findings[0]?.message).toContain('name "a" more than once');
  });

  test('many repeated names are cut to three, each made visible', () => {
    const names = ['a\u202e', 'b', 'c', 'd', 'e'];
    const { findings } = decideSignature(declared(SOME, [...names, ...names].map(column)));
    expect(findings[0]?.message).toContain('"a\\u{202e}", "b", "c" and 2 more more than once');
  });

  test('a model of the feature store warns, beside whatever else there is', () => {
    const good = decideSignature(declared(SOME, SOME), { featureStorePackaged: true });
    expect(good).toMatchObject({
      allowed: true,
      findings: [{ code: 'signature-feature-store', severity: 'warning' }],
    });
    const bad = decideSignature({ state: 'absent', flavors: [] }, { featureStorePackaged: true });
    expect(bad.allowed).toBe(false);
    expect(bad.findings.map(({ code }) => code)).toEqual(['signature-absent', 'signature-feature-store']);
  });

  test('allowed means that neither half is missing, for every signature', () => {
    fc.assert(
      fc.property(anySignature, (signature) => {
        const { allowed, missing } = decideSignature({ state: 'declared', signature, flavors: [] });
        expect(allowed).toBe(missing === 'none');
        expect(allowed).toBe(signature.inputs !== null && signature.outputs !== null);
      }),
    );
  });
});

describe('signatureFix', () => {
  test.each([
    [
      ['python_function', 'sklearn'],
      'mlflow.sklearn.log_model(model, name="model", signature=infer_signature(X, model.predict(X)))',
    ],
    [['python_function', 'xgboost'], 'mlflow.xgboost.log_model('],
    [['python_function', 'spark'], 'autologging records none'],
    [['python_function', 'pytorch'], 'declares tensors'],
    [['python_function', 'transformers'], 'generate_signature_output'],
    [['python_function'], 'mlflow.pyfunc.log_model('],
    [[], 'mlflow.<flavor>.log_model('],
    [['something_new'], 'mlflow.<flavor>.log_model('],
  ])('%j', (flavors, part) => {
    const fix = signatureFix(flavors);
    expect(fix).toContain(part);
    expect(fix).toContain('register a new version');
    expect(fix).not.toContain('\n');
  });
});

describe('signatureToJson', () => {
  test('spells every kind as MLflow does', () => {
    const signature: ModelSignature = {
      inputs: [
        column('amount'),
        {
          kind: 'column',
          name: 'tags',
          required: false,
          type: { kind: 'array', items: { kind: 'scalar', type: 'string' } },
        },
        { kind: 'column', name: 'scores', required: true, type: { kind: 'map', values: { kind: 'any' } } },
        {
          kind: 'column',
          name: 'where',
          required: true,
          type: {
            kind: 'object',
            properties: [{ name: '__proto__', required: false, type: { kind: 'sparkml-vector' } }],
          },
        },
      ],
      outputs: [{ kind: 'tensor', dtype: 'float32', shape: [-1, 2] }],
      params: [
        { name: 'a', type: { kind: 'scalar', type: 'double' }, default: Number.NaN, shape: null },
        { name: 'b', type: { kind: 'scalar', type: 'long' }, default: [2n ** 64n, 1], shape: [-1] },
      ],
    };
    expect(JSON.stringify(signatureToJson(signature))).toBe(
      '{"inputs":[{"type":"double","name":"amount","required":true},' +
        '{"type":"array","items":{"type":"string"},"name":"tags","required":false},' +
        '{"type":"map","values":{"type":"any"},"name":"scores","required":true},' +
        '{"type":"object","properties":{"__proto__":{"type":"sparkml_vector","required":false}},"name":"where","required":true}],' +
        '"outputs":[{"type":"tensor","tensor-spec":{"dtype":"float32","shape":[-1,2]}}],' +
        '"params":[{"name":"a","default":"NaN","shape":null,"type":"double"},' +
        '{"name":"b","default":["18446744073709551616",1],"shape":[-1],"type":"long"}]}',
    );
  });

  test('is the same text each time', () => {
    fc.assert(
      fc.property(anySignature, (signature) => {
        const text = JSON.stringify(signatureToJson(signature));
        expect(JSON.stringify(signatureToJson(structuredClone(signature)))).toBe(text);
        expect(JSON.stringify(JSON.parse(text))).toBe(text);
      }),
    );
  });
});
