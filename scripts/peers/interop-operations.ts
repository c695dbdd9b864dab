/** What our actions have for an operation of MLflow's registry client: an action and how it is asked, or why there is none. */
export interface Counterpart {
  readonly action: string | null;
  readonly how: string;
}

/**
 * Every operation of the registry client of mlflow 3.17.2 that is about models
 * (`mlflow/store/model_registry/abstract_store.py`). A peer run asks the client for the list, and compares.
 */
export const operations = {
  create_registered_model: { action: 'copy-version', how: 'create-destination' },
  get_registered_model: { action: 'tag-status', how: 'without a version' },
  search_registered_models: {
    action: 'find-version',
    how: 'a pattern of models; audit-aliases takes the same',
  },
  update_registered_model: { action: 'tag-status', how: 'description, or remove-description' },
  rename_registered_model: none('a name is what other workflows call a model by'),
  delete_registered_model: none('nothing is taken away that somebody may use'),
  set_registered_model_tag: { action: 'tag-status', how: 'tags, without a version' },
  delete_registered_model_tag: { action: 'tag-status', how: 'remove-tags, without a version' },
  set_registered_model_alias: { action: 'set-alias', how: 'version' },
  delete_registered_model_alias: { action: 'set-alias', how: 'delete' },
  get_model_version_by_alias: { action: 'find-version', how: 'alias' },
  create_model_version: {
    action: 'register-version',
    how: 'from a run, a logged model, the workspace registry or a folder',
  },
  copy_model_version: { action: 'copy-version', how: 'source and destination; promote does so too' },
  get_model_version: { action: 'tag-status', how: 'version' },
  search_model_versions: { action: 'find-version', how: 'where, or the newest READY one' },
  update_model_version: { action: 'tag-status', how: 'description, or remove-description' },
  delete_model_version: none('copy-version only takes back an unfinished copy of its own'),
  set_model_version_tag: { action: 'tag-status', how: 'status, tags' },
  delete_model_version_tag: { action: 'tag-status', how: 'remove-tags' },
  get_model_version_download_uri: none('no action hands out where the files lie'),
  get_latest_versions: none("stages: MLflow's client refuses it on Unity Catalog"),
  transition_model_version_stage: none("stages: MLflow's client refuses it on Unity Catalog"),
} as const satisfies Record<string, Counterpart>;

/** One operation of {@link operations}. */
export type OperationName = keyof typeof operations;

function none(how: string): Counterpart & { readonly action: null } {
  return { action: null, how };
}
