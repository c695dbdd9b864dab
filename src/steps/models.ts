import { formatFullName, type FullName } from '../domain/full-name.ts';
import { matchesPattern, type ModelPattern } from '../domain/model-pattern.ts';
import type { Registry } from '../registry/port.ts';

/** Every model that the patterns mean, each once, sorted by name. Models that the caller may not see are not listed. */
export async function findModels(patterns: readonly ModelPattern[], registry: Registry): Promise<FullName[]> {
  const found = new Map<string, FullName>();
  const lists = await Promise.all(patterns.map((pattern) => modelsOf(pattern, registry)));
  for (const name of lists.flat()) found.set(formatFullName(name).toLowerCase(), name);
  return [...found.values()].sort((a, b) => (formatFullName(a) < formatFullName(b) ? -1 : 1));
}

async function modelsOf(pattern: ModelPattern, registry: Registry): Promise<FullName[]> {
  if (pattern.kind === 'model') return [pattern.name];
  const scope = {
    catalog: pattern.catalog,
    ...(pattern.schema === undefined ? {} : { schema: pattern.schema }),
  };
  const names: FullName[] = [];
  for await (const name of registry.listRegisteredModels(scope)) {
    const inSchema =
      pattern.schema === undefined || name.schema.toLowerCase() === pattern.schema.toLowerCase();
    if (inSchema && matchesPattern(pattern, name)) names.push(name);
  }
  return names;
}
