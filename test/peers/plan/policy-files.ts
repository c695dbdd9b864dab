import { readYaml } from '../../../src/documents/yaml-document.ts';
import { readDocument } from '../../../src/documents/read-document.ts';
import { policySchema } from '../../../src/inputs/policy-file.ts';
import { bytesOf } from '../../documents/read.ts';
import { documentedPolicies } from '../../inputs/policy-examples.ts';

/** What a person may write by mistake that a schema can see: a key, a kind, a word. */
const SLIPS = [
  ['version: 1', 'version: 2'],
  ['version: 1', 'versoin: 1'],
  ['models:', 'model:'],
  ['match:', 'macth:'],
  ['required', 'requird'],
  ['signature: true', 'signature: 1'],
  ['signature: true', 'signature: "yes"'],
  ['compatibility: ', 'compatibility: x'],
  ['checks: [', 'checks: [x, '],
  ['time-zone', 'timezone'],
  ['status: approved', 'status: [approved]'],
  ['max-changes: 5', 'max-changes: 0'],
  ['max-changes: 5', 'max-changes: 1.5'],
] as const;

/** The documented policy files as values, and with slips: each of these is refused by us. */
export async function policyFiles(): Promise<{ policies: unknown[]; wrong_policies: unknown[] }> {
  const texts = documentedPolicies();
  const wrong = texts.flatMap((text) =>
    SLIPS.filter(([from]) => text.includes(from)).map(([from, to]) => text.replace(from, to)),
  );
  for (const text of wrong) {
    const read = await readDocument(bytesOf(text), 'policy.yml', policySchema('any'));
    if (read.ok) throw new Error(`This policy is taken:\n${text}`);
  }
  return { policies: await valuesOf(texts), wrong_policies: await valuesOf(wrong) };
}

async function valuesOf(texts: readonly string[]): Promise<unknown[]> {
  return Promise.all(
    texts.map(async (text) => {
      const read = await readYaml(bytesOf(text), 'policy.yml');
      if (!read.ok) throw new Error(`This is no YAML:\n${text}`);
      return read.document.value;
    }),
  );
}
