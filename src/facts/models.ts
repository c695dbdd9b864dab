import { formatFullName, nameKey, spelled, type FullName, type Naming } from '../domain/full-name.ts';
import { matchesPattern, type ModelPattern } from '../domain/model-pattern.ts';
import type { RegistryReader } from '../registry/port.ts';
import { inParallel } from '../transfer/in-parallel.ts';

/** What of a registry is asked for models. */
type ListsModels = Pick<RegistryReader, 'capabilities' | 'listRegisteredModels'>;

/** The models that patterns mean. */
export interface FoundModels {
  /** Each once, sorted by name. */
  readonly names: readonly FullName[];
  /** The patterns that no listed model matches: a mistyped one, or models that the caller may not see. */
  readonly withoutModel: readonly ModelPattern[];
}

/** Every model that the patterns mean. Models that the caller may not see are not listed. */
export async function findModels(
  patterns: readonly ModelPattern[],
  registry: ListsModels,
): Promise<FoundModels> {
  const found = new Map<string, FullName>();
  const lists = await Promise.all(patterns.map((pattern) => modelsOf(pattern, registry)));
  for (const name of lists.flat()) found.set(nameKey(name, registry.capabilities.names), name);
  return {
    names: [...found.values()].sort((a, b) => (formatFullName(a) < formatFullName(b) ? -1 : 1)),
    withoutModel: patterns.filter((_, index) => lists[index]?.length === 0),
  };
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

/** Models, or aliases of models, that are read at the same time. */
const AT_ONCE = 25;

/** Reads of each model what is asked for, of some at a time, so that the lists of all models are never held at once. */
export async function readEach<Asked, T>(
  asked: readonly Asked[],
  read: (each: Asked) => Promise<T>,
): Promise<T[]> {
  return inParallel(asked, AT_ONCE, read);
}
