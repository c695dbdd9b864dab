import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseSignature, type SignatureReading } from '../../src/mlmodel/signature.ts';
import { signatureToJson } from '../../src/policy/signature/json.ts';
import { anySignature } from './signatures.ts';

const read = (part: 'inputs' | 'outputs' | 'params', text: string): SignatureReading =>
  parseSignature({ inputs: null, outputs: null, params: null, [part]: text });

const inputsOf = (text: string): unknown => {
  const reading = read('inputs', text);
  return reading.ok ? reading.signature.inputs : reading.problem;
};

const paramsOf = (text: string): unknown => {
  const reading = read('params', text);
  return reading.ok ? reading.signature.params : reading.problem;
};

const textOf = (part: readonly unknown[] | null): string | null =>
  part === null ? null : JSON.stringify(part);

test('every signature comes back from its JSON as it was', () => {
  fc.assert(
    fc.property(anySignature, (signature) => {
      const { inputs, outputs, params } = signatureToJson(signature);
      const reading = parseSignature({
        inputs: textOf(inputs),
        outputs: textOf(outputs),
        params: textOf(params),
      });
      expect(reading.ok ? signatureToJson(reading.signature) : reading.problem).toEqual({
        inputs,
        outputs,
        params,
      });
    }),
    { numRuns: 500 },
  );
});

describe('defaults of absent keys', () => {
  test.each([
    ['[{"type": "double", "name": "a"}]', true],
    ['[{"type": "array", "items": {"type": "string"}, "name": "a"}]', false],
    ['[{"type": "map", "values": {"type": "string"}, "name": "a"}]', false],
    ['[{"type": "object", "properties": {"x": {"type": "long"}}, "name": "a"}]', false],
    ['[{"type": "any", "name": "a"}]', false],
    ['[{"type": "sparkml_vector", "name": "a"}]', false],
    ['[{"type": "double", "name": "a", "required": null}]', false],
    ['[{"type": "any", "name": "a", "required": 1}]', true],
  ])('%s: required is %s', (text, required) => {
    expect(inputsOf(text)).toMatchObject([{ kind: 'column', name: 'a', required }]);
  });

  test('a property is required unless it says otherwise', () => {
    const text =
      '[{"type": "object", "properties": {"x": {"type": "long"}, "y": {"type": "any", "required": false}}}]';
    expect(inputsOf(text)).toMatchObject([
      {
        type: {
          kind: 'object',
          properties: [
            { name: 'x', required: true },
            { name: 'y', required: false },
          ],
        },
      },
    ]);
  });

  test('a param of an older file has dtype and no shape', () => {
    expect(paramsOf('[{"name": "t", "dtype": "double", "default": 1}]')).toEqual([
      { name: 't', type: { kind: 'scalar', type: 'double' }, default: 1, shape: null },
    ]);
  });

  test.each([
    ['3', '3'],
    ['"3"', '3'],
    ['-0', '0'],
    ['3.0', '3.0'],
    ['0.5', '0.5'],
    ['true', 'True'],
    ['null', 'None'],
    ['NaN', 'nan'],
    ['-Infinity', '-inf'],
  ])('the name %s of a param is made the text %s, as Python makes one', (name, text) => {
    expect(paramsOf(`[{"name": ${name}, "type": "long", "default": 1}]`)).toMatchObject([{ name: text }]);
  });

  test('columns of a data frame without names are called by number', () => {
    expect(inputsOf('[{"type": "double", "name": 0}, {"type": "double", "name": 1}]')).toMatchObject([
      { name: '0', rawName: 0 },
      { name: '1', rawName: 1 },
    ]);
  });

  test('an array may hold Spark vectors; a map of them reads as the vector', () => {
    expect(
      inputsOf(
        '[{"type": "array", "items": {"type": "sparkml_vector"}}, {"type": "map", "values": {"type": "sparkml_vector"}}]',
      ),
    ).toMatchObject([
      { type: { kind: 'array', items: { kind: 'sparkml-vector' } } },
      { type: { kind: 'sparkml-vector' } },
    ]);
  });

  test('a dtype is kept under its canonical name', () => {
    expect(inputsOf('[{"type": "tensor", "tensor-spec": {"dtype": "<f4", "shape": [-1, 3.0]}}]')).toEqual([
      { kind: 'tensor', dtype: 'float32', shape: [-1, 3] },
    ]);
  });

  test.each(['<float64', '>int', '=double', '|bool', '<str', '<<f4', '<a', 'U3', '<U3'])(
    'a byte order stands before a short code only, and a text has no length: %s is refused',
    (dtype) => {
      expect(inputsOf(`[{"type": "tensor", "tensor-spec": {"dtype": "${dtype}", "shape": [-1]}}]`)).toContain(
        'dtype',
      );
    },
  );

  test.each([
    ['>i8', 'int64'],
    ['|b1', 'bool'],
    ['<U', 'str'],
    ['<datetime64[ns]', 'datetime64[ns]'],
    ['=M8[us]', 'datetime64[us]'],
  ])('and %s is %s', (dtype, name) => {
    expect(
      inputsOf(`[{"type": "tensor", "tensor-spec": {"dtype": "${dtype}", "shape": [-1]}}]`),
    ).toMatchObject([{ dtype: name }]);
  });

  test('a whole number that no double holds stays exact, and JSON carries it as text', () => {
    const reading = read(
      'params',
      '[{"name": "seed", "type": "long", "default": 9007199254740993, "shape": null}]',
    );
    expect(reading.ok && reading.signature.params?.[0]?.default).toBe(9007199254740993n);
    expect(reading.ok && signatureToJson(reading.signature).params).toMatchObject([
      { default: '9007199254740993' },
    ]);
  });

  test('null, nothing and an empty list are told apart', () => {
    expect(parseSignature({ inputs: null, outputs: '', params: '[]' })).toEqual({
      ok: true,
      signature: { inputs: null, outputs: null, params: [] },
    });
  });
});

describe('problems are one sentence that says where', () => {
  const tensor = (dtype: string, shape: string): string =>
    `[{"type": "tensor", "tensor-spec": {"dtype": ${dtype}, "shape": ${shape}}}]`;
  test.each([
    [
      '[{"type": "decimal", "name": "a"}]',
      'element 1 ("a") has the type "decimal", which MLflow does not know',
    ],
    ['[{"type": 5}]', 'the type of element 1 is not a text'],
    ['[{"name": "a"}]', 'element 1 ("a") has no type'],
    ['["double"]', 'element 1 is not a JSON object'],
    ['[{"type": "array"}]', 'items of element 1 is not a JSON object'],
    ['[{"type": "map", "values": "double"}]', 'values of element 1 is not a JSON object'],
    ['[{"type": "object", "properties": {}}]', 'element 1 is an object without properties'],
    [
      '[{"type": "object", "properties": {"x": {"type": "sparkml_vector"}}}]',
      'a Spark vector, which MLflow refuses inside',
    ],
    ['[{"type": "object", "properties": {"cls": {"type": "long"}}}]', 'a name that MLflow cannot read'],
    ['[{"type": "double", "unit": "EUR"}]', 'the key "unit", but MLflow reads only type, name and required'],
    ['[{"type": "double", "name": "a"}, {"type": "long"}]', '1 of 2 elements have no name'],
    ['[{"type": "double"}, {"type": "long", "required": false}]', 'element 2 is optional and has no name'],
    [tensor('"int8"', '[1]').replace(/^\[(.*)\]$/u, '[$1, $1]'), 'several tensors have no names'],
    [tensor('"decimal"', '[-1]'), 'element 1 is a tensor whose dtype "decimal" is unknown'],
    [tensor('"U10"', '[-1]'), 'dtype "U10" is unknown'],
    [tensor('"int8"', '"-1"'), 'element 1 is a tensor without a list as its shape'],
    [tensor('"int8"', '[null]'), 'neither -1 nor a length'],
    [tensor('"int8"', '[-2]'), 'neither -1 nor a length'],
    ['[{"type": "tensor"}]', 'tensor-spec of element 1 is not a JSON object'],
  ])('inputs %s', (text, problem) => {
    const found = inputsOf(text);
    expect(found).toMatch(/^In the inputs of the signature, .*\.$/u);
    expect(found).toContain(problem);
  });

  test.each([
    ['[{"type": "long", "default": 1}]', 'param 1 has no name'],
    ['[{"name": "p", "type": "long"}]', 'param 1 ("p") has no default'],
    ['[{"name": "p", "type": "binary", "default": null}]', 'a type that MLflow does not allow for a param'],
    ['[{"name": "p", "type": "long", "default": 0.5}]', 'the default of param 1 ("p") is not a valid long'],
    ['[{"name": "p", "type": "boolean", "default": 1}]', 'is not a valid boolean'],
    ['[{"name": "p", "type": "datetime", "default": "2024-02-30"}]', 'is not a valid datetime'],
    ['[{"name": "p", "type": "long", "default": [1], "shape": [2]}]', 'neither null nor [-1]'],
    ['[{"name": "p", "type": "long", "default": 1, "shape": [-1]}]', 'is not a list, as its shape requires'],
    [
      '[{"name": "p", "type": "object", "properties": {"a": {"type": "long"}}, "default": {}}]',
      'lacks the property "a"',
    ],
    [
      '[{"name": "p", "type": "object", "properties": {"a": {"type": "long"}}, "default": {"a": 1, "b": 2}}]',
      'the undeclared property "b"',
    ],
    [
      '[{"name": "p", "type": "long", "default": 1}, {"name": "p", "type": "long", "default": 1}]',
      '"p" is declared twice',
    ],
  ])('params %s', (text, problem) => {
    const found = paramsOf(text);
    expect(found).toMatch(/^In the params of the signature, .*\.$/u);
    expect(found).toContain(problem);
  });

  test('text from outside is cut and made visible', () => {
    expect(inputsOf(`[{"type": "${'x'.repeat(500)}\\u001b[31m", "name": "a\\u202eb"}]`)).toBe(
      `In the inputs of the signature, element 1 ("a\\u{202e}b") has the type "${'x'.repeat(40)}…", which MLflow does not know.`,
    );
  });
});

interface Verdicts {
  readonly cases: readonly {
    readonly part: 'inputs' | 'params';
    readonly text: string;
    readonly mlflow: boolean;
    readonly read: readonly Record<string, unknown>[] | null;
  }[];
}

/** Where we differ from MLflow by intent: an empty list is a half that is missing, and a shape is whole numbers. */
const differs = (part: string, text: string, reading: SignatureReading): boolean =>
  (part === 'inputs' && text === '[]') ||
  (part === 'params' && text === '{}') ||
  (!reading.ok && /shape|dtype/u.test(reading.problem));

describe('texts that MLflow itself has judged', () => {
  const { cases } = JSON.parse(
    readFileSync(new URL('../fixtures/signature-verdicts.json', import.meta.url), 'utf8'),
  ) as Verdicts;

  test('are many, and of both kinds', () => {
    expect(cases.filter(({ mlflow }) => mlflow).length).toBeGreaterThan(150);
    expect(cases.filter(({ mlflow }) => !mlflow).length).toBeGreaterThan(150);
  });

  test('have the same verdict here, and the same signature where both read them', () => {
    for (const { part, text, mlflow, read: written } of cases) {
      const reading = read(part, text);
      if (reading.ok !== mlflow) {
        const problem = reading.ok ? 'read here, refused by MLflow' : reading.problem;
        expect(differs(part, text, reading), `${part} ${text}: ${problem}`).toBe(true);
      } else if (reading.ok && written !== null) {
        // MLflow writes a date back in its own way, and keeps a name that is no text as it is.
        const simple = ({ name, ...spec }: Record<string, unknown>): Record<string, unknown> => ({
          ...spec,
          ...(name === undefined ? {} : { name: typeof name === 'string' ? name : JSON.stringify(name) }),
          ...(part === 'params' && spec['type'] === 'datetime' ? { default: null } : {}),
        });
        const json = JSON.stringify(signatureToJson(reading.signature)[part]);
        const ours = JSON.parse(json) as Record<string, unknown>[];
        expect(ours.map(simple), text).toEqual(written.map(simple));
      }
    }
  });
});
