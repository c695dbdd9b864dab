import { hasCode, messageOf, PromoteError } from '../src/domain/errors.ts';
import { formatFullName, type FullName } from '../src/domain/full-name.ts';
import type { Registry } from '../src/registry/port.ts';
import type { RegistryKind } from '../src/registry/table.ts';
import type { Call, RawResponse } from './call.ts';
import { isDone, N, verdictOf } from './fixtures.ts';
import { isOfRun, isOwnModel, MARKER, type Scope } from './scope.ts';
import { partsOf } from './row-context.ts';

/** What lies in the scratch schemas before a run. */
export interface Found {
  /** Full names of models that an earlier run left behind. */
  readonly leftovers: readonly string[];
  /** How many models of others there are. */
  readonly others: number;
}

/**
 * Looks at the scratch schemas as every person of the run: what any of them may see. A model that a run named is one of
 * its own when it has the marker, or no description yet: a run may have been killed between making a model and
 * describing it. Only the first person has to be let in.
 */
export async function lookAround(people: readonly Registry[], scope: Scope): Promise<Found> {
  const leftovers = new Set<string>();
  const seen = new Set<string>();
  for (const [index, registry] of people.entries()) {
    try {
      for await (const name of modelsIn(registry, scope)) {
        seen.add(formatFullName(name));
        if (await isLeftover(registry, scope, name)) leftovers.add(formatFullName(name));
      }
    } catch (error) {
      if (index === 0 || !hasCode(error, 'permission-denied', 'not-found')) throw error;
    }
  }
  return { leftovers: [...leftovers], others: seen.size - leftovers.size };
}

async function* modelsIn(registry: Registry, scope: Scope): AsyncGenerator<FullName> {
  for (const place of scope.schemas) {
    const { catalog, schema } = partsOf(`${place}.x`);
    for await (const name of registry.listRegisteredModels({ catalog, schema })) {
      if (formatFullName(name).toLowerCase().startsWith(`${place.toLowerCase()}.`)) yield name;
    }
  }
}

async function isLeftover(registry: Registry, scope: Scope, name: FullName): Promise<boolean> {
  const text = formatFullName(name);
  if (!isOwnModel(scope, text)) return false;
  const description = (await registry.getRegisteredModel(name))?.description ?? '';
  return description === MARKER || (description === '' && isOfRun(text));
}

/** Throws `invalid` when the schemas hold models that no run of the suite made. */
export function requireScratch({ others }: Found): void {
  if (others === 0) return;
  const [are, they] = others === 1 ? ['is 1 model', 'it is'] : [`are ${others} models`, 'they are'];
  throw new PromoteError(
    `There ${are} in the scratch schema that ${they} not marked as left by this suite.`,
    {
      code: 'invalid-input',
      outcome: 'invalid',
      fix: 'Create a schema that is used for nothing else: CREATE SCHEMA <catalog>.uc_promote_scratch.',
    },
  );
}

/** Deletes models with everything in them, each tried as every person; returns those that are still there, and why. */
export async function cleanUp(
  kind: RegistryKind,
  calls: readonly Call[],
  names: Iterable<string>,
): Promise<readonly { readonly name: string; readonly why: string }[]> {
  const left: { name: string; why: string }[] = [];
  for (const name of names) {
    const why = await obstacleTo(kind, calls, name);
    if (why !== undefined) left.push({ name, why });
  }
  return left;
}

/** Undefined when the model is gone, or never was; else what stands in the way of deleting it. */
async function obstacleTo(
  kind: RegistryKind,
  calls: readonly Call[],
  name: string,
): Promise<string | undefined> {
  const refusals: string[] = [];
  try {
    for (const call of calls) {
      const response = await deleteModel(kind, call, name);
      if (isDone(response, 403, 404)) return undefined;
      refusals.push(verdictOf(response));
    }
    // What one may not see is 403 or 404 to them, as what is not there is: it is there when somebody can read it.
    const readers = await Promise.all(calls.map((call) => readModel(kind, call, name)));
    const isGone = readers.every(({ status }) => status === 403 || status === 404);
    return isGone ? undefined : refusals.join('; ');
  } catch (error) {
    return messageOf(error);
  }
}

function readModel(kind: RegistryKind, call: Call, name: string): Promise<RawResponse> {
  if (kind === 'mlflow')
    return call({ method: 'GET', template: '/api/2.0/mlflow/registered-models/get', query: { name } });
  return call({ method: 'GET', template: `${N}/models/{name}`, params: { name } });
}

function deleteModel(kind: RegistryKind, call: Call, name: string): Promise<RawResponse> {
  if (kind === 'mlflow') {
    return call({
      method: 'DELETE',
      template: '/api/2.0/mlflow/registered-models/delete',
      json: { name },
    });
  }
  // The open-source server deletes a model that has versions only by force; a workspace knows no such parameter.
  const query = kind === 'unity-catalog' ? { query: { force: true } } : {};
  return call({ method: 'DELETE', template: `${N}/models/{name}`, params: { name }, ...query });
}
