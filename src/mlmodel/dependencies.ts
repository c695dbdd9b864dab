import type { ModelDependency } from '../domain/model.ts';
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

/**
 * What a version depends on, as MLflow's client hands it to the registry: `auth_policy` where there is one, else
 * `resources`, else the keys of old chains; what acts on behalf of the user is left out (uc-protocol §4.1).
 */
export function readDependencies(root: ReadonlyMap<string, YamlValue>): ModelDependency[] {
  const policy = root.get('auth_policy');
  const resources = isTruthyYaml(policy)
    ? policy?.map?.get('system_auth_policy')?.map?.get('resources')
    : root.get('resources');
  if (isTruthyYaml(resources)) {
    const databricks = resources?.map?.get('databricks')?.map;
    return RESOURCE_TYPES.flatMap(([key, type]) =>
      (databricks?.get(key)?.list ?? []).flatMap((entry) => {
        const name = entry.map?.get('name')?.text;
        return name === undefined || isTruthyYaml(entry.map?.get('on_behalf_of_user'))
          ? []
          : [{ type, name }];
      }),
    );
  }
  const chain = root.get('flavors')?.map?.get('langchain')?.map?.get('databricks_dependency')?.map;
  return CHAIN_TYPES.flatMap(([key, type]) =>
    (chain?.get(key)?.list ?? []).flatMap(({ text }) => (text === undefined ? [] : [{ type, name: text }])),
  );
}
