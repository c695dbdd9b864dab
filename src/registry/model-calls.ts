import type { Registry } from './port.ts';

/** What a registry does with registered models. */
export type ModelCalls = Pick<
  Registry,
  | 'getRegisteredModel'
  | 'getModelExtras'
  | 'listRegisteredModels'
  | 'createRegisteredModel'
  | 'setOwner'
  | 'renameModel'
  | 'deleteModel'
>;

/** What a registry does with model versions. */
export type VersionCalls = Pick<
  Registry,
  | 'getModelVersion'
  | 'listModelVersions'
  | 'createModelVersion'
  | 'finalizeModelVersion'
  | 'deleteModelVersion'
>;

/** What a registry does with aliases, tags and descriptions. */
export type LabelCalls = Pick<
  Registry,
  'getAlias' | 'setAlias' | 'deleteAlias' | 'setTag' | 'deleteTag' | 'setDescription'
>;
