import { expect, test } from 'vitest';
import type { TypeHints } from '../../../src/domain/model-signature.ts';
import { parseMlmodel } from '../../../src/mlmodel/mlmodel.ts';
import { compareFacts } from '../../../src/policy/compatibility/verdict.ts';
import type { CompatibilityMode } from '../../../src/domain/signature-change.ts';

const FLAGS: Readonly<Record<TypeHints | 'none' | 'both', string>> = {
  none: 'is_signature_from_type_hint: false\ntype_hint_from_example: false\n',
  checked: 'is_signature_from_type_hint: true\n',
  'from-example': 'type_hint_from_example: true\n',
  both: 'is_signature_from_type_hint: true\ntype_hint_from_example: true\n',
};

async function factsOf(flags: keyof typeof FLAGS, type = 'string') {
  const text = `flavors: {python_function: {}}\nsignature:\n  inputs: '[{"type": "${type}", "required": true}]'\n  outputs: '[{"type": "string", "required": true}]'\n${FLAGS[flags]}`;
  return parseMlmodel(new TextEncoder().encode(text)).signature;
}

async function compared(
  before: keyof typeof FLAGS,
  after: keyof typeof FLAGS,
  mode: CompatibilityMode,
  type?: string,
) {
  const found = compareFacts(await factsOf(before), await factsOf(after, type), mode);
  if (found.state !== 'compared') throw new Error(found.state);
  const { changes, compatible } = found.comparison;
  return [compatible, ...changes.map((change) => `${change.class} ${change.kind}`)];
}

test.each<[keyof typeof FLAGS, keyof typeof FLAGS, string[]]>([
  ['none', 'none', []],
  ['none', 'checked', ['breaking hints-added']],
  ['from-example', 'checked', ['breaking hints-added']],
  ['none', 'both', ['breaking hints-added']],
  ['checked', 'none', ['breaking hints-dropped']],
  ['checked', 'from-example', ['breaking hints-dropped']],
  ['checked', 'checked', []],
  ['checked', 'both', []],
  ['none', 'from-example', ['warning example-form-changed']],
  ['from-example', 'none', ['warning example-form-changed']],
])('the same signature, %s → %s: %j', async (before, after, expected) => {
  const breaks = expected.some((change) => change.startsWith('breaking'));
  expect(await compared(before, after, 'callers')).toEqual([!breaks, ...expected]);
  expect(await compared(before, after, 'exact')).toEqual([expected.length === 0, ...expected]);
});

test('hints on both sides and another signature: what is told of it is not all', async () => {
  expect(await compared('checked', 'checked', 'callers', 'any')).toEqual([
    true,
    'warning hints-decide',
    'compatible type-widened',
  ]);
});
