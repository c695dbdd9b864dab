import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { parseMlmodel } from '../../../src/mlmodel/mlmodel.ts';
import { compareFacts } from '../../../src/policy/compatibility/verdict.ts';
import { signatureToJson } from '../../../src/policy/signature/json.ts';

const FOLDER = new URL('../../fixtures/flavors/', import.meta.url);
const part = z.array(z.unknown()).nullable();
const { cases } = z
  .object({
    cases: z.record(
      z.string(),
      z.object({ flavors: z.array(z.string()), inputs: part, outputs: part, params: part }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('cases.json', FOLDER), 'utf8')));

const read = (name: string) => parseMlmodel(readFileSync(new URL(`${name}/MLmodel`, FOLDER)));

describe('MLmodel files that MLflow wrote', () => {
  test('they are of many flavours', () => {
    const flavors = new Set(Object.values(cases).flatMap((each) => each.flavors));
    const wanted = [
      'onnx',
      'pytorch',
      'sentence_transformers',
      'sklearn',
      'spark',
      'tensorflow',
      'transformers',
    ];
    expect(wanted.filter((flavor) => !flavors.has(flavor))).toEqual([]);
  });

  test.each(Object.entries(cases))(
    '%s is read as MLflow reads it',
    (name, { flavors, inputs, outputs, params }) => {
      const { signature, flavors: found } = read(name);
      expect([...(found ?? [])].sort()).toEqual(flavors);
      const seen =
        signature.state === 'declared'
          ? signatureToJson(signature.signature)
          : { inputs: null, outputs: null, params: null };
      expect(seen).toEqual({ inputs, outputs, params });
      if (signature.state !== 'declared')
        expect([name, signature.state]).toEqual(['sklearn-unsigned', 'absent']);
    },
  );

  test.each(Object.keys(cases))('%s is compatible with itself', (name) => {
    const { signature } = read(name);
    expect(compareFacts(signature, signature, 'exact')).toEqual({
      state: 'compared',
      comparison: { mode: 'exact', compatible: true, changes: [] },
    });
  });
});
