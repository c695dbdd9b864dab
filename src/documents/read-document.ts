import type * as z from 'zod';
import type { DocumentFault } from '../domain/document-fault.ts';
import { schemaFaults } from './schema-faults.ts';
import { readYaml, type DocumentLimits, type YamlDocument } from './yaml-document.ts';

/** What a file says, with the document that knows where it says it; or everything that is wrong with it. */
export type ReadDocument<T> =
  | { readonly ok: true; readonly value: T; readonly document: YamlDocument }
  | { readonly ok: false; readonly faults: readonly DocumentFault[] };

/** Reads a file of YAML by a schema. An example of a value, for the fix, is `meta({ example })` of its schema. */
export async function readDocument<T>(
  bytes: Uint8Array,
  file: string,
  schema: z.ZodType<T>,
  limits?: DocumentLimits,
): Promise<ReadDocument<T>> {
  const read = await readYaml(bytes, file, limits);
  if (!read.ok) return read;
  const { document } = read;
  // Parsed once in a process: to compile the schema first would take longer.
  const result = schema.safeParse(document.value, { jitless: true });
  if (result.success) return { ok: true, value: result.data, document };
  return { ok: false, faults: schemaFaults(schema, document, result.error.issues) };
}
