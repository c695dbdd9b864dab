import { formatFullName, nameKey, spelled, type FullName, type Naming } from '../domain/full-name.ts';
import { matchesPattern, type ModelPattern } from '../domain/model-pattern.ts';
import type { RegistryReader } from '../registry/port.ts';

/** What of a registry is asked for models. */
type ListsModels = Pick<RegistryReader, 'capabilities' | 'listRegisteredModels'>;

/** Every model that the patterns mean, each once, sorted by name. Models that the caller may not see are not listed. */
export async function findModels(
  patterns: readonly ModelPattern[],
  registry: ListsModels,
): Promise<FullName[]> {
  const found = new Map<string, FullName>();
  const lists = await Promise.all(patterns.map((pattern) => modelsOf(pattern, registry)));
  for (const name of lists.flat()) found.set(nameKey(name, registry.capabilities.names), name);
  return [...found.values()].sort((a, b) => (formatFullName(a) < formatFullName(b) ? -1 : 1));
}

async function modelsOf(pattern: ModelPattern, registry: ListsModels): Promise<FullName[]> {
  if (pattern.kind === 'model') return [pattern.name];
  const scope = {
    catalog: pattern.catalog,
    ...(pattern.schema === undefined ? {} : { schema: pattern.schema }),
  };
  const { names } = registry.capabilities;
  const found: FullName[] = [];
  for await (const name of registry.listRegisteredModels(scope)) {
    if (inSchema(pattern, name, names) && matchesPattern(pattern, name, names)) found.push(name);
  }
  return found;
}

function inSchema(
  { schema }: Extract<ModelPattern, { readonly kind: 'all' }>,
  name: FullName,
  naming: Naming,
): boolean {
  return schema === undefined || spelled(schema, naming) === spelled(name.schema, naming);
}
