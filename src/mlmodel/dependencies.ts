import type { ModelDependency } from '../domain/model.ts';
import { ContentError } from './content-error.ts';
import { isTruthyYaml, type YamlValue } from './yaml-tree.ts';

/** Kinds under `resources.databricks` and the registry's word for each (MLflow 3.17, UC registry `rest_store.py`). */
const RESOURCE_TYPES: readonly (readonly [string, string])[] = [
  ['vector_search_index', 'DATABRICKS_VECTOR_INDEX'],
  ['serving_endpoint', 'DATABRICKS_MODEL_ENDPOINT'],
  ['function', 'DATABRICKS_UC_FUNCTION'],
  ['uc_connection', 'DATABRICKS_UC_CONNECTION'],
  ['table', 'DATABRICKS_TABLE'],
  ['uc_model_service', 'DATABRICKS_UC_MODEL_SERVICE'],
];

/** Where chains logged before `resources` existed list theirs, as plain names. */
const CHAIN_TYPES: readonly (readonly [string, string])[] = [
  ['databricks_vector_search_index_name', 'DATABRICKS_VECTOR_INDEX'],
  ['databricks_embeddings_endpoint_name', 'DATABRICKS_MODEL_ENDPOINT'],
  ['databricks_llm_endpoint_name', 'DATABRICKS_MODEL_ENDPOINT'],
  ['databricks_chat_endpoint_name', 'DATABRICKS_MODEL_ENDPOINT'],
];

type YamlMap = ReadonlyMap<string, YamlValue>;

/**
 * What a version depends on, as MLflow's client hands it to the registry: `auth_policy` where there is one, else
 * `resources`, else the keys of old chains; what acts on behalf of the user is left out (uc-protocol §4.1). Undefined
 * where these have a shape on which MLflow fails: then it is not known.
 */
export function readDependencies(root: YamlMap): ModelDependency[] | undefined {
  try {
    return dependenciesOf(root);
  } catch (error) {
    if (error instanceof ContentError) return undefined;
    throw error;
  }
}

function dependenciesOf(root: YamlMap): ModelDependency[] {
  const policy = root.get('auth_policy');
  const resources = isTruthyYaml(policy)
    ? mapIn(mapOf(policy), 'system_auth_policy').get('resources')
    : root.get('resources');
  if (isTruthyYaml(resources)) return inResources(mapIn(mapOf(resources), 'databricks'));
  // MLflow makes an empty list an empty set of resources, and then looks no further.
  if (resources?.list !== undefined && !isTruthyYaml(policy)) return [];
  const flavors = root.get('flavors');
  const chains = flavors === undefined || flavors.isNull ? new Map<string, YamlValue>() : mapOf(flavors);
  return inChain(mapIn(mapIn(chains, 'langchain'), 'databricks_dependency'));
}

function inResources(databricks: YamlMap): ModelDependency[] {
  return RESOURCE_TYPES.flatMap(([key, type]) =>
    listIn(databricks, key)
      .map(mapOf)
      .filter((entry) => !isTruthyYaml(entry.get('on_behalf_of_user')))
      .map((entry) => ({ type, name: nameOf(entry.get('name')) })),
  );
}

function inChain(chain: YamlMap): ModelDependency[] {
  return CHAIN_TYPES.flatMap(([key, type]) =>
    listIn(chain, key).map((name) => ({ type, name: nameOf(name) })),
  );
}

function mapIn(map: YamlMap, key: string): YamlMap {
  const value = map.get(key);
  return value === undefined ? new Map<string, YamlValue>() : mapOf(value);
}

function listIn(map: YamlMap, key: string): readonly YamlValue[] {
  const value = map.get(key);
  const list = value === undefined ? [] : value.list;
  if (list === undefined) throw new ContentError(`${key} is not a list`);
  return list;
}

function mapOf(value: YamlValue | undefined): YamlMap {
  const map = value?.map;
  if (map === undefined) throw new ContentError('it is not a map');
  return map;
}

function nameOf(value: YamlValue | undefined): string {
  if (value?.text === undefined) throw new ContentError('a name is missing');
  return value.text;
}
