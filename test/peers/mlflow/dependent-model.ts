import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What models depend on, by the kinds of MLflow's `resources` (mlflow 3.17.2, mlflow/models/resources.py). */
const kinds = {
  vector_search_index: 'prod.ml_team.index',
  serving_endpoint: 'embeddings',
  function: 'prod.ml_team.score',
  uc_connection: 'crm',
  table: 'prod.ml_team.payments',
} as const;

const listed = (prefix: string, extra = '') =>
  Object.entries(kinds).map(([kind, name]) => `${kind}:\n- name: ${prefix}${name}${extra}\n`);

const indented = (lines: readonly string[], by: string): string => lines.join('').replaceAll(/^(?=.)/gmu, by);

/** Texts for the end of an MLmodel file that say in which way a model depends on what. */
export const dependentTexts = {
  resources: `resources:\n  api_version: '1'\n  databricks:\n${indented(listed(''), '    ')}`,
  invoker: [
    'auth_policy:\n  system_auth_policy:\n    resources:\n      api_version: "1"\n      databricks:\n',
    indented(
      ['table:\n- name: prod.ml_team.payments\n- name: prod.ml_team.mine\n  on_behalf_of_user: true\n'],
      '        ',
    ),
    '  user_auth_policy:\n    api_scopes: []\n',
    // Not read where there is a policy.
    `resources:\n  api_version: '1'\n  databricks:\n${indented(listed('not.read.'), '    ')}`,
  ].join(''),
  endpointOnly: `resources:\n  api_version: '1'\n  databricks:\n    serving_endpoint:\n    - name: embeddings\n`,
} as const;

/** In a flavour, as older versions of MLflow wrote it. */
export const langchainFlavor = [
  'flavors:\n  langchain:\n    databricks_dependency:\n',
  '      databricks_vector_search_index_name: [prod.ml_team.index]\n',
  '      databricks_embeddings_endpoint_name: [embeddings]\n',
  '      databricks_llm_endpoint_name: [llm]\n',
  '      databricks_chat_endpoint_name: [chat]\n',
].join('');

/** Copies the model of a folder beside it, with another MLmodel, for the time of `use`. */
export async function withMlmodel<T>(
  folder: string,
  name: string,
  edit: (text: string) => string,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const edited = join(folder, '..', name);
  await cp(folder, edited, { recursive: true });
  try {
    const file = join(edited, 'MLmodel');
    const text = await readFile(file, 'utf8');
    const changed = edit(text);
    if (changed === text) throw new Error('the MLmodel is not edited');
    await writeFile(file, changed);
    return await use(edited);
  } finally {
    await rm(edited, { recursive: true, force: true });
  }
}
