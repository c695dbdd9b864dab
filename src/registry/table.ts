import { databricks } from './databricks/index.ts';
import { mlflow } from './mlflow/index.ts';
import { unityCatalog } from './unity-catalog/index.ts';

/** Every kind of registry; the first one is taken for what does not say what it is. */
export const REGISTRIES = {
  [databricks.kind]: databricks,
  [unityCatalog.kind]: unityCatalog,
  [mlflow.kind]: mlflow,
};

/** One entry of {@link REGISTRIES}. */
export type RegistryKind = keyof typeof REGISTRIES;

/** The words of the input `registry` that name one. */
export const REGISTRY_KINDS = Object.keys(REGISTRIES) as readonly RegistryKind[];

/** What is taken for a host that does not say what it is. */
export const DEFAULT_REGISTRY = databricks.kind;
