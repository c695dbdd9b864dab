import { documentFaultText } from '../../src/domain/document-fault.ts';
import { readYaml, type DocumentLimits, type YamlDocument } from '../../src/documents/yaml-document.ts';

/** The name of the file in these tests. */
export const FILE = 'policy.yml';

/** The bytes of a text, as a file has them. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A document that has to be readable. */
export async function documentOf(text: string): Promise<YamlDocument> {
  const read = await readYaml(bytesOf(text), FILE);
  if (!read.ok) throw new Error(read.faults.map(documentFaultText).join('\n'));
  return read.document;
}

/** What is wrong with a text, as people read it; empty where it can be read. */
export async function faultsIn(text: string | Uint8Array, limits?: DocumentLimits): Promise<string[]> {
  const read = await readYaml(typeof text === 'string' ? bytesOf(text) : text, FILE, limits);
  return read.ok ? [] : read.faults.map(documentFaultText);
}
